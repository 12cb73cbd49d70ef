public import Grids
public import Imagery
public import Tensors

/// Turns chips into class maps with one network.
///
/// ```
/// chip ──scale──▶ [1, C, H, W] ──network──▶ [1, K, H', W'] ──activate, sum──▶ class map of the core
/// ```
///
/// What comes out depends on the chip alone. A segmenter belongs to one thread at a time, as its
/// network does, and keeps its working memory; after the first chip only class maps are allocated.
///
/// A network with one output channel tells class 1 from background: channel 0 is what is left to 1.
/// An output smaller than the input is taken for its centre.
public final class Segmenter {
  /// How chips are cut.
  public let layout: ChipLayout
  /// The number of bands of a chip.
  public let bandCount: Int
  /// Which probabilities are written, in order.
  public let layers: [ProbabilityLayer]

  private let network: any Network
  private let scaling: PixelScaling
  private let inputShape: Shape
  private let outputShape: Shape
  private let reader: ClassReader
  /// What the network is given, `[1, C, H, W]`.
  private let input: UnsafeMutableBufferPointer<Float>
  /// What it answers, `[1, K, H', W']`.
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
  /// - Throws: ``SegmentationError`` when these do not suit each other.
  /// - Precondition: `layers` name classes of `scheme`, and contact only if it has a channel.
  public init(
    network: any Network, layout: ChipLayout, bandCount: Int, scaling: PixelScaling,
    scheme: ClassScheme, activation: OutputActivation, layers: [ProbabilityLayer]
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
    self.input = .allocate(capacity: inputShape.count)
    self.output = .allocate(capacity: outputShape.count)
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

  /// Classifies what is kept of a chip.
  ///
  /// Where nothing of the core is wanted or valid, the network is not asked.
  ///
  /// - Parameters:
  ///   - chip: The picture, halo included.
  ///   - region: 1 for pixels of the core that are wanted, 0 for those outside the region or
  ///     beyond all scenes; `[core, core]`; nil when all are wanted.
  /// - Returns: The map of the core; pixels outside or without a picture are nodata in every layer.
  /// - Throws: ``SegmentationError/network(_:)``, or what is said of pixels that are no numbers:
  ///   ``SegmentationError/pictureNotFinite(window:band:)``, ``SegmentationError/notANumber(window:)``.
  /// - Precondition: The chip has the layout's size and as many bands as promised.
  public func classify(
    _ chip: Chip, region: [UInt8]? = nil
  ) throws(SegmentationError) -> ClassMap {
    let side = layout.chip
    precondition(chip.window.width == side && chip.window.height == side)
    precondition(chip.bandCount == bandCount)
    let core = chip.window.outset(by: -layout.halo)
    precondition(region.map { $0.count == core.area } ?? true)
    var map = ClassMap(window: core, layerCount: layers.count, coverage: .outside)
    guard mark(&map, validity: chip.validity, region: region) else { return map }
    pack(chip)
    if let band = (0..<bandCount).first(where: { !isFinite(band: $0) }) {
      throw .pictureNotFinite(window: chip.window, band: band)
    }
    do {
      var span = output.mutableSpan
      try network.run(input.span, shape: inputShape, into: &span)
    } catch { throw .network(error) }
    guard read(into: &map) else { throw .notANumber(window: chip.window) }
    return map
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

  private func pack(_ chip: Chip) {
    let plane = chip.window.area
    chip.pixels.withUnsafeBufferPointer { pixels in
      chip.validity.pixels.withUnsafeBufferPointer { validity in
        guard let input = input.baseAddress, let pixels = pixels.baseAddress,
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
  private func isFinite(band: Int) -> Bool {
    let plane = inputShape[2] * inputShape[3]
    let exponent = Float.infinity.bitPattern
    var failures: UInt32 = 0
    for index in band * plane..<(band + 1) * plane {
      failures &+= input[index].bitPattern & exponent == exponent ? 1 : 0
    }
    return failures == 0
  }

  /// Reads the core out of the network's output; false when it holds what is no number.
  private func read(into map: inout ClassMap) -> Bool {
    let (height, width) = (outputShape[2], outputShape[3])
    let top = layout.halo - (layout.chip - height) / 2
    let left = layout.halo - (layout.chip - width) / 2
    guard let first = output.baseAddress else { return false }
    return reader.read(
      first + top * width + left, rowStride: width, channelStride: height * width, into: &map)
  }
}
