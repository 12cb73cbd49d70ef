import CKernels
import Tensors

/// A convolution's signed bytes in the order in which kernels read them.
struct PackedSignedWeights: Sendable {
  /// Filters that lie together.
  private static let group = 8

  /// `[⌈K / 8⌉][quads of all sources][kh · kw][8][4]`; what pads filters and channels is zero.
  let values: Tensor
  /// Where sums begin: what the zero point of the sources would add, taken off.
  let start: Tensor

  /// Packs weights `[K, C, kh, kw]`.
  init(_ weights: Tensor, channels: [Int], zero: Int) {
    let (filters, all) = (weights.shape[0], weights.shape[1])
    let taps = weights.shape.count(2..<weights.shape.rank)
    let groups = (filters + Self.group - 1) / Self.group
    let quads = channels.reduce(0) { $0 + ($1 + 3) / 4 }
    let source = weights.values(as: Int8.self)
    let shape = Shape(groups, quads, taps, Self.group, 4)
    values = Tensor(nil, shape) { (target: UnsafeMutableBufferPointer<Int8>) in
      var (first, channel) = (0, 0)
      for count in channels {
        mw_byte_weights(
          source.baseAddress, Int64(filters), Int64(all), Int64(channel), Int64(count),
          Int64(taps), Int64(quads), Int64(first), target.baseAddress)
        first += (count + 3) / 4
        channel += count
      }
    }
    let perFilter = all * taps
    var start = [Int32](repeating: 0, count: groups * Self.group)
    for filter in 0..<filters {
      let part = source[filter * perFilter..<(filter + 1) * perFilter]
      start[filter] = Int32(-zero * part.reduce(0) { $0 + Int($1) })
    }
    self.start = Tensor(start, Shape(start.count))
  }

  /// Numbers per filter, with zeros for the filters that fill the last group.
  func padded(_ values: [Float]) -> [Float] {
    values + [Float](repeating: 0, count: start.shape.count - values.count)
  }
}
