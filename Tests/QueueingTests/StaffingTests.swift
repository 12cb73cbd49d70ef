import Queueing
import Testing

@Suite struct `Workers and memory` {
  @Test func `the batch halves with every kill, down to one`() {
    #expect((0...6).map { Staffing.batch(of: 16, kills: $0) } == [16, 8, 4, 2, 1, 1, 1])
    #expect(Staffing.batch(of: 3, kills: 1) == 1 && Staffing.batch(of: 64, kills: 1000) == 1)
  }

  @Test func `then the workers halve, and only the last one blames the shard`() {
    var staffing = Staffing(wanted: 6)
    #expect(staffing.killedForMemory(batch: 2, others: 5) == .again && staffing.allowed == 6)
    #expect(staffing.killedForMemory(batch: 1, others: 5) == .again && staffing.allowed == 3)
    #expect(staffing.killedForMemory(batch: 1, others: 2) == .again && staffing.allowed == 1)
    // The others may still be at work when their number has been reduced.
    #expect(staffing.killedForMemory(batch: 1, others: 2) == .again)
    #expect(staffing.killedForMemory(batch: 1, others: 0) == .crash && staffing.allowed == 1)
  }

  @Test func `one more is tried after a calm time, never more than were asked for`() {
    var staffing = Staffing(wanted: 2)
    _ = staffing.killedForMemory(batch: 1, others: 1)
    for _ in 0..<Staffing.calm - 1 { staffing.shardDone() }
    #expect(staffing.allowed == 1)
    for _ in 0..<10 * Staffing.calm { staffing.shardDone() }
    #expect(staffing.allowed == 2)
  }
}
