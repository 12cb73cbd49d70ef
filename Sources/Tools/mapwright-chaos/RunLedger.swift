import Checksums
import Foundation
import ShardStores

/// What a run's queue and folder say, read without the command under trial.
struct RunLedger {
  private let folder: URL
  private let store: ShardStore
  private static let stages = 0..<4
  private static let queue = "2-queueing/queue.sqlite"

  /// Opens the queue of a run.
  init(of folder: URL) throws {
    self.folder = folder
    store = try ShardStore(reading: folder.appending(path: Self.queue).path)
  }

  /// Opens the queue of a job's run.
  init(_ job: Job, _ run: String) throws { try self.init(of: job.run(run)) }

  /// How often a shard was committed.
  var commits: Int { get throws { try store.eventCount(of: .done) } }

  /// Whether a run has committed anything yet; false also while its queue cannot be read.
  static func hasCommit(_ job: Job, _ run: String) -> Bool { commits(job, run) > 0 }

  /// How often a shard of a run was committed; 0 also while its queue cannot be read.
  static func commits(_ job: Job, _ run: String) -> Int {
    let queue = job.run(run).appending(path: Self.queue).path
    guard FileManager.default.fileExists(atPath: queue) else { return 0 }
    return (try? RunLedger(job, run).commits) ?? 0
  }

  /// The shards in a state, of all stages.
  func shards(in state: ShardRecord.State) throws -> [ShardRecord] {
    try store.records(in: state)
  }

  /// Chips classified in all attempts, less those that were committed.
  func chipsRepeated() throws -> Int {
    let tally = folder.appending(path: "2-queueing/chips.tally").path
    let size = try FileManager.default.attributesOfItem(atPath: tally)[.size] as? Int ?? 0
    return size - (try store.tally(stage: 0).made)
  }

  /// What is wrong with how a command ended and with the run that it was to finish.
  static func faults(of run: String, _ job: Job, _ ended: Ended, expecting outputs: String)
    -> [String]
  {
    guard ended.code == 0 else { return ["\(run): \(ended.digest)"] }
    do {
      return try RunLedger(job, run).faults(expecting: outputs).map { "\(run): \($0)" }
    } catch { return ["\(run): \(error)"] }
  }

  /// What is wrong with a finished run; nothing when it is what the undisturbed run was.
  ///
  /// - Parameters:
  ///   - outputs: What ``Job/outputs(of:)`` gives for the undisturbed run.
  ///   - isRevised: Whether a person had finished shards done again.
  func faults(expecting outputs: String, isRevised: Bool = false) throws -> [String] {
    var faults: [String] = []
    let found = try Job.outputs(in: folder)
    if found != outputs { faults.append("outputs differ: \(Self.difference(found, outputs))") }
    var done = 0
    for stage in Self.stages {
      let tally = try store.tally(stage: stage)
      done += tally.done
      if tally.done + tally.skipped != tally.shards {
        faults.append(
          "stage \(stage): \(tally.done) of \(tally.shards) shards done, "
            + "\(tally.setAside) set aside")
      }
    }
    let commits = try commits
    if commits != done && !isRevised { faults.append("\(commits) commits for \(done) shards") }
    return try faults + damages() + orphans().map { "an orphan: \($0)" }
  }

  /// Files of the manifest that are absent or not what was recorded.
  func damages() throws -> [String] {
    try Self.stages.flatMap { try store.artifacts(stage: $0) }.filter { !$0.isRetired }
      .compactMap { artifact in
        let path = folder.appending(path: artifact.path).path
        guard let hash = try? ContentHash(ofFile: path) else { return "absent: \(artifact.path)" }
        return hash.description == artifact.fileHash ? nil : "not as recorded: \(artifact.path)"
      }
  }

  /// Files in the places of shards' outputs that the manifest does not name.
  func orphans() throws -> [String] {
    let named = Set(
      try Self.stages.flatMap { try store.artifacts(stage: $0) }.filter { !$0.isRetired }
        .map(\.path))
    // The catalogue follows from the manifest: an item beside each COG, and the collection.
    let catalogue = named.filter { $0.hasSuffix(".tif") }.map { "\($0.dropLast(4)).json" }
    let known = named.union(catalogue).union(["4-mosaicking/collection.json"])
    let places = [
      "2-queueing/staging", "2-queueing/fragments", "3-inference", "4-mosaicking", "5-footprints",
    ]
    return places.flatMap { place in
      ((try? FileManager.default.contentsOfDirectory(
        atPath: folder.appending(path: place).path)) ?? [])
        .map { "\(place)/\($0)" }
    }.filter { !known.contains($0) }.sorted()
  }

  private static func difference(_ found: String, _ wanted: String) -> String {
    let (found, wanted) = (found.split(separator: "\n"), wanted.split(separator: "\n"))
    let names = (Set(found).symmetricDifference(wanted)).map { $0.prefix { $0 != " " } }
    return Set(names).sorted().joined(separator: ", ")
  }
}
