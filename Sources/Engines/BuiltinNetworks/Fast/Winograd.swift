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
    weights.rank == 4 && weights[2] == 3 && weights[3] == 3
      && weights[1] > Convolution.fewChannels && weights[0] > Convolution.fewFilters
  }

  /// How many tiles, and how many of their channels, are taken together.
  struct Blocking {
    var lanes: Int
    var depth: Int

    /// Blocks for weights `[K, C, 3, 3]` and planes of a number of tiles.
    ///
    /// A sum for each of 48 tiles fits into the registers. Few tiles are taken at
    /// once, so that weights larger than the cache are read once; so are more tiles where the weights
    /// are larger than any cache; many tiles go channel block by channel block, so
    /// that what is transformed stays in the second cache.
    init(weights: Shape, tiles: Int) {
      let channels = weights[1]
      let isFew = tiles <= 96 || (tiles <= 256 && 36 * channels * weights[0] * 4 > 16 << 20)
      lanes = isFew ? max((tiles + 15) / 16 * 16, 16) : 48
      depth = isFew ? channels : min(channels, 192)
    }

    /// The space for transformed tiles and their products, in bytes; filters in whole groups.
    func scratchBytes(filters: Int) -> Int { 36 * ((depth + filters) * lanes + 32) * 4 }
  }

  /// What tiles take: 36 products of matrices, and the transforms to them and back.
  static func effort(_ weights: Shape, tiles: Int) -> Effort {
    let channels = weights[1]
    let filters = (weights[0] + Convolution.group - 1) / Convolution.group * Convolution.group
    return Effort(
      operations: 72 * channels * filters * tiles,
      values: 36 * ((channels + weights[0]) * tiles + channels * filters))
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
