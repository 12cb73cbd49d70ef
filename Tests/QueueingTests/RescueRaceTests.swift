import Queueing
import ShardStores
import TestSupport
import Testing

/// River's issue 1302: a rescuer selects rows that look stuck, thinks, and updates them by their id; a
/// job that was completed in between is moved back and done twice.
@Suite struct `A rescuer that read before it writes` {
  @Test func `never takes back what was finished, in a thousand interleavings`() throws {
    let folder = try TemporaryFolder()
    let store = try ShardStore(writing: folder.path("queue.sqlite"))
    let count = 1_000
    try store.insert((0..<count).map { ShardRecord(key: ShardKey(stage: 0, index: $0)) })
    let queue = ShardQueue(store: store, successors: { _ in .none }, endsWithout: { _ in true })
    var random = SeededGenerator(seed: 1302)
    var (rescued, refused) = (0, 0)

    for index in 0..<count {
      let key = ShardKey(stage: 0, index: index)
      let lease = try #require(try queue.lease(to: 1))
      try #require(lease.key == key)
      // The rescuer's read, its write, and the worker's end, in an order drawn by lot.
      let read = random.next() % 3
      var seen: ShardRecord?
      var isFinished = false
      for moment in 0..<3 as Range<UInt64> {
        if moment == read { seen = try store.record(key) }
        if moment == random.next() % 3, !isFinished {
          isFinished = try queue.finish(lease, artifacts: [], made: 1, skipped: 0)
        }
      }
      if let next = seen?.givenBack() {
        if try store.save(next) { rescued += 1 } else { refused += 1 }
      }
      let wasLost = try !isFinished && !queue.holds(lease)
      if !isFinished && !wasLost {
        isFinished = try queue.finish(lease, artifacts: [], made: 1, skipped: 0)
      }

      let record = try #require(try store.record(key))
      #expect(record.state == (isFinished ? .done : .ready))
      if record.state == .ready {
        // Whoever was rescued commits nothing any more; somebody else does the shard.
        #expect(try !queue.finish(lease, artifacts: [], made: 1, skipped: 0))
        let other = try #require(try queue.lease(to: 2))
        #expect(try queue.finish(other, artifacts: [], made: 1, skipped: 0))
      }
    }

    #expect(try store.eventCount(of: .done) == count)
    #expect(rescued > 100 && refused > 100, "\(rescued) rescued, \(refused) refused")
  }
}
