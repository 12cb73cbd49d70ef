import BuiltinNetworks
import Foundation
import GeoFiles
import Grids
import Mosaicking
import Tensors
import Tiling

/// What a run would do: what `mapwright plan` prints.
public struct PlanSummary: Codable, Sendable {
  /// The pipeline's name.
  public var name: String
  /// How many scenes there are.
  public var scenes: Int
  /// The lattice's reference system.
  public var crs: String
  /// The ground that a pixel in the middle of the map covers, in m along a side of a square.
  public var pixelMeters: Double
  /// Why the lattice is what it is; nil where it is the scenes' own.
  public var gridReason: String?
  /// How many scenes do not share the lattice, and are warped.
  public var warpedScenes: Int
  /// The map's width and height, in pixels.
  public var width: Int
  /// The map's height, in pixels.
  public var height: Int
  /// The side of a chip, in pixels.
  public var chip: Int
  /// The halo, in pixels per side.
  public var halo: Int
  /// Chips that meet scenes and region.
  public var chips: Int
  /// Pixels of these that the network is shown, halos included.
  public var shownPixels: Int
  /// Chips of the map's rectangle that are passed over, since they meet no scene.
  public var chipsWithoutScene: Int
  /// Chips that meet a scene and are passed over, since they lie outside the region.
  public var chipsOutside: Int
  /// How many files each layer of the map consists of.
  public var sheets: Int
  /// Shards with at least one scene in them.
  public var shards: Int
  /// The side of a shard, in pixels.
  public var shardSide: Int
  /// How far the network sees, in pixels per side; nil when not known.
  public var receptiveRadius: Int?
  /// The engine that runs the model, and what it computes with.
  public var engine: String
  /// Floating-point operations of a chip; nil where only OpenVINO knows the model.
  public var operationsPerChip: Int?
  /// What a core of this machine gives at the moment, in 10⁹ operations a second.
  public var gflops: Double
  /// Processor seconds of a chip in the network, on a core of this machine, as its cost model
  /// reckons; nil where the built-in engine does not run it.
  public var secondsPerChip: Double?
  /// An upper bound of the disk that is needed while the run goes on, in bytes, before compression.
  public var diskBytes: Int
  /// What will be needed about, in bytes: with less, the run does not begin.
  public var diskNeed: Int
  /// What is left of it in the end, about, in bytes.
  public var diskKept: Int
  /// The rasters that are written, by name.
  public var layers: [String]
  /// What workers take of the memory, and why, in words.
  public var memory: String
  /// The memory that all processes together take at most, in bytes, as reckoned.
  public var memoryBytes: Int
  /// Processor seconds of the whole run on cores of this machine, as reckoned; nil where the network's
  /// are not known.
  public var cpuSeconds: Double?
  /// What these cost; nil where no price was given.
  public var price: Double?
  /// What was tried, where that was asked for.
  public var trial: Trial?
  /// What the user should know.
  public var warnings: [String]

  /// Plans what was asked for; changes nothing.
  ///
  /// - Parameter pricePerCoreHour: What an hour of one core costs, in any money.
  public init(of request: MapRequest, pricePerCoreHour: Double? = nil) throws {
    try OutsideLibraries.start(reachesOut: request.reachesOut)
    try self.init(of: Planner(request), request, pricePerCoreHour: pricePerCoreHour)
  }

  /// Sums up a plan.
  init(of planner: Planner, _ request: MapRequest, pricePerCoreHour: Double? = nil) throws {
    let plan = planner.plan
    name = plan.name
    scenes = plan.scenes.scenes.count
    crs = plan.grid.crs.description
    pixelMeters = plan.pixelArea.squareRoot()
    gridReason = plan.scenes.gridReason
    warpedScenes = plan.scenes.scenes.count { $0.warp != nil }
    (width, height) = (plan.window.width, plan.window.height)
    (chip, halo) = (plan.shards.chips.chip, plan.shards.chips.halo)
    (chips, shownPixels) = (plan.census.chips, plan.census.shownPixels)
    (chipsWithoutScene, chipsOutside) = (plan.census.withoutScene, plan.census.outsideRegion)
    shards = plan.span.count
    sheets = plan.mosaicLayout.sheets.count
    shardSide = plan.shards.side
    let choice = planner.choice
    receptiveRadius = choice.builtin?.receptiveRadius
    engine = [choice.opened.profile.engine, choice.opened.profile.device].compactMap(\.self)
      .joined(separator: ", ")
    let picture = Shape(1, plan.scenes.bandCount, chip, chip)
    gflops = MachinePeak.currentGflops(clock: processorSeconds)
    operationsPerChip = try choice.builtin?.operationCount(for: picture)
    if choice.engine == .builtin, let report = try choice.builtin?.planReport(for: picture) {
      secondsPerChip = CostModel(gflops: gflops).seconds(of: report)
    }
    let disk = plan.diskNeed
    (diskNeed, diskKept, diskBytes) = (disk.inWork, disk.kept, disk.bound)
    (memory, memoryBytes) = (planner.memory.words, planner.memory.total)
    layers = plan.rasters.map(plan.partLayers.name)
    warnings = planner.warnings
    if request.tries { trial = try Trial(of: planner, request: request) }
    cpuSeconds =
      RunSeconds(of: plan, chip: trial?.secondsPerChip ?? secondsPerChip, gflops: gflops)?
      .total
    price = pricePerCoreHour.flatMap { price in cpuSeconds.map { $0 / 3600 * price } }
  }

  /// The plan for people.
  public var words: String { (lines + ["nothing was changed"]).joined(separator: "\n") }

  /// The plan for people, line by line.
  var lines: [String] {
    let sees = receptiveRadius.map { radius in
      "sees \(radius) px to each side, halo \(halo) px"
        + (radius > halo ? ": seams may differ slightly" : ": no seams")
    }
    // At the edges of scenes chips are trimmed: work goes by what the network is shown.
    let wholeChips = Double(shownPixels) / Double(chip * chip)
    var lines = [
      "\(name): \(scenes) scene\(scenes == 1 ? "" : "s"), \(width)×\(height) px in \(crs)",
      "  grid       " + gridWords,
      "  chips      \(chips) of \(chip) px (halo \(halo), core \(chip - 2 * halo))"
        + String(format: ", %.3g Mpx for the network", Double(shownPixels) / 1e6),
      "  passed by  \(chipsWithoutScene) chips without a scene, \(chipsOutside) outside the region",
      "  shards     \(shards) of \(shardSide) px",
      "  model      " + (sees ?? "sees without a known bound, halo \(halo) px"),
      "  engine     \(engine)",
    ]
    if let operationsPerChip {
      let gflop = Double(operationsPerChip) / 1e9
      lines.append(
        "  work       "
          + String(
            format: "%.1f GFLOP a chip, %.2f TFLOP in all", gflop, gflop * wholeChips / 1000))
    }
    if let secondsPerChip {
      lines.append(
        "  time       "
          + String(format: "about %.2g s a chip on one core, ", secondsPerChip)
          + Self.words(seconds: secondsPerChip * wholeChips) + " of one core in all")
    }
    if let cpuSeconds {
      lines.append(
        "  run        " + Self.words(seconds: cpuSeconds) + " of one core with all stages")
    }
    if let price { lines.append("  price      " + String(format: "about %.3g", price)) }
    lines += (trial?.words ?? []).map { "  " + $0 }
    lines += [
      "  layers     \(layers.joined(separator: ", "))",
      "  memory     \(memory)",
      "  map        \(sheets) COG\(sheets == 1 ? "" : "s") a layer",
      "  disk       about \(Self.words(bytes: diskNeed)) while it runs, at most "
        + "\(Self.words(bytes: diskBytes)); about \(Self.words(bytes: diskKept)) of it are kept",
    ]
    lines += warnings.map { "  note       \($0)" }
    return lines
  }

  /// The grid's pixels, why it was taken, and what it asks for.
  private var gridWords: String {
    let pixel = String(format: "%.4g m", pixelMeters)
    guard let gridReason else { return "\(pixel), the scenes' own: none is warped" }
    let count = warpedScenes == scenes ? "all" : "\(warpedScenes) of \(scenes)"
    return "\(pixel), \(gridReason); "
      + (warpedScenes == 0 ? "no scene is warped" : "\(count) scenes are warped")
  }

  /// A size as people say it.
  static func words(bytes: Int) -> String {
    switch Double(bytes) {
    case ..<1e10: "\(bytes / 1_000_000) MB"
    case ..<1e13: "\(bytes / 1_000_000_000) GB"
    default: "\(bytes / 1_000_000_000_000) TB"
    }
  }

  /// A time as people say it.
  private static func words(seconds: Double) -> String {
    switch seconds {
    case ..<120: String(format: "%.0f s", seconds)
    case ..<7200: String(format: "%.0f min", seconds / 60)
    default: String(format: "%.0f h", seconds / 3600)
    }
  }
}
