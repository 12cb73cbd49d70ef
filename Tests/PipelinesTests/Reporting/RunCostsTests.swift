import ShardStores
import Testing

@testable import Pipelines

@Suite struct `What a run takes` {
  private func outcome(seconds: Double, memory: Int64 = 0) -> ShardOutcome {
    var outcome = ShardOutcome()
    (outcome.seconds, outcome.cpuSeconds, outcome.peakMemory) = (seconds, seconds / 2, memory)
    return outcome
  }

  @Test func `is added up by stage, and over the commands that worked on it`() throws {
    var first = RunCosts()
    for index in 0..<20 {
      first.add(
        ShardKey(stage: 0, index: index),
        outcome(seconds: Double(index), memory: 1000 - Int64(index)))
    }
    first.seconds = 100
    var second = RunCosts()
    second.add(ShardKey(stage: 3, index: 0), outcome(seconds: 15.5, memory: 5))
    (second.seconds, second.joules) = (20, 360)
    first.add(second)

    let inference = try #require(first.stages[0])
    #expect(inference.shards == 20 && inference.seconds == 190 && inference.cpuSeconds == 95)
    #expect(inference.peakMemory == 1000 && first.stages[3]?.seconds == 15.5)
    #expect(first.slowest.map(\.seconds) == [19, 18, 17, 16, 15.5, 15, 14, 13])
    #expect(first.seconds == 120 && first.joules == 360)
  }
}
