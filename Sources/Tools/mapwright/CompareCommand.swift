import ArgumentParser
import Pipelines

/// The verb `compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Find what is missing from a map that exists: new, matched, changed outlines.",
    discussion: """
      Writes comparison.gpkg with the layers footprints (each outline with a status), missing
      (existing ones that were not found) and cells (counts by square), comparison.md and
      comparison.json.
      """)

  @Argument(help: "A run's folder, or a file of outlines.", completion: .file())
  var outlines: String

  @Option(
    help: ArgumentHelp(
      "The map that exists, in any format GDAL reads; of .osm and .osm.pbf, the buildings.",
      valueName: "file"))
  var against: String

  @Option(help: ArgumentHelp("Where the comparison goes.", valueName: "folder"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Compare only outlines whose centres of mass lie in these polygons.", valueName: "file"))
  var region: String?

  @Option(help: ArgumentHelp("The least IoU of a matched outline.", valueName: "share"))
  var matched = 0.5

  @Option(help: ArgumentHelp("The least IoU of a changed outline.", valueName: "share"))
  var changed = 0.1

  @Option(
    name: .customLong("cell-m"),
    help: ArgumentHelp("The side of the cells that are summed up.", valueName: "metres"))
  var cell = 1_000.0

  @Flag(help: "Print as JSON.")
  var json = false

  func validate() throws {
    guard matched > 0, matched <= 1, changed > 0, changed <= matched else {
      throw ValidationError("--changed and --matched take IoUs with 0 < changed ≤ matched ≤ 1.")
    }
    guard cell > 0, cell.isFinite else {
      throw ValidationError("--cell-m takes a length above 0.")
    }
  }

  func run() throws {
    var request = ComparisonRequest(of: outlines, with: against, folder: out)
    request.region = region
    request.matched = matched
    request.changed = changed
    request.cell = cell
    let comparison = try ComparisonRun(request).execute()
    if json { try printJSON(comparison) } else { print(comparison.words) }
  }
}
