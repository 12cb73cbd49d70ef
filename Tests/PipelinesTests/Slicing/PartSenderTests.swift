import Checksums
import Foundation
import Queueing
import ShardStores
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `What a slice commits` {
  private let place: TemporaryFolder
  private let store: FolderStore
  private let queue: ShardQueue

  init() throws {
    place = try TemporaryFolder()
    store = try FolderStore(place.path("job"), making: true)
    let rows = try ShardStore(writing: place.path("queue.sqlite"))
    try rows.insert([ShardRecord(key: ShardKey(stage: 0, index: 0))])
    queue = ShardQueue(store: rows, successors: { _ in .none }, endsWithout: { _ in false })
  }

  /// A shard whose part lies in the run of a task.
  private func shard(
    holding bytes: String, content: String? = nil, input: String = "p", in run: String
  ) throws -> (FinishedShard, RunFolder) {
    let folder = RunFolder(place.url.appending(path: run))
    try folder.make()
    let hash = ContentHash(of: Array(bytes.utf8).span)
    let path = "\(RunFolder.parts)/shard_r0c0.\(hash.short).tif"
    try Data(bytes.utf8).write(to: folder.file(path))
    var outcome = ShardOutcome()
    outcome.files = [
      StagedFile(
        staging: "", path: path, bytes: bytes.utf8.count, fileHash: hash.description,
        contentHash: content ?? hash.description)
    ]
    (outcome.made, outcome.skipped, outcome.inputHash) = (5, 1, input)
    (outcome.seconds, outcome.cpuSeconds) = (2, 1.5)
    let lease = try #require(try queue.lease(to: 1))
    try queue.giveBack(lease)
    return (FinishedShard(lease: lease, outcome: outcome), folder)
  }

  private func send(
    _ sent: (shard: FinishedShard, folder: RunFolder), joules: Double? = nil
  ) throws -> PartSender.Tally {
    let sender = PartSender(
      to: store, from: sent.folder, as: CommitRecord.Slice(index: 0, count: 4)
    ) { "shard \($0.index)" }
    sender.follow(sent.shard, joules: joules)
    return try sender.finish()
  }

  @Test func `is a part, and then a record that names it`() throws {
    let sent = try shard(holding: "pixels", in: "a")
    let tally = try send(sent, joules: 12)
    #expect(tally.committed.count == 1 && tally.doneByOthers == 0 && tally.bytesSent == 6)

    let record = try #require(try CommitRecord.read(of: .infer, 0, in: store))
    #expect(tally.committed == [record])
    #expect(record.made == 5 && record.skipped == 1 && record.inputHash == "p")
    #expect(record.slice == CommitRecord.Slice(index: 0, count: 4))
    #expect(record.costs.cpuSeconds == 1.5 && record.costs.bytesWritten == 6)
    #expect(record.costs.joules == 12)
    let part = try #require(record.files.first)
    #expect(try store.read(part.name) == Data("pixels".utf8))
    #expect(try store.names(under: JobNames.parts) == [part.name])
    #expect(
      !FileManager.default.fileExists(atPath: sent.1.file(sent.0.outcome.files[0].path).path),
      "the scratch disk is freed")
  }

  @Test func `was done by another where the record is there with the same hash`() throws {
    _ = try send(try shard(holding: "pixels", in: "a"))
    let before = try store.read(JobNames.commit(of: .infer, 0))
    #expect(
      try send(try shard(holding: "pixels", in: "b")) == PartSender.Tally(doneByOthers: 1))
    #expect(try store.read(JobNames.commit(of: .infer, 0)) == before)
    #expect(try store.names(under: "").count == 2)
  }

  @Test func `leaves no second part of the same content`() throws {
    let hash = ContentHash(of: Array("content".utf8).span).description
    _ = try send(try shard(holding: "packed so", content: hash, in: "a"))
    let other = try shard(holding: "packed otherwise", content: hash, in: "b")
    #expect(try send(other) == PartSender.Tally(doneByOthers: 1))
    #expect(try store.names(under: JobNames.parts).count == 1)
  }

  @Test(arguments: [
    ("p", "both were made from the same pixels"),
    ("q", "its scenes gave other pixels here than there"),
  ])
  func `ends with both parts kept where the hash is another`(input: String, reason: String) throws {
    _ = try send(try shard(holding: "pixels", in: "a"))
    let other = try shard(holding: "others", input: input, in: "b")
    let error = #expect(throws: JobError.self) { try send(other) }

    let parts = try store.names(under: JobNames.parts)
    #expect(parts.count == 2)
    guard case .differs(let shard, let kept, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(shard == "shard 0" && found == reason)
    #expect(Set(kept) == Set(parts.map { "\(store.place)/\($0)" }))
    #expect(error.flatMap(Failures.exitStatus) == .notDeterministic)
  }

  @Test func `stops where the job is gone`() throws {
    let sent = try shard(holding: "pixels", in: "a")
    try FileManager.default.removeItem(atPath: place.path("job"))
    try Data().write(to: place.url.appending(path: "job"))
    let sender = PartSender(
      to: store, from: sent.1, as: CommitRecord.Slice(index: 0, count: 4)
    ) { "\($0)" }
    sender.follow(sent.0, joules: nil)
    let error = #expect(throws: JobError.self) { try sender.finish() }
    #expect(sender.failure != nil)
    #expect(error.map { "\($0)".contains("Not a directory") } == true)
  }
}
