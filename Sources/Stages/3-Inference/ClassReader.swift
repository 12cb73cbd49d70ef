import Grids
import Imagery

/// Reads classes and probabilities out of a network's output, row by row.
///
/// Every step is a pass over one row of one channel, so that the compiler can do several pixels at
/// once; sums run over channels in ascending order. Rows live in memory that is kept.
final class ClassReader {
  private let activation: OutputActivation
  private let channelCount: Int
  /// The network has one channel, and channel 0 is what it leaves to 1.
  private let isOneAgainstRest: Bool
  private let published: [[Int]]
  private let layers: [ProbabilityLayer]
  private let contact: Int
  /// The longest row.
  private let capacity: Int
  /// The pixels of a row that is being read.
  private var width: Int

  /// Where the probabilities of a row lie, by channel: in the network's output where they are taken as they
  /// are, else in ``memory``.
  private let channels: UnsafeMutablePointer<UnsafePointer<Float>>
  /// Where their sums by published class lie; that of a single channel is the channel.
  private let sums: UnsafeMutablePointer<UnsafePointer<Float>>
  /// What is computed of a row, `[channel + class, width]`.
  private let memory: UnsafeMutablePointer<Float>
  /// Two rows for passing results.
  private let scratch: UnsafeMutablePointer<Float>

  /// Prepares to read rows of up to `width` pixels.
  ///
  /// - Throws: ``SegmentationError/channelsDiffer(network:classes:)`` or
  ///   ``SegmentationError/softmaxOfOneChannel``.
  init(
    channelCount given: Int, scheme: ClassScheme, activation: OutputActivation,
    layers: [ProbabilityLayer], width: Int
  ) throws(SegmentationError) {
    let named = max(scheme.channelCount, (scheme.contactChannel ?? -1) + 1)
    isOneAgainstRest = given == 1 && named == 2
    guard isOneAgainstRest || given == named else {
      throw .channelsDiffer(network: given, classes: named)
    }
    guard given > 1 || activation != .softmax else { throw .softmaxOfOneChannel }
    precondition((1...Int(ClassMap.nodata)).contains(scheme.published.count))
    for case .published(let index) in layers {
      precondition(scheme.published.indices.contains(index))
    }
    precondition(!layers.contains(.contact) || scheme.contactChannel != nil)
    self.activation = activation
    self.channelCount = named
    self.published = scheme.published.map { $0.channels.sorted() }
    self.layers = layers
    self.contact = scheme.contactChannel ?? 0
    capacity = width
    self.width = width
    channels = .allocate(capacity: named)
    sums = .allocate(capacity: published.count)
    memory = .allocate(capacity: (named + published.count) * width)
    scratch = .allocate(capacity: 2 * width)
  }

  deinit {
    channels.deallocate()
    sums.deallocate()
    memory.deallocate()
    scratch.deallocate()
  }

  /// Fills in the pixels of a part of a map whose coverage says that they are mapped.
  ///
  /// - Parameters:
  ///   - part: The pixels that the network was asked about, inside the map's window.
  ///   - output: The network's output at the part's first pixel.
  ///   - rowStride: From a row of the output to the next.
  ///   - channelStride: From a channel of the output to the next.
  ///   - map: Has its coverage already.
  /// - Returns: False when the output holds something that is no number there.
  func read(
    _ part: PixelWindow, of output: UnsafePointer<Float>, rowStride: Int, channelStride: Int,
    into map: inout ClassMap
  ) -> Bool {
    precondition(map.window.contains(part) && map.layerCount == layers.count)
    precondition(part.width <= capacity)
    width = part.width
    let (plane, pitch) = (map.window.area, map.window.width)
    let corner = (part.y - map.window.y) * pitch + part.x - map.window.x
    return map.coverage.withUnsafeBufferPointer { coverage in
      map.classes.withUnsafeMutableBufferPointer { classes in
        map.probabilities.withUnsafeMutableBufferPointer { probabilities in
          guard let coverage = coverage.baseAddress, let classes = classes.baseAddress else {
            return false
          }
          for row in 0..<part.height {
            let first = corner + row * pitch
            activate(output + row * rowStride, channelStride: channelStride)
            guard isNumeric(where: coverage + first) else { return false }
            addChannels()
            choose(into: classes + first, where: coverage + first)
            guard let target = probabilities.baseAddress else { continue }
            for (index, layer) in layers.enumerated() {
              quantise(layer, into: target + index * plane + first, where: coverage + first)
            }
          }
          return true
        }
      }
    }
  }

  // MARK: - Activation

  private func activate(_ row: UnsafePointer<Float>, channelStride: Int) {
    let rows = memory
    if isOneAgainstRest {
      let one: UnsafePointer<Float>
      if activation == .sigmoid {
        sigmoid(row, into: rows + width)
        one = UnsafePointer(rows + width)
      } else {
        one = row
      }
      for x in 0..<width { rows[x] = 1 - one[x] }
      (channels[0], channels[1]) = (UnsafePointer(rows), one)
      return
    }
    for channel in 0..<channelCount {
      let result = rows + channel * width
      channels[channel] =
        activation == .none ? row + channel * channelStride : UnsafePointer(result)
      if activation == .sigmoid { sigmoid(row + channel * channelStride, into: result) }
    }
    if activation == .softmax { softmax(row, channelStride: channelStride, into: rows) }
  }

  private func sigmoid(_ row: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    for x in 0..<width { result[x] = 1 / (1 + exponential(-row[x])) }
  }

  /// Exponentials of the distance to the greatest channel, divided by their sum.
  private func softmax(
    _ row: UnsafePointer<Float>, channelStride: Int, into rows: UnsafeMutablePointer<Float>
  ) {
    let (greatest, total) = (scratch, scratch + width)
    greatest.update(from: row, count: width)
    for channel in 1..<channelCount {
      let values = row + channel * channelStride
      for x in 0..<width { greatest[x] = values[x] > greatest[x] ? values[x] : greatest[x] }
    }
    total.update(repeating: 0, count: width)
    for channel in 0..<channelCount {
      let values = row + channel * channelStride
      let result = rows + channel * width
      for x in 0..<width {
        let value = exponential(values[x] - greatest[x])
        result[x] = value
        total[x] += value
      }
    }
    for channel in 0..<channelCount {
      let result = rows + channel * width
      for x in 0..<width { result[x] /= total[x] }
    }
  }

  // MARK: - Reading a row of probabilities

  private func isNumeric(where coverage: UnsafePointer<UInt8>) -> Bool {
    // In numbers of 32 bits, so that the compiler does as many at once as fit into a register.
    let (infinity, mapped) = (Float.infinity.bitPattern, Coverage.mapped.rawValue)
    var failures: UInt32 = 0
    for channel in 0..<channelCount {
      let values = channels[channel]
      for x in 0..<width {
        let isMapped: UInt32 = coverage[x] == mapped ? 1 : 0
        let isNaN: UInt32 = values[x].bitPattern & 0x7FFF_FFFF > infinity ? 1 : 0
        failures |= isMapped & isNaN
      }
    }
    return failures == 0
  }

  private func addChannels() {
    for (index, members) in published.enumerated() {
      if members.count == 1 {
        sums[index] = channels[members[0]]
        continue
      }
      let sum = memory + (channelCount + index) * width
      sum.update(repeating: 0, count: width)
      for channel in members {
        let values = channels[channel]
        for x in 0..<width { sum[x] += values[x] }
      }
      sums[index] = UnsafePointer(sum)
    }
  }

  /// Writes the class of the greatest sum; of equal ones, the first.
  private func choose(
    into classes: UnsafeMutablePointer<UInt8>, where coverage: UnsafePointer<UInt8>
  ) {
    let greatest = scratch
    greatest.update(from: sums[0], count: width)
    for x in 0..<width {
      classes[x] = coverage[x] == Coverage.mapped.rawValue ? 0 : ClassMap.nodata
    }
    for index in 1..<max(1, published.count) {
      let sum = sums[index]
      for x in 0..<width where sum[x] > greatest[x] {
        greatest[x] = sum[x]
        if classes[x] != ClassMap.nodata { classes[x] = UInt8(index) }
      }
    }
  }

  /// Writes a probability in steps of 1/200, rounded half away from zero and held to 0…200.
  private func quantise(
    _ layer: ProbabilityLayer, into target: UnsafeMutablePointer<UInt8>,
    where coverage: UnsafePointer<UInt8>
  ) {
    let values =
      switch layer {
      case .published(let index): sums[index]
      case .contact: channels[contact]
      }
    let certain = Float(ClassMap.certain)
    let whole: Float = 8_388_608  // 2²³: a sum with it has no room for a fraction
    for x in 0..<width {
      let product = values[x] * certain
      let positive = product > 0 ? product : 0
      let steps = positive < certain ? positive : certain
      let even = (steps + whole) - whole
      let rounded = steps - even == 0.5 ? even + 1 : even
      target[x] =
        coverage[x] == Coverage.mapped.rawValue
        ? UInt8(truncatingIfNeeded: (rounded + whole).bitPattern) : ClassMap.nodata
    }
  }
}
