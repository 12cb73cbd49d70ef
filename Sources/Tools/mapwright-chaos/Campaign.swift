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
      CrashSweep(
        name: "crash-coordinator", role: .coordinator, stride: quick ? 23 : options.stride),
      CrashSweep(name: "crash-worker", role: .worker, stride: quick ? 37 : options.stride),
      ErrorSweep(stride: quick ? 41 : options.stride),
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
    let report = Mutex(Report())
    // Measurements first and alone; the others side by side.
    for (trials, lanes) in [
      (chosen.filter(\.isMeasurement), 1), (chosen.filter { !$0.isMeasurement }, 2),
    ] {
      forEach(trials.count, lanes: lanes) { index in
        let row = hold(trials[index], in: arena)
        report.withLock { report in
          report.add(row)
          record(row)
        }
        Self.say(row.words(replay: arena.replay(row.trial)))
      }
    }
    let result = report.withLock(\.self)
    Self.say(result.summary)
    return result.holds
  }

  private func hold(_ trial: any Trial, in arena: Arena) -> ReportRow {
    let start = ContinuousClock.now
    var finding: Finding
    do { finding = try trial.perform(in: arena) } catch {
      finding = Finding(faults: ["broke down: \(error)"])
    }
    // The table is for everybody: no path of this machine.
    finding.faults = finding.faults.map { $0.replacing(arena.folder.path, with: "…") }
    return ReportRow(
      trial, finding, seconds: (ContinuousClock.now - start).seconds, seed: options.seed)
  }

  private func record(_ row: ReportRow) {
    guard let path = options.report else { return }
    do {
      try Report.put(row, into: path, order: Self.trials(options).map(\.name))
    } catch { Self.say("cannot write '\(path)': \(error)") }
  }

  private static func say(_ words: String) {
    print(words)
    fflush(nil)
  }
}
