public import Grids
public import Imagery
public import Tensors

/// Turns chips into class maps with one network.
///
/// ```
/// chips ──scale──▶ [N, C, H, W] ──network──▶ [N, K, H', W'] ──activate, sum──▶ class maps of cores
/// ```
///
/// What comes out of a chip depends on that chip alone, not on its batch. A segmenter belongs to one thread at a time, as its
/// network does, and keeps its working memory; after the first chip only class maps are allocated.
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

  /// How chips are cut.
  public let layout: ChipLayout
  /// The number of bands of a chip.
  public let bandCount: Int
  /// Which probabilities are written, in order.
  public let layers: [ProbabilityLayer]

  private let network: any Network
  private let scaling: PixelScaling
  /// Of one chip.
  private let inputShape: Shape
  /// Of one chip.
  private let outputShape: Shape
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
  ///   - network: Takes `[1, bandCount, chip, chip]`.
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
    var waiting: [Int] = []
    for request in requests {
      var map = blankMap(for: request)
      if mark(&map, validity: request.chip.validity, region: request.region) {
        pack(request.chip, at: waiting.count)
        if let band = (0..<bandCount).first(where: { !isFinite($0, at: waiting.count) }) {
          throw .pictureNotFinite(window: request.chip.window, band: band)
        }
        waiting.append(maps.count)
      }
      maps.append(map)
      if waiting.count == batch { try run(&waiting, of: &maps) }
    }
    if !waiting.isEmpty { try run(&waiting, of: &maps) }
    return maps
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
  private func run(
    _ waiting: inout [Int], of maps: inout [ClassMap]
  ) throws(SegmentationError) {
    var shape = inputShape
    shape[0] = waiting.count
    let given = UnsafeMutableBufferPointer(rebasing: input[..<shape.count])
    let taken = UnsafeMutableBufferPointer(
      rebasing: output[..<(outputShape.count * waiting.count)])
    do {
      var span = taken.mutableSpan
      try network.run(given.span, shape: shape, into: &span)
    } catch { throw .network(error) }
    for (place, index) in waiting.enumerated() {
      guard read(place, into: &maps[index]) else {
        throw .notANumber(window: maps[index].window.outset(by: layout.halo))
      }
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Writes the coverage, and tells whether any pixel is to be mapped.
  private func mark(_ map: inout ClassMap, validity: ValidityMask, region: [UInt8]?) -> Bool {
    let core = layout.core
    var isAnyMapped = false
    for row in 0..<core {
      let source = (row + layout.halo) * layout.chip + layout.halo
      for column in 0..<core {
        let index = row * core + column
        if let region, region[index] == 0 { continue }
        let isValid = validity.pixels[source + column] != 0
        map.coverage[index] = (isValid ? Coverage.mapped : Coverage.nodata).rawValue
        isAnyMapped = isAnyMapped || isValid
      }
    }
    return isAnyMapped
  }

  private func pack(_ chip: Chip, at place: Int) {
    let plane = chip.window.area
    chip.pixels.withUnsafeBufferPointer { pixels in
      chip.validity.pixels.withUnsafeBufferPointer { validity in
        guard let input = input.baseAddress.map({ $0 + place * inputShape.count }),
          let pixels = pixels.baseAddress,
          let validity = validity.baseAddress
        else { return }
        for band in 0..<bandCount {
          scaling.pack(
            band, of: pixels + band * plane, validity: validity, into: input + band * plane,
            count: plane)
        }
      }
    }
  }

  /// Whether what the network is given of a band are numbers; some networks hide those that are not.
  private func isFinite(_ band: Int, at place: Int) -> Bool {
    let plane = inputShape[2] * inputShape[3]
    let exponent = Float.infinity.bitPattern
    let first = place * inputShape.count + band * plane
    var failures: UInt32 = 0
    for index in first..<first + plane {
      failures &+= input[index].bitPattern & exponent == exponent ? 1 : 0
    }
    return failures == 0
  }

  /// Reads the core out of the network's answer; false when it holds what is no number.
  private func read(_ place: Int, into map: inout ClassMap) -> Bool {
    let (height, width) = (outputShape[2], outputShape[3])
    let top = layout.halo - (layout.chip - height) / 2
    let left = layout.halo - (layout.chip - width) / 2
    guard let first = output.baseAddress.map({ $0 + place * outputShape.count }) else {
      return false
    }
    return reader.read(
      first + top * width + left, rowStride: width, channelStride: height * width, into: &map)
  }
}
