import Foundation
import Glibc
import Queueing
import ShardStores

/// Takes the parts that a slice's coordinator has committed into the job: first the part, then the commit
/// record that names it.
///
/// It works on a thread of its own, so that the coordinator goes on while a share or a bucket is slow. What it
/// creates it never replaces. Where another task of the same slice was earlier, the hashes tell whether both
/// have found the same.
final class PartSender: CommitFollower, @unchecked Sendable {
  /// What became of the shards that were given to it.
  struct Tally: Hashable, Sendable {
    /// The records that it has created.
    var committed: [CommitRecord] = []
    /// Shards whose record was there already, with the same result.
    var doneByOthers = 0
    /// Bytes of parts that went to the job.
    var bytesSent = 0
  }

  private let store: any JobStore
  private let folder: RunFolder
  private let slice: CommitRecord.Slice
  private let words: @Sendable (ShardKey) -> String

  private let condition = NSCondition()
  private var waiting: [(shard: FinishedShard, joules: Double?)] = []
  private var isClosed = false
  private var hasEnded = false
  private var problem: (any Error)?
  private var tally = Tally()
  /// The energy that was told with the shard before.
  private var joulesBefore = 0.0

  /// Begins to wait for parts.
  ///
  /// - Parameters:
  ///   - folder: The slice's run, where the parts lie.
  ///   - words: What people call a shard.
  init(
    to store: any JobStore, from folder: RunFolder, as slice: CommitRecord.Slice,
    words: @escaping @Sendable (ShardKey) -> String
  ) {
    (self.store, self.folder, self.slice, self.words) = (store, folder, slice, words)
    Thread.detachNewThread { [self] in work() }
  }

  // MARK: - For the coordinator

  func follow(_ shard: FinishedShard, joules: Double?) {
    condition.withLock {
      waiting.append((shard, joules))
      condition.broadcast()
    }
  }

  var failure: (any Error)? { condition.withLock { problem } }

  /// Waits until everything that was committed is in the job.
  ///
  /// - Throws: What has kept it from getting there.
  func finish() throws -> Tally {
    try condition.withLock {
      isClosed = true
      condition.broadcast()
      while !hasEnded { condition.wait() }
      if let problem { throw problem }
      return tally
    }
  }

  // MARK: - On its own thread

  private func work() {
    while let next = take() {
      do { try send(next.shard, joules: next.joules) } catch {
        condition.withLock { problem = error }
        break
      }
    }
    condition.withLock {
      hasEnded = true
      condition.broadcast()
    }
  }

  private func take() -> (shard: FinishedShard, joules: Double?)? {
    condition.withLock {
      while waiting.isEmpty, !isClosed { condition.wait() }
      return waiting.isEmpty ? nil : waiting.removeFirst()
    }
  }

  /// Sends a shard's part, unless another has done the same before.
  private func send(_ shard: FinishedShard, joules: Double?) throws {
    let record = record(of: shard, joules: joules)
    let key = shard.lease.key
    let stage = WorkStage(rawValue: key.stage) ?? .infer
    defer { for file in shard.outcome.files { unlink(folder.file(file.path).path) } }
    if let before = try CommitRecord.read(of: stage, key.index, in: store) {
      if before.agrees(with: record) { return countOther() }
      _ = try create(shard, record)
      throw differs(record, from: before, key)
    }
    let created = try create(shard, record)
    let name = JobNames.commit(of: stage, key.index)
    if try store.create(name, holding: Job.encode(record)) {
      return condition.withLock { tally.committed.append(record) }
    }
    let before = try CommitRecord.reread(of: key, in: store)
    guard before.agrees(with: record) else { throw differs(record, from: before, key) }
    // Packed otherwise, by another version of a library: nobody will ever name this one.
    try store.delete(created.filter { name in !before.files.contains { $0.name == name } })
    countOther()
  }

  private func countOther() { condition.withLock { tally.doneByOthers += 1 } }

  /// Creates the files of a record; gives the names of those that were not there.
  private func create(_ shard: FinishedShard, _ record: CommitRecord) throws -> [String] {
    try zip(shard.outcome.files, record.files).compactMap { local, file in
      let isNew = try store.create(
        file.name, copying: folder.file(local.path), hash: file.fileHash)
      guard isNew else { return nil }
      condition.withLock { tally.bytesSent += file.bytes }
      return file.name
    }
  }

  private func record(of shard: FinishedShard, joules: Double?) -> CommitRecord {
    let (key, outcome) = (shard.lease.key, shard.outcome)
    let stage = WorkStage(rawValue: key.stage) ?? .infer
    let files = outcome.files.map {
      CommitRecord.File(
        name: JobNames.file(ofRunPath: $0.path, hash: $0.fileHash), bytes: $0.bytes,
        fileHash: $0.fileHash, contentHash: $0.contentHash, path: stage == .infer ? nil : $0.path)
    }
    var costs = CommitRecord.Costs(
      seconds: outcome.seconds, cpuSeconds: outcome.cpuSeconds, peakMemory: outcome.peakMemory,
      bytesRead: outcome.bytesRead, bytesWritten: files.reduce(0) { $0 + $1.bytes })
    if let joules {
      costs.joules = joules - joulesBefore
      joulesBefore = joules
    }
    return CommitRecord(
      stage: stage.word, shard: key.index, files: files,
      made: outcome.made, skipped: outcome.skipped, inputHash: outcome.inputHash, slice: slice,
      costs: costs)
  }

  private func differs(
    _ record: CommitRecord, from before: CommitRecord, _ key: ShardKey
  ) -> JobError {
    .differs(
      shard: words(key),
      kept: (before.files + record.files).map { "\(store.place)/\($0.name)" },
      reason: before.inputHash == record.inputHash
        ? "both were made from the same pixels" : "its scenes gave other pixels here than there")
  }
}
