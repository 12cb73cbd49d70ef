import Queueing
import Testing

@Suite struct `The pulse of a worker` {
  let start = Duration.seconds(1000)
  let limits = Pulse.Limits(silence: .seconds(60), stall: .seconds(120))

  @Test func `is well while beats come and steps are taken`() {
    var pulse = Pulse(startedAt: start)
    for second in 1...1000 {
      let now = start + .seconds(second)
      _ = pulse.beat(steps: second / 60, at: now)
      #expect(pulse.verdict(at: now, isWorking: true, limits: limits) == .well)
    }
  }

  @Test func `is silent without beats, working or not`() {
    let pulse = Pulse(startedAt: start)
    let later = start + .seconds(61)

    #expect(pulse.verdict(at: later, isWorking: false, limits: limits) == .silent(.seconds(61)))
    #expect(
      pulse.verdict(at: start + .seconds(60), isWorking: false, limits: limits) == .well)
  }

  @Test func `is stalled by beats without steps, unless it waits for work`() {
    var pulse = Pulse(startedAt: start)
    for second in 1...121 { _ = pulse.beat(steps: 0, at: start + .seconds(second)) }
    let later = start + .seconds(121)

    #expect(pulse.verdict(at: later, isWorking: true, limits: limits) == .stalled(.seconds(121)))
    #expect(pulse.verdict(at: later, isWorking: false, limits: limits) == .well)
  }

  @Test func `begins anew with every shard, and when its judge has slept`() {
    var pulse = Pulse(startedAt: start)
    let later = start + .seconds(10_000)
    pulse.restart(at: later)

    #expect(
      pulse.verdict(at: later + .seconds(1), isWorking: true, limits: limits) == .well)
  }

  @Test func `tells how long a step took`() {
    var pulse = Pulse(startedAt: start)

    #expect(pulse.beat(steps: 0, at: start + .seconds(1)) == nil)
    #expect(pulse.beat(steps: 4, at: start + .seconds(8)) == .seconds(2))
    #expect(pulse.beat(steps: 5, at: start + .seconds(9)) == .seconds(1))
  }
}

@Suite struct `The time that a step may take` {
  @Test func `is the given one until steps are known to be slow`() {
    var times = StepTimes()
    #expect(times.stall(of: 0, atLeast: .seconds(120)) == .seconds(120))

    for _ in 0..<9 { times.add(.seconds(1), stage: 0) }
    #expect(times.stall(of: 0, atLeast: .seconds(120)) == .seconds(120))
  }

  @Test func `is twenty medians of the latest steps of the stage`() {
    var times = StepTimes()
    for _ in 0..<100 { times.add(.seconds(10), stage: 0) }
    times.add(.seconds(4000), stage: 0)

    #expect(times.stall(of: 0, atLeast: .seconds(120)) == .seconds(200))
    #expect(times.stall(of: 1, atLeast: .seconds(120)) == .seconds(120))
  }
}
