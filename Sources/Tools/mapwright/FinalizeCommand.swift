import ArgumentParser
import Foundation
import Glibc
import Pipelines

/// The verb `finalize`.
struct FinalizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finalize",
    abstract: "Make the map of a frozen plan whose slices are done.",
    discussion: """
      Counts what the slices have committed. If something is missing, prints the slices that
      are still to run, as `sbatch --array` takes them; else makes a run of it, with the
      same map and outlines that a single machine makes. Of a country, several machines make
      the layers with --index, the same again the outlines, and one makes the run of these.
      Exit status:

        0    the map is made
        3    it has gaps, or shards were set aside and --with-gaps is not given
        6    a shard gave other bytes than before; both files are kept
        66   something of the job is missing or not what was committed
        74   the disk is full, too small or cannot be written; the same command goes on
        75   shards are missing, or a signal has stopped it; the same command goes on
        78   the folder holds a run of something else
      """)

  @OptionGroup var place: JobOption

  @Option(
    help: ArgumentHelp(
      "Do only this slice of the layers, or, when all layers are there, of the outlines.",
      valueName: "number"))
  var index: Int?

  @Option(
    name: .customLong("of"),
    help: ArgumentHelp("Of how many slices. (default: as planned)", valueName: "count"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "A folder on this machine's disk, for a slice. (default: TMPDIR, or /tmp)",
      valueName: "folder"))
  var scratch: String?

  @Option(help: ArgumentHelp("Where the run is kept. (default: runs/<name>)", valueName: "folder"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Where the queue's database is kept, if the run is on a network file system.",
      valueName: "folder"))
  var state: String?

  @OptionGroup var workers: WorkersOption

  @OptionGroup var grace: GraceOption

  @Flag(help: "Map without the shards that were set aside: they become gaps.")
  var withGaps = false

  @Flag(help: "Delete the run that lies in the folder and begin anew.")
  var fresh = false

  @Flag(help: "Delete what the slices have committed once the whole map is made of it.")
  var deleteParts = false

  @Option(
    help: ArgumentHelp(
      "What an hour of one core costs: the reports then tell what a km² did, in the same money.",
      valueName: "money"))
  var pricePerCoreHour: Double?

  @Flag(name: [.short, .long], help: "Show no progress, only results and failures.")
  var quiet = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    guard index != nil || (count == nil && scratch == nil) else {
      throw ValidationError("--of and --scratch are for a slice: name one with --index.")
    }
    guard count.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--of takes a number of 1 or more.")
    }
    // What slices commit is never replaced, and a gap may be closed.
    guard index == nil || !withGaps else {
      throw ValidationError("--with-gaps is for the whole map: leave --index out.")
    }
  }

  func run() throws {
    var request = FinalizationRequest(job: place.job)
    request.index = index
    request.count = count
    request.scratch = scratch
    request.folder = out
    request.stateFolder = state
    request.workers = workers.count
    request.grace = grace.duration
    request.allowsGaps = withGaps
    request.beginsAnew = fresh
    request.deletesParts = deleteParts
    request.pricePerCoreHour = pricePerCoreHour
    request.isQuiet = quiet
    request.isTerminal = isatty(STDERR_FILENO) == 1
    let result = try Finalization(request).execute()
    if json { try printJSON(result) } else { print(result.words) }
    throw ExitCode(result.exitStatus.rawValue)
  }
}
