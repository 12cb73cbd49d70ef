import ArgumentParser
import Foundation
import Pipelines

/// Which run a verb looks at.
struct RunArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The run's folder, such as runs/buildings.", valueName: "run"),
    completion: .directory)
  var path: String

  /// The run's folder.
  var folder: RunFolder { RunFolder(URL(fileURLWithPath: path)) }
}

/// The verb `status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far a run or a frozen plan is, and which shards were set aside.")

  @Argument(
    help: ArgumentHelp("The run's folder, such as runs/buildings, or a job's.", valueName: "run"),
    completion: .directory)
  var path: String?

  @Option(
    help: ArgumentHelp(
      "Where a frozen plan lies: a folder, or s3://bucket/job.", valueName: "place"))
  var job: String?

  @Flag(help: "Print the status as JSON.")
  var json = false

  @Flag(help: "Show pace and workers, too, and again every second until the run is finished.")
  var watch = false

  func validate() throws {
    guard !(json && watch) else { throw ValidationError("--json shows it once, --watch again.") }
    guard (path == nil) != (job == nil) else {
      throw ValidationError("Name a run's folder, or a job with --job.")
    }
    guard !watch || job == nil else {
      throw ValidationError("--watch is for runs; a job is looked at once.")
    }
  }

  func run() throws {
    if let place = job ?? path.flatMap({ JobStatus.isJob($0) ? $0 : nil }) {
      let status = try JobStatus(of: place)
      if json { try printJSON(status) } else { print(status.words) }
      return
    }
    let folder = RunFolder(URL(fileURLWithPath: path ?? ""))
    if watch { return try StatusScreen(of: folder).show() }
    let status = try RunStatus(of: folder)
    if json { try printJSON(status) } else { print(status.words) }
  }
}

/// The verb `verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hash every file of a run again and compare it with the manifest.",
    discussion: """
      With --reread the scenes are decoded again, too, and compared with the pixels
      that were mapped: most compressions do not notice a flipped bit by themselves.
      """)

  @OptionGroup var place: RunArgument

  @Flag(help: "Decode the scenes again and compare their pixels with those that were mapped.")
  var reread = false

  @Flag(help: "Print what was found as JSON.")
  var json = false

  func run() throws {
    let found = try Verification(of: place.folder, rereadingScenes: reread)
    if json { try printJSON(found) }
    try found.check(place.folder)
    if !json { print(found.words) }
  }
}

/// The verb `gc`.
struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove files of a run that nothing names: what killed commands left behind.",
    discussion: """
      Files that no run writes, such as styles and notes beside a map, are left alone.
      """)

  @OptionGroup var place: RunArgument

  @Flag(help: "Only show what would be removed.")
  var dryRun = false

  @Flag(help: "Print the files as JSON.")
  var json = false

  func run() throws {
    let cleaning = try Cleaning(place.folder, trial: dryRun)
    if json { try printJSON(cleaning) } else { print(cleaning.words) }
  }
}

/// The verb `try`, started by `--trial` and by nobody else.
struct TryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try", abstract: "Compute chips for a trial.", shouldDisplay: false)

  @Argument var order: String

  func run() throws { try TrialWork.run(order) }
}

/// The verb `worker`, started by `map` and by nobody else.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Work on a run's shards.", shouldDisplay: false)

  @Option(name: .customLong("run")) var folder: String
  @Option var threads = 1
  @Option var cache = 64
  @Option var isa: String?
  @Flag var allowRemote = false

  func run() {
    Worker.run(
      in: RunFolder(URL(fileURLWithPath: folder)),
      computing: ComputingSettings(threads: threads, cacheMegabytes: cache, isa: isa),
      reachesOut: allowRemote)
  }
}
