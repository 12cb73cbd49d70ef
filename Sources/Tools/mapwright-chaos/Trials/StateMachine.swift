import Foundation

/// The queue's state machine, without disk or clock.
struct StateMachine: Trial {
  let name = "state-machine"
  let promise =
    "no shard done twice, fences only rise, every shard can still end, done means that a file is there"
  let steps: Int

  func perform(in arena: Arena) throws -> Finding {
    var simulation = QueueSimulation(seed: arena.options.seed)
    let start = ContinuousClock.now
    simulation.run(steps: steps)
    let seconds = (ContinuousClock.now - start).seconds
    let tally = simulation.tally
    var finding = Finding()
    finding.expect(simulation.broken == nil, simulation.broken ?? "")
    finding.expect(tally.runs > 1 && tally.refused > 0, "it did next to nothing: \(tally)")
    finding.done =
      "\(tally.steps) steps, \(tally.runs) runs in \(String(format: "%.1f", seconds)) s"
    finding.seen =
      "\(tally.saved) saved, \(tally.refused) refused by the fence, "
      + "\(tally.coordinatorDeaths) deaths of coordinators, \(tally.damages) damaged files"
    finding.numbers = ["steps": Double(tally.steps), "seconds": seconds]
    return finding
  }
}
