import Queueing
import ShardStores
import TestSupport
import Testing

@Suite struct `The life of a shard` {
  let ready = ShardRecord(key: ShardKey(stage: 0, index: 7))

  @Test func `a ready shard is leased, then finished`() throws {
    let leased = try #require(ready.leased(by: 42))
    let done = try #require(leased.finished(made: 15, skipped: 1))

    #expect(leased.state == .leased && leased.owner == 42 && leased.attempts == 1)
    #expect(done.state == .done && done.owner == nil)
    #expect(done.madeCount == 15 && done.skippedCount == 1)
  }

  @Test func `every step raises the fence by one`() throws {
    let leased = try #require(ready.leased(by: 1))
    let back = try #require(leased.givenBack())

    #expect([ready.fence, leased.fence, back.fence] == [0, 1, 2])
  }

  @Test func `the third crash of its own sets a shard aside, with the reason`() throws {
    var record = ready
    for crash in 1...3 {
      record = try #require(record.leased(by: crash)?.crashed(because: "bad block \(crash)"))
    }

    #expect(record.state == .setAside && record.crashes == 3 && record.reason == "bad block 3")
  }

  @Test func `handing back never sets a shard aside`() throws {
    var record = ready
    for _ in 1...100 { record = try #require(record.leased(by: 1)?.givenBack()) }

    #expect(record.state == .ready && record.attempts == 100 && record.crashes == 0)
  }

  @Test func `only the hundredth kill sets a shard aside`() throws {
    var record = ready
    for _ in 1...99 { record = try #require(record.leased(by: 1)?.killed(because: "signal 9")) }
    #expect(record.state == .ready)

    record = try #require(record.leased(by: 1)?.killed(because: "signal 9"))
    #expect(record.state == .setAside)
  }

  @Test func `a shard that nobody has cannot end`() {
    #expect(ready.finished(made: 1, skipped: 0) == nil)
    #expect(ready.crashed(because: "no") == nil)
    #expect(ready.givenBack() == nil)
  }

  @Test func `a person's retry forgives all crashes`() throws {
    var record = ready
    for _ in 1...3 { record = try #require(record.leased(by: 1)?.crashed(because: "no")) }

    let retried = try #require(record.retried())
    #expect(retried.state == .ready && retried.crashes == 0)
  }

  @Test func `a shard whose file is lost is done again`() throws {
    let done = try #require(ready.leased(by: 1)?.finished(made: 1, skipped: 0))

    #expect(done.undone()?.state == .ready && ready.undone() == nil)
  }

  @Test func `what waits for one more is blocked`() throws {
    let leased = try #require(ready.leased(by: 1))
    let waiting = try #require(leased.heldUp()?.heldUp())

    #expect(waiting.state == .blocked && waiting.waits == 2 && waiting.owner == nil)
    #expect(leased.finished(made: 1, skipped: 0)?.heldUp() == nil)
  }

  @Test func `a reason is kept to two kibibytes`() throws {
    let reason = String(repeating: "ä", count: 3000)
    let record = try #require(ready.leased(by: 1)?.crashed(because: reason))

    #expect(try #require(record.reason).utf8.count <= 2050)
  }

  @Test func `a million random steps keep every promise`() {
    var random = SeededGenerator(seed: 1)
    var record = ready
    for _ in 0..<1_000_000 {
      let next: ShardRecord? =
        switch random.next() % 16 {
        case 0..<6: record.leased(by: 1)
        case 6: record.finished(made: 1, skipped: 0)
        case 7..<11: record.givenBack()
        case 11..<13: record.crashed(because: "c")
        case 13..<15: record.killed(because: "k")
        default: record.retried()
        }
      guard let next else { continue }
      #expect(next.fence == record.fence + 1)
      #expect(next.state == .leased || next.owner == nil)
      #expect(next.state != .ready || (next.crashes < 3 && next.kills < 100))
      record = next.state == .done ? ShardRecord(key: record.key) : next
    }
  }
}
