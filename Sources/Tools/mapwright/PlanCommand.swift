import ArgumentParser
import Pipelines

/// The verb `plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show chips, shards, time, memory and disk, and change nothing; or freeze a plan.",
    discussion: """
      With --slices and --job the plan is frozen in a folder that many machines see, or
      in a bucket. They do its slices with `run-slice`, and `finalize` makes the map.
      """)

  @OptionGroup var pipeline: PipelineOptions

  @Option(
    help: ArgumentHelp(
      "What an hour of one core costs: the plan then tells what the run will, in the same money.",
      valueName: "money"))
  var pricePerCoreHour: Double?

  @Option(
    help: ArgumentHelp("Freeze the plan for so many slices; needs --job.", valueName: "count"))
  var slices: Int?

  @Option(
    help: ArgumentHelp(
      "Where the frozen plan goes: a folder that all machines see, or s3://bucket/job.",
      valueName: "place"))
  var job: String?

  @Flag(help: "Print the plan as JSON.")
  var json = false

  func validate() throws {
    guard (slices == nil) == (job == nil) else {
      throw ValidationError("--slices and --job go together: how many slices, and where.")
    }
    guard slices.map({ (1...1_000_000).contains($0) }) ?? true else {
      throw ValidationError("--slices takes a number from 1 to 1000000.")
    }
    guard job == nil || !pipeline.trial else {
      throw ValidationError("--trial tries this machine, and a job is for many: leave it out.")
    }
  }

  func run() throws {
    if let slices, let job {
      let frozen = try JobFreezing(pipeline.request, slices: slices, place: job).execute()
      if json { try printJSON(frozen) } else { print(frozen.words) }
      return
    }
    let summary = try PlanSummary(of: pipeline.request, pricePerCoreHour: pricePerCoreHour)
    if json { try printJSON(summary) } else { print(summary.words) }
  }
}
