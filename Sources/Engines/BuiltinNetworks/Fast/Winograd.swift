import CKernels
import Tensors

/// A convolution of 3 × 3 px computed by Winograd's F(4 × 4, 3 × 3): tiles of 6 × 6 input pixels
/// and the weights are transformed, multiplied as 36 products of matrices, and transformed back to
/// tiles of 4 × 4 output pixels.
///
/// The products run on our own kernel, whose sums over channels have one order on every machine.
enum Winograd {
  /// Whether transforms pay for themselves with weights of a shape: measured, and decided by the
  /// shape alone, so that every machine adds in the same order.
  static func suits(_ weights: Shape) -> Bool {
    weights.rank == 4 && weights[2] == 3 && weights[3] == 3 && weights[1] >= 3
  }

  /// The most tiles that are taken together.
  ///
  /// A sum for each of 48 fits into the registers, and what is transformed into the second cache.
  /// Weights larger than that cache are read once for every block of tiles: then blocks are longer.
  static func lanes(channels: Int, filters: Int) -> Int {
    36 * channels * filters * 4 > 4 << 20 ? 96 : 48
  }

  /// The weights `[K, C, 3, 3]` transformed: `G w Gᵀ` in double precision, rounded once.
  ///
  /// The result is `[36, ⌈K / 8⌉, C, 8]`; filters beyond the last are zero.
  static func transform(_ weights: Tensor) -> Tensor {
    let group = Convolution.group
    let (filters, channels) = (weights.shape[0], weights.shape[1])
    let shape = Shape(36, (filters + group - 1) / group, channels, group)
    return Tensor(nil, shape) { (target: UnsafeMutableBufferPointer<Float>) in
      mw_winograd_weights(
        weights.floats.baseAddress, Int64(filters), Int64(channels), target.baseAddress)
    }
  }
}
