import CKernels
import Tensors

/// The weights of a convolution as its way reads them: laid out on loading, or, where they are
/// computed while the network runs, before they are used.
final class ConvolutionWeights {
  private let known: Tensor?
  private let dynamic: UnsafePointer<Float>?
  private let groups: Int
  private let filters: Int
  private let depth: Int
  private let laidOut: UnsafeMutablePointer<Float>?
  /// Where they stand.
  let address: UnsafePointer<Float>?

  init(
    of convolution: Convolution, _ weights: Fact, for way: Convolution.Way,
    dynamic: UnsafePointer<Float>?
  ) {
    groups = convolution.groups
    filters = weights.shape[0] / groups
    depth = weights.shape.count(1..<weights.shape.rank)
    if let constant = weights.constant {
      let ready = convolution.prepared.flatMap { $0.way == way ? $0.weights : nil }
      known = ready ?? convolution.laidOut(constant, for: way)
      (self.dynamic, laidOut, address) = (nil, nil, known?.floats.baseAddress)
    } else if way == .channelByChannel {
      (known, self.dynamic, laidOut, address) = (nil, nil, nil, dynamic)
    } else {
      (known, self.dynamic) = (nil, dynamic)
      let count = groups * ((filters + 7) / 8 * 8) * depth
      let space = UnsafeMutablePointer<Float>.allocate(capacity: count)
      space.initialize(repeating: 0, count: count)
      (laidOut, address) = (space, UnsafePointer(space))
    }
  }

  deinit { laidOut?.deallocate() }

  /// Lays out weights that were just computed.
  func refresh() {
    guard let dynamic, let laidOut else { return }
    for group in 0..<groups {
      var matrix = mw_matrix(
        at: dynamic + group * filters * depth, row: Int64(depth), column: 1)
      mw_pack_rows(
        &matrix, Int64(filters), Int64(depth), 1,
        laidOut + group * ((filters + 7) / 8 * 8) * depth)
    }
  }
}
