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
    /// What each pixel of the core is, `Coverage.rawValue`, `[core, core]`: only those that are mapped
    /// are asked about; nil when all are wanted that hold a picture.
    public var coverage: [UInt8]?

    /// Asks for a chip.
    public init(chip: Chip, coverage: [UInt8]? = nil) {
      self.chip = chip
      self.coverage = coverage
    }
  }

  /// What the network is asked about a chip: which pixels, and the shape of the answer.
  private struct Question {
    var part: PixelWindow
    var output: Shape
    /// Where the chip is packed, and where the answer is expected, from 0 to `batch - 1`.
    var slot: Int
  }

  /// A chip that was taken, and whose map was not given yet.
  private struct Pending {
    var map: ClassMap
    /// Nil where there is nothing to ask, or the answer has been read.
    var question: Question?
  }

  /// How chips are cut.
  public let layout: ChipLayout
  /// The number of bands of a chip.
  public let bandCount: Int
  /// Which probabilities are written, in order.
  public let layers: [ProbabilityLayer]

  private let network: any Network
  /// The network, if it computes while chips are read.
  private let overlapping: (any OverlappingNetwork)?
  private let scaling: PixelScaling
  /// Of one whole chip.
  private let inputShape: Shape
  /// Of one whole chip.
  private let outputShape: Shape
  /// What the network makes of a trimmed chip, by the chip's size; nil where it will not have it.
  private var trimmedShapes: [PixelSize: Shape?] = [:]
  /// Chips in their order; all that are asked about have one size.
  private var pending: [Pending] = []
  /// The slot of the next chip that is asked about.
  private var nextSlot = 0
  private let reader: ClassReader
  /// How many chips the network is given at once, or are under way in it; one where it takes no more.
  public let batch: Int
  /// What the network is given, `[N, C, H, W]`.
  private let input: UnsafeMutableBufferPointer<Float>
  /// What it answers, `[N, K, H', W']`.
  private let output: UnsafeMutableBufferPointer<Float>

  /// Whether the network computes while the caller reads the next chips.
  public var isOverlapping: Bool { overlapping != nil }

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
    overlapping = network as? any OverlappingNetwork
    self.layout = layout
    self.bandCount = bandCount
    self.layers = layers
    self.scaling = scaling
    self.inputShape = inputShape
    self.outputShape = outputShape
    self.batch = Self.batch(batch, of: network, taking: inputShape, giving: outputShape)
    self.input = Self.memory(for: inputShape.count * self.batch)
    self.output = Self.memory(for: outputShape.count * self.batch)
  }

  deinit {
    forget()
    input.deallocate()
    output.deallocate()
  }

  /// Memory that begins with a line of the cache, as kernels like it.
  private static func memory(for count: Int) -> UnsafeMutableBufferPointer<Float> {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 * count, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    return memory.bindMemory(to: Float.self)
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
    if let network = network as? any OverlappingNetwork { return min(wanted, network.slots) }
    guard wanted > 1 else { return 1 }
    var (taken, given) = (input, output)
    (taken[0], given[0]) = (wanted, wanted)
    return (try? network.outputShape(for: taken)) == given ? wanted : 1
  }

  /// Classifies what is kept of a chip; as ``classify(_:)``.
  public func classify(
    _ chip: Chip, coverage: [UInt8]? = nil
  ) throws(SegmentationError) -> ClassMap {
    try classify([Request(chip: chip, coverage: coverage)])[0]
  }

  /// Classifies what is kept of some chips: ``take(_:)`` for each, then ``finish()``.
  public func classify(_ requests: [Request]) throws(SegmentationError) -> [ClassMap] {
    var maps: [ClassMap] = []
    for request in requests { maps += try take(request) }
    return try maps + finish()
  }

  /// Takes a chip in, and gives what is ready by now: maps of cores, in the order in which their chips
  /// were taken in.
  ///
  /// A network that takes batches is asked when a batch is full; one that overlaps computes while the
  /// caller reads the next chip. Where nothing of the core is wanted or valid, neither is asked.
  ///
  /// - Returns: Maps whose pixels outside or without a picture are nodata in every layer.
  /// - Throws: ``SegmentationError/network(_:)``, or what is said of pixels that are no numbers:
  ///   ``SegmentationError/pictureNotFinite(window:band:)``, ``SegmentationError/notANumber(window:)``.
  ///   Chips whose maps were not given are then forgotten.
  /// - Precondition: The chip has the layout's size and as many bands as promised.
  public func take(_ request: Request) throws(SegmentationError) -> [ClassMap] {
    do throws(SegmentationError) {
      try ask(request)
      return removeReady()
    } catch {
      forget()
      throw error
    }
  }

  /// Gives the maps of all chips that were taken in; throws as ``take(_:)``.
  public func finish() throws(SegmentationError) -> [ClassMap] {
    do throws(SegmentationError) {
      try answerAll()
      return removeReady()
    } catch {
      forget()
      throw error
    }
  }

  /// Forgets the chips whose maps were not given.
  public func forget() {
    if let overlapping {
      // It writes to our memory until it is done; what it makes of chips that nobody wants is nobody's.
      for slot in 0..<batch { try? overlapping.finish(slot) }
    }
    pending.removeAll(keepingCapacity: true)
    nextSlot = 0
  }

  private func removeReady() -> [ClassMap] {
    let count = pending.firstIndex { $0.question != nil } ?? pending.count
    defer { pending.removeFirst(count) }
    return pending.prefix(count).map(\.map)
  }

  /// Packs a chip for the network, and asks it when the time has come.
  private func ask(_ request: Request) throws(SegmentationError) {
    var map = blankMap(for: request)
    let box = mark(&map, validity: request.chip.validity, coverage: request.coverage)
    guard !box.isEmpty else {
      pending.append(Pending(map: map))
      // Empty maps behind one that waits for its answer take memory.
      if pending.count > 2 * batch { try answerAll() }
      return
    }
    let asked = trimmed(map.window, to: box)
    if let open = questions.first, open.part.size != asked.part.size { try answerAll() }
    if questions.count == batch, overlapping != nil { try answerFirst() }
    let question = Question(part: asked.part, output: asked.output, slot: nextSlot)
    let window = asked.part.outset(by: layout.halo)
    pack(request.chip, window, at: question.slot)
    if let band = (0..<bandCount).first(where: {
      !isFinite($0, of: request.chip.samples, window.size, at: question.slot)
    }) {
      throw .pictureNotFinite(window: request.chip.window, band: band)
    }
    if let overlapping { try begin(question, window.size, in: overlapping) }
    pending.append(Pending(map: map, question: question))
    nextSlot = (nextSlot + 1) % batch
    if questions.count == batch, overlapping == nil { try answerAll() }
  }

  /// What is not answered yet, in order.
  private var questions: [Question] { pending.compactMap(\.question) }

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
    precondition(request.coverage.map { $0.count == core.area } ?? true)
    return ClassMap(window: core, layerCount: layers.count, coverage: .outside)
  }

  private func begin(
    _ question: Question, _ size: PixelSize, in network: any OverlappingNetwork
  ) throws(SegmentationError) {
    let shape = Shape(1, bandCount, size.height, size.width)
    guard let input = input.baseAddress, let output = output.baseAddress else { return }
    do {
      try network.begin(
        question.slot, input + question.slot * shape.count, shape: shape,
        into: output + question.slot * question.output.count)
    } catch { throw .network(error) }
  }

  /// Gets all answers, and reads their maps.
  private func answerAll() throws(SegmentationError) {
    let open = questions
    guard let first = open.first else { return }
    if overlapping == nil {
      let size = first.part.outset(by: layout.halo).size
      let shape = Shape(open.count, bandCount, size.height, size.width)
      let given = UnsafeMutableBufferPointer(rebasing: input[..<shape.count])
      let taken = UnsafeMutableBufferPointer(
        rebasing: output[..<(first.output.count * open.count)])
      do {
        var span = taken.mutableSpan
        try network.run(given.span, shape: shape, into: &span)
      } catch { throw .network(error) }
    }
    for _ in open { try answerFirst() }
    nextSlot = 0
  }

  /// Waits for the first answer, if need be, and reads its map.
  private func answerFirst() throws(SegmentationError) {
    guard let index = pending.firstIndex(where: { $0.question != nil }),
      let question = pending[index].question
    else { return }
    if let overlapping {
      do { try overlapping.finish(question.slot) } catch { throw .network(error) }
    }
    guard read(question, into: &pending[index].map) else {
      throw .notANumber(window: pending[index].map.window.outset(by: layout.halo))
    }
    pending[index].question = nil
  }

  /// Writes the coverage, and gives the smallest window around what is to be mapped.
  private func mark(
    _ map: inout ClassMap, validity: ValidityMask, coverage: [UInt8]?
  ) -> PixelWindow {
    let core = layout.core
    let mapped = Coverage.mapped.rawValue
    map.coverage = coverage ?? validity.coverage(of: map.window)
    var (left, right, top, bottom) = (core, 0, core, 0)
    map.coverage.withUnsafeBufferPointer { coverage in
      for row in 0..<core {
        let pixels = UnsafeBufferPointer(rebasing: coverage[(row * core)...].prefix(core))
        guard let first = pixels.firstIndex(of: mapped), let last = pixels.lastIndex(of: mapped)
        else { continue }
        (left, right) = (min(left, first), max(right, last + 1))
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
    chip.validity.pixels.withUnsafeBufferPointer { validity in
      guard let input = input.baseAddress.map({ $0 + place * bandCount * window.area }),
        let validity = validity.baseAddress
      else { return }
      for band in 0..<bandCount {
        for row in 0..<rows {
          let source = corner + row * chip.window.width
          scaling.pack(
            band, of: chip.samples, from: band * plane + source, validity: validity + source,
            into: input + band * window.area + row * length, count: length)
        }
      }
    }
  }

  /// Whether what the network is given of a band are numbers; some networks hide those that are not.
  private func isFinite(
    _ band: Int, of samples: Samples, _ size: PixelSize, at place: Int
  ) -> Bool {
    if case .bytes = samples { return scaling.isFinite(ofByteIn: band) }
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
  private func read(_ question: Question, into map: inout ClassMap) -> Bool {
    let (part, height, width) = (question.part, question.output[2], question.output[3])
    let top = (height - part.height) / 2
    let left = (width - part.width) / 2
    guard let first = output.baseAddress.map({ $0 + question.slot * question.output.count }) else {
      return false
    }
    return reader.read(
      part, of: first + top * width + left, rowStride: width, channelStride: height * width,
      into: &map)
  }
}
