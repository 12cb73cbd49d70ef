import Foundation

/// A frozen plan on shared storage, for runs on many machines: the content of `job.json`.
///
/// It is created last, and by it a place becomes a job. Nothing in it is secret.
struct Job: Sendable, Codable {
  /// The layout of a job that this program reads and writes.
  static let format = 1

  /// A file that the plan was frozen with.
  struct File: Hashable, Sendable, Codable {
    /// Its name in the job.
    var name: String
    /// Its size in bytes.
    var bytes: Int
    /// SHA-256 of the file, in hexadecimal digits.
    var hash: String
  }

  /// What slices and `finalize` ask of a machine, as reckoned when the plan was frozen.
  struct Needs: Hashable, Sendable, Codable {
    /// The memory of a worker, in bytes.
    var workerMemory: Int
    /// The memory of the command's own process, in bytes.
    var commandMemory: Int
    /// Threads that share a worker's chips.
    var threads: Int
    /// Processor seconds of all shards together on a core of the planning machine; nil where not known.
    var shardSeconds: Double?
    /// Processor seconds of mosaics and outlines; nil where not known.
    var finishingSeconds: Double?
    /// The scratch disk of a slice with one worker, in bytes.
    var sliceDisk: Int
    /// What each more worker asks for, in bytes.
    var workerDisk: Int
    /// The disk of the run that `finalize` makes, in bytes.
    var runDisk: Int
    /// Pixels with a picture.
    var pixels: Int
    /// The ground that they cover, in km².
    var squareKilometers: Double
  }

  /// The layout of the job.
  var format: Int
  /// The version of the program that froze it.
  var program: String
  /// The pipeline's name.
  var name: String
  /// How many slices it was meant for.
  var slices: Int
  /// How many pieces of work each stage has, by the stage's word.
  var shards: [String: Int]
  /// Whether scenes may be read that are not on the machine: the user who froze the plan said so.
  var reachesOut: Bool
  /// Plan, pipeline, model, region.
  var files: [File]
  /// What decides the last bits: a machine that computes otherwise does no slice.
  var numeric: [String: String]
  /// What it asks of machines.
  var needs: Needs

  /// How many shards there are.
  var shardCount: Int { shards[WorkStage.infer.word] ?? 0 }

  /// What tells the job from all others: the hash of its plan.
  var planHash: String { files.first { $0.name == JobNames.plan }?.hash ?? "" }

  /// The shards of a slice, by number.
  ///
  /// - Parameters:
  ///   - index: The slice.
  ///   - count: Of how many; any number of slices makes up the whole.
  func shards(ofSlice index: Int, of count: Int) -> StrideTo<Int> {
    stride(from: index, to: shardCount, by: count)
  }

  /// Reads the job in a place.
  ///
  /// - Throws: ``JobError/notAJob(place:reason:)``, ``JobError/otherFormat(place:found:known:)``,
  ///   ``JobError/damaged(place:name:reason:)``, and what the store says.
  static func read(in store: any JobStore) throws -> Job {
    guard let data = try store.read(JobNames.job) else {
      throw JobError.notAJob(place: store.place, reason: "it holds no job.json")
    }
    struct Head: Decodable { var format: Int }
    let head: Head = try decode(data, JobNames.job, in: store)
    guard head.format == format else {
      throw JobError.otherFormat(place: store.place, found: head.format, known: format)
    }
    return try decode(data, JobNames.job, in: store)
  }

  /// Decodes what a job holds.
  ///
  /// - Throws: ``JobError/damaged(place:name:reason:)``.
  static func decode<Value: Decodable>(
    _ data: Data, _ name: String, in store: any JobStore
  ) throws(JobError) -> Value {
    do { return try JSONDecoder().decode(Value.self, from: data) } catch {
      throw .damaged(place: store.place, name: name, reason: RunError.words(of: error))
    }
  }

  /// Encodes what a job holds: equal values give equal bytes.
  static func encode(_ value: some Encodable) throws -> Data {
    try RunRecord.encoder.encode(value) + Data("\n".utf8)
  }
}
