import Testing

@testable import mapwright_chaos

@Suite struct `The queue's state machine` {
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `keeps its promises under everything that can happen to it`(seed: UInt64) {
    var simulation = QueueSimulation(seed: seed)
    simulation.run(steps: 20_000)

    #expect(simulation.broken == nil)
    #expect(simulation.tally.runs > 1 && simulation.tally.coordinatorDeaths > 50)
    #expect(simulation.tally.damages > 10)
    #expect(simulation.tally.refused > 500, "the fence was hardly ever put to the test")
  }

  @Test func `does the same steps again for the same seed`() {
    var (one, other) = (QueueSimulation(seed: 3), QueueSimulation(seed: 3))
    one.run(steps: 5_000)
    other.run(steps: 5_000)

    #expect(one.tally == other.tally)
  }
}
