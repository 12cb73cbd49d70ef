import CPlatform
import Foundation

/// What a run was made from: the content of `run.json`.
///
/// It makes a folder a run. No secrets, and nothing that the outputs depend on besides the
/// fingerprint.
struct RunRecord: Codable, Sendable {
  /// How far a run is.
  enum State: String, Codable, Sendable {
    case unfinished
    case finished
    case finishedWithGaps = "finished, some shards set aside"
  }

  /// The version of the program that began the run; recorded, not compared.
  var program: String
  var state: State
  /// Everything that changes pixels, by name, for people; what is compared follows from the plan.
  var fingerprint: Fingerprint
  /// The most memory that a worker took, in bytes, over all commands that worked on the run.
  var peakWorkerMemory: Int64 = 0
  /// What it took; nil while no command that worked on it has ended.
  var costs: RunCosts?
  /// What the job took that the run was made of; nil where it is no job's.
  var jobCosts: JobCosts?
  /// The machine, for people.
  var machine: [String: String]
  /// The words of the command that goes on with the run; nil where its pipeline is no file.
  var command: [String]?
  /// The hash of the frozen plan that it is finalised from; nil where it is no job's.
  var job: String?
  /// What was tried last, where that was asked for; whoever resumes takes the same split.
  var trial: Trial?

  /// Reads the record in a folder; nil when the folder holds none.
  static func read(in folder: RunFolder) throws(RunError) -> RunRecord? {
    guard FileManager.default.fileExists(atPath: folder.record.path) else { return nil }
    do {
      return try JSONDecoder().decode(RunRecord.self, from: Data(contentsOf: folder.record))
    } catch {
      throw .cannotRead(path: folder.record.path, reason: RunError.words(of: error))
    }
  }

  /// Writes the record; whoever reads the folder sees the old one or the new one, whole.
  func write(in folder: RunFolder) throws(RunError) {
    try folder.write(Self.encoder, self, to: folder.record)
  }

  static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension RunFolder {
  /// Writes a value as JSON beside its place, makes it durable, then gives it its name.
  func write(_ encoder: JSONEncoder, _ value: some Encodable, to target: URL) throws(RunError) {
    let data: Data
    do { data = try encoder.encode(value) } catch {
      throw .cannotWrite(path: target.path, reason: RunError.words(of: error))
    }
    try write(data, to: target)
  }

  /// Writes a file whole or not at all, and makes it durable.
  func write(_ data: Data, to target: URL) throws(RunError) {
    let staged = target.appendingPathExtension("new")
    do { try data.write(to: staged) } catch {
      throw .cannotWrite(path: target.path, reason: RunError.words(of: error))
    }
    var problem = mw_sync(staged.path, false)
    if problem == 0, rename(staged.path, target.path) != 0 { problem = errno }
    if problem == 0 { problem = mw_sync(target.deletingLastPathComponent().path, true) }
    if problem != 0 { throw Publisher.failure(of: problem, at: target.path) }
  }
}
