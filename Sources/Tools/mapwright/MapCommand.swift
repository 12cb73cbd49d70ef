import ArgumentParser
import Foundation
import Glibc
import Pipelines

/// What `map` and `plan` both take.
struct PipelineOptions: ParsableArguments {
  @Argument(help: "The pipeline file.", completion: .file(extensions: ["yaml", "yml"]))
  var pipeline: String

  @Argument(help: "Scenes to map instead of the pipeline's: files, folders, globs, lists.")
  var scenes: [String] = []

  @Option(
    help: ArgumentHelp(
      "Warp scenes to one grid: auto, or a reference system such as EPSG:32645.",
      valueName: "crs"))
  var grid: String?

  @Option(help: ArgumentHelp("Map only inside these polygons.", valueName: "file"))
  var region: String?

  @Flag(help: "Let the rasters go on to the end of the chips at the region's border.")
  var noClip = false

  @Option(help: ArgumentHelp("Where the run is kept. (default: runs/<name>)", valueName: "folder"))
  var out: String?

  @OptionGroup var workers: WorkersOption

  @Option(
    help: ArgumentHelp(
      "The memory that all processes together may take, such as 8GB; the map does not depend on it.",
      valueName: "amount"))
  var memory: String?

  @Option(
    help: ArgumentHelp(
      "What a scene does that cannot be read: it keeps the run from beginning, or is left out.",
      valueName: "fail|skip"))
  var onBadScene = "fail"

  @Flag(
    help:
      "Try engines and splits into workers and threads first; take the fastest where they are auto."
  )
  var trial = false

  @Flag(help: "Map scenes whose pixel size differs from the model's by more than 20 %.")
  var acceptResolution = false

  @Flag(
    help: "Read files on the net, whoever names them: the pipeline, a VRT, a STAC catalogue.")
  var allowRemote = false

  /// The same, for the pipeline.
  var request: MapRequest {
    var request = MapRequest(pipeline: pipeline)
    request.scenes = scenes
    request.grid = grid
    request.region = region
    request.clipsToRegion = noClip ? false : nil
    request.folder = out
    request.workers = workers.count
    request.memory = memory.flatMap(MemorySize.bytes)
    request.skipsBadScenes = onBadScene == "skip"
    request.acceptsResolution = acceptResolution
    request.tries = trial
    request.allowsRemote = allowRemote
    return request
  }

  mutating func validate() throws {
    guard memory == nil || memory.flatMap(MemorySize.bytes) != nil else {
      throw ValidationError("--memory takes an amount with its unit, such as 8GB or 900MB.")
    }
    guard ["fail", "skip"].contains(onBadScene) else {
      throw ValidationError("--on-bad-scene takes fail or skip.")
    }
  }
}

/// The verb `map`.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Run a pipeline, or resume one that stopped.",
    discussion: """
      Finished shards are never redone; the same command resumes. Exit status:

        0    everything is done
        3    done, but some shards were set aside: see `mapwright status`
        6    a shard gave other bytes than before; both files are kept
        64   the command line is wrong
        65   the pipeline file or the model is wrong
        66   an input is missing, unreadable, or outside the region
        69   the engine or the device is not there, or the model does not fit into memory
        70   a bug: please report it
        74   the disk is full, too small or cannot be written; the same command goes on
        75   stopped by a signal, or another command is at work on the run; the same command
             goes on
        78   the folder holds a run of something else
      """)

  @OptionGroup var pipeline: PipelineOptions

  @Flag(help: "Delete the run that lies in the folder and begin anew.")
  var fresh = false

  @Flag(help: "Try again what was set aside.")
  var retrySetAside = false

  @Option(
    help: ArgumentHelp(
      """
      What may differ from the run in the folder: scenes, output, numeric. Only what it touches is \
      redone.
      """,
      valueName: "what"), transform: change)
  var acceptChanged: [AcceptedChange] = []

  @Option(
    help: ArgumentHelp(
      "Where the queue's database is kept, if the run is on a network file system.",
      valueName: "folder"))
  var state: String?

  @OptionGroup var grace: GraceOption

  @Option(
    help: ArgumentHelp(
      "Compute with this instruction set; the bits are the same. (default: the widest there is)",
      valueName: ComputingSettings.instructionSets.joined(separator: "|")))
  var isa: String?

  @Flag(name: [.short, .long], help: "Show no progress, only results and failures.")
  var quiet = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @Option(help: ArgumentHelp("Hand shards out as if by lot.", visibility: .hidden))
  var shuffle: UInt32?

  @Flag(help: ArgumentHelp("Hand shards out from the last to the first.", visibility: .hidden))
  var backwards = false

  func validate() throws {
    let sets = ComputingSettings.instructionSets
    guard isa.map(sets.contains) ?? true else {
      throw ValidationError("--isa takes one of \(sets.joined(separator: ", ")) on this machine.")
    }
  }

  func run() throws {
    var request = pipeline.request
    request.shuffle = shuffle
    request.isBackwards = backwards
    request.beginsAnew = fresh
    request.stateFolder = state
    request.instructionSet = isa
    request.retriesSetAside = retrySetAside
    request.accepts = Set(acceptChanged)
    request.grace = grace.duration
    request.isQuiet = quiet
    request.isTerminal = isatty(STDERR_FILENO) == 1
    let result = try MapRun(request).execute()
    if json { try printJSON(result) } else { print(result.words) }
    throw ExitCode(result.exitStatus.rawValue)
  }
}

private func change(_ word: String) throws -> AcceptedChange {
  guard let change = AcceptedChange(rawValue: word) else {
    let words = AcceptedChange.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("--accept-changed takes one of: \(words).")
  }
  return change
}
