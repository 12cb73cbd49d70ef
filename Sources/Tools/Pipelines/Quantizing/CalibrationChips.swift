import BuiltinNetworks
import GeoFiles
import Grids
import Imagery
import Inference
import Tensors
import Tiling

/// Chips spread over a user's scenes, as the network is shown them.
struct CalibrationChips {
  /// The side of a chip for networks that take any, in pixels: activations of the whole network are
  /// held in memory while it is learned what they are.
  private static let side = 512

  let plan: RunPlan
  let layout: ChipLayout
  /// The chips, in an order that spreads any number of them.
  let chips: [TiledChip]

  /// Reads up to `count` chips that hold a picture.
  init(_ request: QuantizationRequest) throws {
    let planner = try Planner(request.mapRequest)
    plan = planner.plan
    let given = plan.shards.chips
    let isFree = planner.choice.opened.network.input.extents.suffix(2).allSatisfy { $0 == nil }
    layout =
      isFree && given.chip > Self.side && given.halo < Self.side / 4
      ? try ChipLayout(chip: Self.side, halo: given.halo) : given
    let reader = ChipReader(of: plan.scenes, nodata: plan.nodata)
    var chips: [TiledChip] = []
    for chip in Self.spread(layout, over: plan.window).prefix(50 * request.chipCount) {
      guard chips.count < request.chipCount else { break }
      let window = layout.window(of: chip)
      guard plan.scenes.scenes.contains(where: { $0.meets(window) }) else { continue }
      let tiled = try reader.read(window)
      if tiled.holdsPicture(in: layout.core(of: chip)) { chips.append(tiled) }
    }
    guard !chips.isEmpty else {
      throw QuantizationError.nothingToSee(scenes: request.scenes.joined(separator: " "))
    }
    self.chips = chips
  }

  /// All chips of a window, in steps of about the golden ratio of their number.
  private static func spread(
    _ layout: ChipLayout, over window: PixelWindow
  ) -> some Sequence<ChipIndex> {
    let left = floorDivide(window.x, layout.core)
    let top = floorDivide(window.y, layout.core)
    let columns = floorDivide(window.maxX - 1, layout.core) - left + 1
    let rows = floorDivide(window.maxY - 1, layout.core) - top + 1
    let count = columns * rows
    var step = max(Int(Double(count) * 0.618), 1)
    while greatestCommonDivisor(step, count) != 1 { step += 1 }
    return (0..<count).lazy.map { number in
      let place = number * step % count
      return ChipIndex(column: left + place % columns, row: top + place / columns)
    }
  }

  /// What a network makes of some chips.
  func classify(_ chips: [TiledChip], with network: any Network) throws -> [ClassMap] {
    let segmenter = try Segmenter(
      network: network, layout: layout, bandCount: plan.scenes.bandCount,
      scaling: plan.model.scaling, scheme: plan.model.scheme, activation: plan.model.activation,
      layers: [])
    return try chips.map { tiled in
      let core = tiled.chip.window.outset(by: -layout.halo)
      let coverage = tiled.coverage(of: core)
      return try segmenter.classify(
        tiled.chip, coverage: coverage)
    }
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}

/// A network that remembers what it was given.
final class RecordingNetwork: Network {
  let network: any Network
  private(set) var pictures: [[Float]] = []
  private(set) var results: [[Float]] = []
  private(set) var shape = Shape()

  init(_ network: any Network) { self.network = network }

  var input: TensorDescription { network.input }
  var output: TensorDescription { network.output }
  /// Not told, so that chips are shown whole: what is compared has one shape.
  var receptiveRadius: Int? { nil }
  var sizeMultiple: Int { network.sizeMultiple }

  func outputShape(for input: Shape) throws(NetworkError) -> Shape {
    try network.outputShape(for: input)
  }

  func run(
    _ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>
  ) throws(NetworkError) {
    try network.run(input, shape: shape, into: &output)
    self.shape = shape
    pictures.append(input.withUnsafeBufferPointer { Array($0) })
    results.append(output.withUnsafeBufferPointer { Array($0) })
  }
}
