import Foundation

/// All trials, one after the other, and the table of what was seen.
struct Campaign {
  private let options: Options

  init(_ options: Options) { self.options = options }

  /// The trials, in the order of the table; with a quick campaign each is bounded.
  static func trials(_ options: Options) -> [any Trial] {
    let quick = options.isQuick
    return [
      KillTree(seeds: quick ? 1 : 5, kills: quick ? 40 : 200),
      NegativeControl(deaths: quick ? 4 : 8),
      CrashSweep(name: "crash-coordinator", role: .coordinator, stride: quick ? 23 : 1),
      CrashSweep(name: "crash-worker", role: .worker, stride: quick ? 37 : 1),
      ErrorSweep(stride: quick ? 41 : 1),
      Matrix(share: quick ? 0.1 : 1),
      PoisonTrio(),
      CoordinatorDeaths(rounds: quick ? 10 : 50),
      OneShardManyDeaths(rounds: quick ? 8 : 30),
      Zombies(rounds: quick ? 6 : 50),
      DoubleStart(rounds: quick ? 3 : 20),
      ChangedInputs(),
      ClockJumps(),
      DurabilityOrder(),
      DiskFull(rounds: quick ? 1 : 5),
      QueueBounds(
        shards: quick ? 100_000 : 1_000_000, pipeline: "pipelines/buildings.yaml"),
      StateMachine(steps: quick ? 200_000 : 1_000_000),
    ]
  }

  /// Whether everything held.
  func perform() throws -> Bool {
    let arena = try Arena(options)
    let chosen = Self.trials(options).filter {
      options.only.isEmpty || options.only.contains($0.name)
    }
    guard !chosen.isEmpty else {
      throw Options.Unclear(description: "no trial is called that; see `mapwright-chaos trials`")
    }
    var report = Report(options)
    for trial in chosen {
      say("\(trial.name): \(trial.promise)")
      let start = ContinuousClock.now
      var finding: Finding
      do { finding = try trial.perform(in: arena) } catch {
        finding = Finding()
        finding.faults = ["broke down: \(error)"]
      }
      let row = report.add(trial, finding, seconds: (ContinuousClock.now - start).seconds)
      say("  \(row.verdict) in \(Int(row.seconds)) s: \(row.done); \(row.seen)")
      for fault in finding.faults.prefix(20) { say("    \(fault)") }
      if !finding.faults.isEmpty { say("    replay: \(arena.replay(trial.name))") }
    }
    if let path = options.report { try report.write(to: path) }
    say(report.summary)
    return report.holds
  }

  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}
