public import Grids
public import Imagery
public import Tensors

/// Turns chips into class maps with one network.
///
/// ```
/// chips ──trim, scale──▶ [N, C, H, W] ──network──▶ [N, K, H', W'] ──activate, sum──▶ class maps of cores
/// ```
///
/// A network that takes any size is shown no more of a chip than what holds a picture in its core,
/// and the halo around that (``ChipLayout/trimmed(_:to:)``).
///
/// What comes out of a chip depends on that chip alone, not on its batch. A segmenter belongs to one
/// thread at a time, as its network does, and keeps its working memory; after the first chip only
/// class maps are allocated.
///
/// A network with one output channel tells class 1 from background: channel 0 is what is left to 1.
/// An output smaller than the input is taken for its centre.
public final class Segmenter {
  /// A chip to classify, and what of it is wanted.
  public struct Request: Sendable {
    /// The picture, halo included.
    public var chip: Chip
    /// 1 for pixels of the core that are wanted, 0 for those outside the region or beyond all
    /// scenes; `[core, core]`; nil when all are wanted.
    public var region: [UInt8]?

    /// Asks for a chip.
    public init(chip: Chip, region: [UInt8]? = nil) {
      self.chip = chip
      self.region = region
    }
  }

  /// A packed chip: which map it is for, which pixels it asks about, and the shape of the answer.
  private struct Waiting {
    var map: Int
    var part: PixelWindow
    var output: Shape
  }

  /// How chips are cut.
  public let layout: ChipLayout
  /// The number of bands of a chip.
  public let bandCount: Int
  /// Which probabilities are written, in order.
  public let layers: [ProbabilityLayer]

  private let network: any Network
  private let scaling: PixelScaling
  /// Of one whole chip.
  private let inputShape: Shape
  /// Of one whole chip.
  private let outputShape: Shape
  /// What the network makes of a trimmed chip, by the chip's size; nil where it will not have it.
  private var trimmedShapes: [PixelSize: Shape?] = [:]
  /// Chips of one size that are packed, and the maps that wait for them.
  private var waiting: [Waiting] = []
  private let reader: ClassReader
  /// How many chips the network is given at once; one where it takes no more.
  public let batch: Int
  /// What the network is given, `[N, C, H, W]`.
  private let input: UnsafeMutableBufferPointer<Float>
  /// What it answers, `[N, K, H', W']`.
  private let output: UnsafeMutableBufferPointer<Float>

  /// Prepares a network for the chips of a layout.
  ///
  /// - Parameters:
  ///   - network: Takes `[1, bandCount, chip, chip]`, and smaller ones if it takes trimmed pictures.
  ///   - layout: How chips are cut.
  ///   - bandCount: The number of bands of a chip.
  ///   - scaling: What the network wants done to pixels.
  ///   - scheme: What the output's channels mean.
  ///   - activation: What turns the output into probabilities.
  ///   - layers: Which probabilities are written.
  ///   - batch: How many chips to give the network at once, where it takes several.
  /// - Throws: ``SegmentationError`` when these do not suit each other.
  /// - Precondition: `layers` name classes of `scheme`, and contact only if it has a channel.
  public init(
    network: any Network, layout: ChipLayout, bandCount: Int, scaling: PixelScaling,
    scheme: ClassScheme, activation: OutputActivation, layers: [ProbabilityLayer],
    batch: Int = 1
  ) throws(SegmentationError) {
    let taken = network.input.extents.count == 4 ? network.input.extents[1] ?? bandCount : bandCount
    guard taken == bandCount else { throw .bandsDiffer(network: taken, chips: bandCount) }
    if let reason = scaling.obstacle(bandCount: bandCount) {
      throw .scalingDoesNotFit(reason: reason)
    }
    let inputShape = Shape(1, bandCount, layout.chip, layout.chip)
    let outputShape: Shape
    do { outputShape = try network.outputShape(for: inputShape) } catch { throw .network(error) }
    guard outputShape.rank == 4, outputShape[0] == 1,
      Self.covers(outputShape[2], layout), Self.covers(outputShape[3], layout)
    else { throw .outputMissesCore(input: inputShape, output: outputShape, core: layout.core) }
    self.reader = try ClassReader(
      channelCount: outputShape[1], scheme: scheme, activation: activation, layers: layers,
      width: layout.core)
    self.network = network
    self.layout = layout
    self.bandCount = bandCount
    self.layers = layers
    self.scaling = scaling
    self.inputShape = inputShape
    self.outputShape = outputShape
    self.batch = Self.batch(batch, of: network, taking: inputShape, giving: outputShape)
    self.input = .allocate(capacity: inputShape.count * self.batch)
    self.output = .allocate(capacity: outputShape.count * self.batch)
    input.initialize(repeating: 0)
    output.initialize(repeating: 0)
  }

  deinit {
    input.deallocate()
    output.deallocate()
  }

  /// Whether an output this long, taken for the centre of the chip, holds the core.
  private static func covers(_ extent: Int, _ layout: ChipLayout) -> Bool {
    let margin = layout.chip - extent
    return margin >= 0 && margin % 2 == 0 && margin / 2 <= layout.halo
  }

  /// The wanted batch, where the network takes it and answers chip by chip.
  private static func batch(
    _ wanted: Int, of network: any Network, taking input: Shape, giving output: Shape
  ) -> Int {
    guard wanted > 1 else { return 1 }
    var (taken, given) = (input, output)
    (taken[0], given[0]) = (wanted, wanted)
    return (try? network.outputShape(for: taken)) == given ? wanted : 1
  }

  /// Classifies what is kept of a chip; as ``classify(_:)``.
  public func classify(
    _ chip: Chip, region: [UInt8]? = nil
  ) throws(SegmentationError) -> ClassMap {
    try classify([Request(chip: chip, region: region)])[0]
  }

  /// Classifies what is kept of some chips, a batch at a time.
  ///
  /// Where nothing of the core is wanted or valid, the network is not asked.
  ///
  /// - Returns: The maps of the cores, in the order of the chips; pixels outside or without a
  ///   picture are nodata in every layer.
  /// - Throws: ``SegmentationError/network(_:)``, or what is said of pixels that are no numbers:
  ///   ``SegmentationError/pictureNotFinite(window:band:)``, ``SegmentationError/notANumber(window:)``.
  /// - Precondition: The chips have the layout's size and as many bands as promised.
  public func classify(_ requests: [Request]) throws(SegmentationError) -> [ClassMap] {
    var maps: [ClassMap] = []
    waiting.removeAll(keepingCapacity: true)
    for request in requests {
      var map = blankMap(for: request)
      let box = mark(&map, validity: request.chip.validity, region: request.region)
      maps.append(map)
      if box.isEmpty { continue }
      let asked = trimmed(map.window, to: box)
      if let first = waiting.first, first.part.size != asked.part.size { try run(of: &maps) }
      let window = asked.part.outset(by: layout.halo)
      pack(request.chip, window, at: waiting.count)
      if let band = (0..<bandCount).first(where: { !isFinite($0, window.size, at: waiting.count) })
      {
        throw .pictureNotFinite(window: request.chip.window, band: band)
      }
      waiting.append(Waiting(map: maps.count - 1, part: asked.part, output: asked.output))
      if waiting.count == batch { try run(of: &maps) }
    }
    if !waiting.isEmpty { try run(of: &maps) }
    return maps
  }

  /// What the network is asked about where `box` is wanted of a core, and the shape of its answer.
  private func trimmed(
    _ core: PixelWindow, to box: PixelWindow
  ) -> (part: PixelWindow, output: Shape) {
    let part = network.takesTrimmedPictures ? ChipLayout.trimmed(core, to: box) : core
    guard part != core, let output = trimmedShape(of: part.outset(by: layout.halo).size) else {
      return (core, outputShape)
    }
    return (part, output)
  }

  /// What the network makes of a chip of this size, if it leaves the same margin as of a whole one.
  private func trimmedShape(of size: PixelSize) -> Shape? {
    if let known = trimmedShapes[size] { return known }
    var expected = outputShape
    expected[2] -= layout.chip - size.height
    expected[3] -= layout.chip - size.width
    let given = try? network.outputShape(for: Shape(1, bandCount, size.height, size.width))
    let shape = given == expected ? given : nil
    trimmedShapes[size] = .some(shape)
    return shape
  }

  private func blankMap(for request: Request) -> ClassMap {
    let (chip, side) = (request.chip, layout.chip)
    precondition(chip.window.width == side && chip.window.height == side)
    precondition(chip.bandCount == bandCount)
    let core = chip.window.outset(by: -layout.halo)
    precondition(request.region.map { $0.count == core.area } ?? true)
    return ClassMap(window: core, layerCount: layers.count, coverage: .outside)
  }

  /// Asks the network about the packed chips, and reads their maps.
  private func run(of maps: inout [ClassMap]) throws(SegmentationError) {
    guard let first = waiting.first else { return }
    let size = first.part.outset(by: layout.halo).size
    let shape = Shape(waiting.count, bandCount, size.height, size.width)
    let given = UnsafeMutableBufferPointer(rebasing: input[..<shape.count])
    let taken = UnsafeMutableBufferPointer(
      rebasing: output[..<(first.output.count * waiting.count)])
    do {
      var span = taken.mutableSpan
      try network.run(given.span, shape: shape, into: &span)
    } catch { throw .network(error) }
    for (place, asked) in waiting.enumerated() {
      guard read(asked, at: place, into: &maps[asked.map]) else {
        throw .notANumber(window: maps[asked.map].window.outset(by: layout.halo))
      }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Writes the coverage, and gives the smallest window around what is to be mapped.
  private func mark(
    _ map: inout ClassMap, validity: ValidityMask, region: [UInt8]?
  ) -> PixelWindow {
    let core = layout.core
    var (left, right, top, bottom) = (core, 0, core, 0)
    for row in 0..<core {
      let source = (row + layout.halo) * layout.chip + layout.halo
      for column in 0..<core {
        let index = row * core + column
        if let region, region[index] == 0 { continue }
        let isValid = validity.pixels[source + column] != 0
        map.coverage[index] = (isValid ? Coverage.mapped : Coverage.nodata).rawValue
        guard isValid else { continue }
        (left, right) = (min(left, column), max(right, column + 1))
        (top, bottom) = (min(top, row), row + 1)
      }
    }
    return PixelWindow(
      x: map.window.x + left, y: map.window.y + top, width: right - left, height: bottom - top)
  }

  /// Writes the pixels of a window of a chip for the network.
  private func pack(_ chip: Chip, _ window: PixelWindow, at place: Int) {
    let plane = chip.window.area
    let corner = (window.y - chip.window.y) * chip.window.width + window.x - chip.window.x
    // Rows that follow each other without a gap are one.
    let isWhole = window == chip.window
    let (rows, length) = isWhole ? (1, plane) : (window.height, window.width)
    chip.pixels.withUnsafeBufferPointer { pixels in
      chip.validity.pixels.withUnsafeBufferPointer { validity in
        guard let input = input.baseAddress.map({ $0 + place * bandCount * window.area }),
          let pixels = pixels.baseAddress,
          let validity = validity.baseAddress
        else { return }
        for band in 0..<bandCount {
          for row in 0..<rows {
            let source = corner + row * chip.window.width
            scaling.pack(
              band, of: pixels + band * plane + source, validity: validity + source,
              into: input + band * window.area + row * length, count: length)
          }
        }
      }
    }
  }

  /// Whether what the network is given of a band are numbers; some networks hide those that are not.
  private func isFinite(_ band: Int, _ size: PixelSize, at place: Int) -> Bool {
    let plane = size.width * size.height
    let exponent = Float.infinity.bitPattern
    let first = (place * bandCount + band) * plane
    var failures: UInt32 = 0
    for index in first..<first + plane {
      failures &+= input[index].bitPattern & exponent == exponent ? 1 : 0
    }
    return failures == 0
  }

  /// Reads what was asked about out of the network's answer; false when it holds what is no number.
  private func read(_ asked: Waiting, at place: Int, into map: inout ClassMap) -> Bool {
    let (height, width) = (asked.output[2], asked.output[3])
    let top = (height - asked.part.height) / 2
    let left = (width - asked.part.width) / 2
    guard let first = output.baseAddress.map({ $0 + place * asked.output.count }) else {
      return false
    }
    return reader.read(
      asked.part, of: first + top * width + left, rowStride: width,
      channelStride: height * width, into: &map)
  }
}
