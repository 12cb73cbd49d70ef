import Foundation
import ShardStores

/// What things in a job are called; all names are relative to its place.
///
/// ```
/// job.json                       what the job is; written last, it makes a place a job
/// plan.json, pipeline.yaml       the frozen plan
/// model/…, region/…              the model and the region, under their own names
/// parts/<name>.<hash>.tif        what shards became, named by what they hold
/// commits/infer/<shard>.json     commit records: what none of them names does not exist
/// failures/infer/<shard>_<…>.json   why a shard was set aside
/// ```
enum JobNames {
  /// What the job is.
  static let job = "job.json"
  /// The plan.
  static let plan = "plan.json"
  /// The pipeline with every default written out.
  static let pipeline = "pipeline.yaml"
  /// The folder of the model.
  static let model = "model/"
  /// The folder of the region.
  static let region = "region/"
  /// The folder of parts.
  static let parts = "parts/"
  /// The folder of commit records.
  static let commits = "commits/"
  /// The folder of notes on shards that were set aside.
  static let failures = "failures/"

  /// The folder of a stage's commit records.
  static func commits(of stage: WorkStage) -> String { "\(commits)\(stage.word)/" }

  /// The commit record of a piece of work.
  static func commit(of stage: WorkStage, _ index: Int) -> String {
    "\(commits(of: stage))\(index).json"
  }

  /// The folder of a stage's notes on what was set aside.
  static func failures(of stage: WorkStage) -> String { "\(failures)\(stage.word)/" }

  /// What the notes on a piece of work begin with.
  static func failures(of stage: WorkStage, _ index: Int) -> String {
    "\(failures(of: stage))\(index)_"
  }

  /// A note on a piece of work that was set aside.
  ///
  /// - Parameters:
  ///   - count: How many notes there are on it; the last in the order of names is the newest.
  ///   - mark: Tells notes apart that are written at the same time.
  static func failure(
    of stage: WorkStage, _ index: Int, after count: Int, mark: String
  ) -> String {
    "\(failures(of: stage, index))\(String(format: "%06d", count))-\(mark).json"
  }

  /// What a file of a run is called in the job: by what it holds.
  ///
  /// - Parameters:
  ///   - path: Its path in a run's folder: `3-inference/shard_r0c1.<hash>.tif`, `4-mosaicking/a_class.tif`.
  ///   - hash: Its SHA-256, in hexadecimal digits.
  static func file(ofRunPath path: String, hash: String) -> String {
    let (name, short) = (lastPart(of: path), hash.prefix(16))
    if name.contains(short) { return parts + name }
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    return "\(parts)\(name[..<dot]).\(short)\(name[dot...])"
  }

  /// Where a job's part lies in a run's folder.
  static func runPath(ofPart name: String) -> String { "\(RunFolder.parts)/\(lastPart(of: name))" }

  /// The number of the piece of work that a commit record or a note is about, by its name; nil when it is
  /// another's.
  static func index(in name: String) -> Int? {
    Int(lastPart(of: name).prefix { $0.isASCII && $0.isNumber })
  }

  private static func lastPart(of path: String) -> Substring {
    path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
  }
}

extension WorkStage {
  /// The stage in names of a job.
  var word: String {
    switch self {
    case .infer: "infer"
    case .mosaic: "mosaic"
    case .trace: "trace"
    case .export: "export"
    }
  }
}
