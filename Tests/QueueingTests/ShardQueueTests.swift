import Queueing
import ShardStores
import TestSupport
import Testing

@Suite struct `The queue` {
  let folder: TemporaryFolder
  let store: ShardStore
  let queue: ShardQueue

  /// Three shards of stage 0, and one of stage 1 that waits for them.
  init() throws {
    folder = try TemporaryFolder()
    store = try ShardStore(writing: folder.path("queue.sqlite"))
    let first = (0..<3).map { ShardRecord(key: ShardKey(stage: 0, index: $0)) }
    let last = ShardRecord(key: ShardKey(stage: 1, index: 0), state: .blocked, waits: 3)
    try store.insert(first + [last])
    queue = ShardQueue(
      store: store, successors: { $0.stage == 0 ? .stage(1) : .none },
      endsWithout: { $0.stage == 0 })
  }

  @Test func `shards are leased by index, each to one worker`() throws {
    let leases = [try queue.lease(to: 1), try queue.lease(to: 2), try queue.lease(to: 3)]

    #expect(leases.map { $0?.key.index } == [0, 1, 2])
    #expect(try queue.lease(to: 4) == nil)
  }

  @Test func `a worker goes along its row, and takes rows that nobody has begun`() throws {
    let store = try ShardStore(writing: folder.path("rows.sqlite"))
    // Two rows of three, of which the first of each has a weight; then one with less in it.
    try store.insert(
      (0..<6).map {
        ShardRecord(key: ShardKey(stage: 0, index: $0), weight: $0 % 3 == 0 ? 1 : 0)
      })
    let queue = ShardQueue(store: store, successors: { _ in .none }, endsWithout: { _ in true })
    var last: [ShardKey?] = [nil, nil]
    var order: [[Int]] = [[], []]
    for turn in 0..<6 {
      let worker = turn % 2
      let lease = try #require(try queue.lease(to: worker, after: last[worker]))
      last[worker] = lease.key
      order[worker].append(lease.key.index)
    }

    #expect(order == [[0, 1, 2], [3, 4, 5]])
  }

  @Test func `a worker helps out in another's row when no row is left`() throws {
    let store = try ShardStore(writing: folder.path("rows.sqlite"))
    try store.insert(
      (0..<4).map { ShardRecord(key: ShardKey(stage: 0, index: $0), weight: $0 == 0 ? 1 : 0) })
    let queue = ShardQueue(store: store, successors: { _ in .none }, endsWithout: { _ in true })
    let first = try #require(try queue.lease(to: 1))
    let helped = try #require(try queue.lease(to: 2))
    let next = try #require(try queue.lease(to: 1, after: first.key))

    #expect([first, helped, next].map(\.key.index) == [0, 1, 2])
  }

  @Test func `a shard that waits becomes ready when the last it waits for has ended`() throws {
    for _ in 0..<3 {
      #expect(try store.record(ShardKey(stage: 1, index: 0))?.state == .blocked)
      let lease = try #require(try queue.lease(to: 1))
      #expect(try queue.finish(lease, artifacts: [], made: 1, skipped: 0))
    }

    #expect(try queue.lease(to: 1)?.key == ShardKey(stage: 1, index: 0))
  }

  @Test func `a shard set aside does not hold up what can go on without it`() throws {
    for _ in 0..<2 {
      let lease = try #require(try queue.lease(to: 1))
      _ = try queue.finish(lease, artifacts: [], made: 1, skipped: 0)
    }
    for _ in 0..<3 {
      let lease = try #require(try queue.lease(to: 1))
      _ = try queue.crash(lease, because: "bad block")
    }

    #expect(try queue.lease(to: 1)?.key == ShardKey(stage: 1, index: 0))
  }

  @Test func `shards that are finished together are recorded each by its own lease`() throws {
    let leases = try (1...3).map { try #require(try queue.lease(to: $0)) }
    try queue.giveBack(leases[1])
    let done = try queue.finish(
      leases.map { FinishedWork(lease: $0, artifacts: [], made: 1, skipped: 0) })

    #expect(done == [true, false, true])
    #expect(try store.tally(stage: 0).done == 2)
    #expect(try store.record(ShardKey(stage: 1, index: 0))?.waits == 1)
  }

  @Test func `a worker that lost its lease commits nothing`() throws {
    let lost = try #require(try queue.lease(to: 1))
    _ = try queue.recover()
    let artifact = Artifact(
      key: lost.key, part: 0, path: "a", bytes: 1, fileHash: "f", contentHash: "c")

    #expect(try !queue.holds(lost))
    #expect(try !queue.finish(lost, artifacts: [artifact], made: 1, skipped: 0))
    #expect(try store.artifacts(stage: 0).isEmpty)
  }

  @Test func `a damaged file is made again before the work that found it goes on`() throws {
    for _ in 0..<3 {
      let lease = try #require(try queue.lease(to: 1))
      let file = Artifact(
        key: lease.key, part: 0, path: "\(lease.key.index)", bytes: 1, fileHash: "f",
        contentHash: "c")
      _ = try queue.finish(lease, artifacts: [file], made: 1, skipped: 0)
    }
    let mosaic = try #require(try queue.lease(to: 1))
    let culprit = ShardKey(stage: 0, index: 1)

    #expect(try queue.redo(culprit, foundBy: mosaic))
    #expect(try store.artifacts(of: [culprit]).map(\.isRetired) == [true])
    let again = try #require(try queue.lease(to: 2))
    #expect(again.key == culprit)
    _ = try queue.finish(again, artifacts: [], made: 1, skipped: 0)
    #expect(try queue.lease(to: 2)?.key == mosaic.key)
    #expect(try !queue.finish(mosaic, artifacts: [], made: 1, skipped: 0), "its lease is lost")
  }

  @Test func `two layers that find the same damage have it made again once`() throws {
    let second = ShardRecord(key: ShardKey(stage: 1, index: 1))
    try store.insert([second])
    let layer = try #require(try queue.lease(to: 1))
    for _ in 0..<3 {
      let lease = try #require(try queue.lease(to: 1))
      _ = try queue.finish(lease, artifacts: [], made: 1, skipped: 0)
    }
    let other = try #require(try queue.lease(to: 2))
    #expect(try queue.redo(ShardKey(stage: 0, index: 0), foundBy: layer))
    #expect(try queue.redo(ShardKey(stage: 0, index: 0), foundBy: other))

    #expect(try store.tally(stage: 0).ready == 1)
    #expect(try store.tally(stage: 1).blocked == 2)
    let again = try #require(try queue.lease(to: 3))
    _ = try queue.finish(again, artifacts: [], made: 1, skipped: 0)
    #expect(try store.tally(stage: 1).ready == 2)
  }

  @Test func `a coordinator that begins again gives back what the last one had leased`() throws {
    _ = try queue.lease(to: 1)
    _ = try queue.lease(to: 2)

    #expect(try queue.recover() == 2)
    #expect(try queue.lease(to: 3)?.record.attempts == 2)
  }

  @Test func `what is committed outlives the store that wrote it`() throws {
    let lease = try #require(try queue.lease(to: 1))
    let artifact = Artifact(
      key: lease.key, part: 0, path: "3-inference/a.tif", bytes: 9, fileHash: "f", contentHash: "c")
    _ = try queue.finish(lease, artifacts: [artifact], made: 4, skipped: 2)

    let again = try ShardStore(reading: folder.path("queue.sqlite"))
    #expect(try again.artifacts(stage: 0) == [artifact])
    let tally = try again.tally(stage: 0)
    #expect(tally.done == 1 && tally.ready == 2 && tally.made == 4)
  }
}
