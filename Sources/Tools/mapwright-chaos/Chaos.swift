import Foundation

/// Does to runs what machines and people do to them, and looks whether the promises hold.
@main
struct Chaos {
  static let usage = """
    usage: mapwright-chaos <verb> …
      campaign [--quick] [--seed N] [--only TRIAL,…] [--stride N] [--report FILE.md] [--keep]
          every trial, or a bounded part of them, or those named; with --stride sweeps take every
          Nth system call; with --report each trial's row is put into FILE.md and FILE.json
      trials
          the names of the trials
      simulate [--seed N] [--steps N]
          the queue's state machine alone, step by step, against its invariants
      queue [--shards N]
          what the queue costs: opening a plan, handing out and committing
      both take
        --mapwright FILE     the command under trial   (default: beside this program)
        --sabotaged FILE     the command built with faults  (default: .build-chaos/release/mapwright)

    """

  static func main() {
    // A trial that speaks to a program which it has just killed must not end with it.
    signal(SIGPIPE, SIG_IGN)
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      exit(try perform(options) ? 0 : 1)
    } catch {
      FileHandle.standardError.write(Data("mapwright-chaos: \(error)\n".utf8))
      exit(error is Options.Unclear ? 64 : 70)
    }
  }

  /// Whether everything held.
  private static func perform(_ options: Options) throws -> Bool {
    switch options.verb {
    case "campaign": return try Campaign(options).perform()
    case "trials":
      for trial in Campaign.trials(options) { print(trial.name) }
      return true
    case "simulate":
      return try QueueSimulation.demonstrate(seed: options.seed, steps: options.steps)
    case "queue": return QueueCost(options).report()
    case "open-queue": return try QueueCost.open(options.file)
    case "disk-full": return try DiskFull.performInside(options)
    default: throw Options.Unclear(description: usage)
    }
  }
}
