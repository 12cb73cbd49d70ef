import ArgumentParser
import Foundation
import Glibc
import Pipelines

/// Which job a verb works on.
struct JobOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the frozen plan lies: a folder, or s3://bucket/job.", valueName: "place"))
  var job: String
}

/// The verb `run-slice`.
struct RunSliceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-slice",
    abstract: "Do a slice of a frozen plan: for tasks of Slurm, Kubernetes or AWS Batch.",
    discussion: """
      A slice does the shards whose number leaves its index when divided by the number of
      slices, and that nobody has committed yet. It may be run any number of times, by
      several tasks at once too. Exit status:

        0    every shard of the slice is committed
        3    some were set aside: see `mapwright status --job`
        6    a shard gave other bytes than another task has committed; both are kept
        66   the job or a scene is missing or not what was frozen
        69   the engine is not there, or the model does not fit into memory
        74   a disk is full, too small or cannot be written; the same command goes on
        75   stopped by a signal; the same command goes on
        78   this machine computes other bits than the plan says
      """)

  @OptionGroup var place: JobOption

  @Option(
    help: ArgumentHelp(
      """
      The slice, from 0. (default: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or \
      AWS_BATCH_JOB_ARRAY_INDEX)
      """, valueName: "number"))
  var index: Int?

  @Option(
    name: .customLong("of"),
    help: ArgumentHelp(
      "Of how many; every number of slices makes up the whole. (default: as planned)",
      valueName: "count"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "A folder on this machine's disk. (default: TMPDIR, or /tmp)", valueName: "folder"))
  var scratch: String?

  @OptionGroup var workers: WorkersOption

  @OptionGroup var grace: GraceOption

  @Flag(name: [.short, .long], help: "Show no progress, only results and failures.")
  var quiet = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    guard count.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--of takes a number of 1 or more.")
    }
  }

  func run() throws {
    var request = SliceRequest(job: place.job)
    request.index = index
    request.count = count
    request.scratch = scratch
    request.workers = workers.count
    request.grace = grace.duration
    request.isQuiet = quiet
    request.isTerminal = isatty(STDERR_FILENO) == 1
    let result = try SliceRun(request).execute()
    if json { try printJSON(result) } else { print(result.words) }
    throw ExitCode(result.exitStatus.rawValue)
  }
}
