import Grids
import Mosaicking
import Tiling

/// How much processor time a run takes, stage by stage, as reckoned before it.
///
/// The network's part is the engine's cost model, or what a trial has measured. The rest goes by pixels, bands and
/// layers; its rates lie between what was fitted on two processors, to the scene of `benchmarks/warping.md`, the
/// sample region and a dense town, and are told in operations of a core's peak, so that a core is known by one
/// number. On a machine that is busy otherwise, what is not arithmetic takes up to twice as long.
struct RunSeconds {
  /// The network.
  let network: Double
  /// Reading, warping, and writing parts.
  let tiling: Double
  /// Joining parts into COGs.
  let mosaicking: Double
  /// Tracing and merging.
  let footprints: Double

  /// All of it.
  var total: Double { network + tiling + mosaicking + footprints }

  /// Operations of the peak for a pixel and band that is read and hashed.
  static let reading = 1_200.0
  /// For a pixel and band that is warped, besides.
  static let warping = 2_700.0
  /// For a pixel and band of a part: made of the network's answer, packed, written and read back.
  static let parts = 1_000.0
  /// For a pixel of a layer of the map: read, packed, and compared.
  static let layers = 2_000.0
  /// For a pixel of a layer that is traced: 11,000 in the sample region, 40,000 in a dense town.
  static let tracing = 20_000.0
  /// Seconds of any run: processes start, the report is drawn.
  static let beginning = 1.1

  /// Reckons a plan; nil where nobody knows what a chip takes.
  ///
  /// - Parameters:
  ///   - chip: Seconds of one chip in the network, on one core.
  ///   - gflops: What a core gives, in 10⁹ operations a second.
  init?(of plan: RunPlan, chip: Double?, gflops: Double) {
    guard let chip else { return nil }
    let second = 1 / (gflops * 1e9)
    let side = plan.shards.chips.chip
    let shown = Double(plan.census.shownPixels)
    let pictures = Double(plan.census.picturePixels)
    network = chip * shown / Double(side * side)
    let warped = plan.scenes.scenes.filter { $0.warp != nil }
    let all = plan.scenes.scenes.reduce(0) { $0 + $1.window.area }
    let share = Double(warped.reduce(0) { $0 + $1.window.area }) / Double(max(1, all))
    let bands = Double(plan.scenes.bandCount)
    tiling =
      Self.beginning
      + second
      * (shown * bands * (Self.reading + share * Self.warping)
        + pictures * Double(plan.partLayers.bandCount) * Self.parts)
    mosaicking = second * pictures * Double(plan.rasters.count) * Self.layers
    footprints = second * pictures * Double(plan.tracedLayers.count) * Self.tracing
  }
}
