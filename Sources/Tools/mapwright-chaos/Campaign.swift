import Foundation
import Synchronization

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
      SilentWorkers(rounds: quick ? 2 : 20),
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
    let report = Mutex(Report(options, trials: chosen.map(\.name)))
    let start = ContinuousClock.now
    for (trials, lanes) in [
      (chosen.filter(\.isMeasurement), 1), (chosen.filter { !$0.isMeasurement }, 2),
    ] {
      forEach(trials.count, lanes: lanes) { index in
        let (finding, seconds) = Self.hold(trials[index], in: arena)
        let words = report.withLock { report in
          let row = report.add(trials[index], finding, seconds: seconds)
          return row.words(replay: arena.replay(row.trial))
        }
        Self.say(words)
      }
    }
    let result = report.withLock { report in
      report.seconds = (ContinuousClock.now - start).seconds
      return report
    }
    if let path = options.report { try result.write(to: path) }
    Self.say(result.summary)
    return result.holds
  }

  private static func hold(_ trial: any Trial, in arena: Arena) -> (Finding, seconds: Double) {
    let start = ContinuousClock.now
    var finding: Finding
    do { finding = try trial.perform(in: arena) } catch {
      finding = Finding(faults: ["broke down: \(error)"])
    }
    return (finding, (ContinuousClock.now - start).seconds)
  }

  private static func say(_ words: String) {
    print(words)
    fflush(nil)
  }
}
