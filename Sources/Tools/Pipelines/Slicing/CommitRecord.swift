import Foundation
import ShardStores
import Synchronization

/// What says that a piece of work is done: a small file of a job, created once and never changed.
struct CommitRecord: Hashable, Sendable, Codable {
  /// A file that exists because a record names it.
  struct File: Hashable, Sendable, Codable {
    /// Its name in the job.
    var name: String
    /// Its size in bytes.
    var bytes: Int
    /// SHA-256 of the file, in hexadecimal digits.
    var fileHash: String
    /// SHA-256 of the decoded content.
    var contentHash: String
    /// Where it lies in a run's folder; nil for a shard's part, whose name tells.
    var path: String?
  }

  /// Which slice has done it.
  struct Slice: Hashable, Sendable, Codable {
    /// The slice, from 0.
    var index: Int
    /// Of how many.
    var count: Int
  }

  /// What it took; for people and sums, no result depends on it.
  struct Costs: Hashable, Sendable, Codable {
    /// Time that a worker had it, in s.
    var seconds = 0.0
    /// Time on processors, in s.
    var cpuSeconds = 0.0
    /// The most memory that the worker ever had, in bytes.
    var peakMemory: Int64 = 0
    /// Bytes that the worker read, of files and of memory in their place; nil where nobody has counted.
    var bytesRead: Int?
    /// Bytes of the files that were made.
    var bytesWritten = 0
    /// What the processors of the machine took since the slice committed something before, in J; nil
    /// where that cannot be measured.
    var joules: Double?
  }

  /// The stage's word: `infer`.
  var stage: String
  /// The number of the shard within the stage.
  var shard: Int
  /// What was made.
  var files: [File]
  /// Chips classified.
  var made: Int
  /// Planned chips that turned out to hold no picture.
  var skipped: Int
  /// SHA-256 of the decoded pixels that it was made from; nil for later stages.
  var inputHash: String?
  /// Who has done it.
  var slice: Slice
  /// What it took.
  var costs: Costs

  /// Reads the record of a piece of work; nil when nobody has committed it.
  ///
  /// - Throws: ``JobError/damaged(place:name:reason:)``, and what the store says.
  static func read(of stage: WorkStage, _ index: Int, in store: any JobStore) throws -> Self? {
    let name = JobNames.commit(of: stage, index)
    return try store.read(name).map { data in
      let record: CommitRecord = try Job.decode(data, name, in: store)
      guard record.stage == stage.word, record.shard == index else {
        throw JobError.damaged(
          place: store.place, name: name,
          reason: "it is the record of \(record.stage) \(record.shard)")
      }
      return record
    }
  }

  /// Reads the record of a piece of work that was there a moment ago.
  static func reread(of key: ShardKey, in store: any JobStore) throws -> CommitRecord {
    let stage = WorkStage(rawValue: key.stage) ?? .infer
    guard let record = try read(of: stage, key.index, in: store) else {
      throw JobError.damaged(
        place: store.place, name: JobNames.commit(of: stage, key.index),
        reason: "it was deleted just now")
    }
    return record
  }

  /// Reads the records of many pieces of work that were there a moment ago, in their order.
  ///
  /// Sixteen at a time: a store that is far away spends its time on waiting.
  ///
  /// - Throws: What the first of them that cannot be read has failed of.
  static func reread(of keys: [ShardKey], in store: any JobStore) throws -> [CommitRecord] {
    let lanes = min(16, keys.count)
    let answers = Mutex<[Int: Result<CommitRecord, any Error>]>([:])
    let group = DispatchGroup()
    for lane in 0..<lanes {
      group.enter()
      Thread.detachNewThread {
        defer { group.leave() }
        for index in stride(from: lane, to: keys.count, by: lanes) {
          let answer = Result { try reread(of: keys[index], in: store) }
          answers.withLock { $0[index] = answer }
          if case .failure = answer { return }
        }
      }
    }
    group.wait()
    // Behind a failure its lane has no answers, and nobody comes so far.
    let found = answers.withLock { $0 }
    return try keys.indices.compactMap { try found[$0]?.get() }
  }

  /// The piece of work in a run's queue; nil when this program knows no such stage.
  var key: ShardKey? {
    WorkStage.allCases.first { $0.word == stage }.map {
      ShardKey(stage: $0.rawValue, index: shard)
    }
  }

  /// The manifest's rows of a run that has the files.
  func artifacts(of key: ShardKey) -> [Artifact] {
    files.enumerated().map { part, file in
      Artifact(
        key: key, part: part, path: file.path ?? JobNames.runPath(ofPart: file.name),
        bytes: file.bytes, fileHash: file.fileHash, contentHash: file.contentHash)
    }
  }

  /// Whether another record is of the same work with the same result.
  func agrees(with other: CommitRecord) -> Bool {
    stage == other.stage && shard == other.shard
      && files.map(\.contentHash) == other.files.map(\.contentHash)
  }
}
