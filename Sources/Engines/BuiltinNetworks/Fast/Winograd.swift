import CKernels
import Tensors

/// A convolution of 3 × 3 px computed by Winograd's F(4 × 4, 3 × 3): tiles of 6 × 6 input pixels
/// and the weights are transformed, multiplied as 36 products of matrices, and transformed back to
/// tiles of 4 × 4 output pixels.
///
/// The products run on our own kernel, whose sums over channels have one order on every machine.
struct Winograd {
  /// Filters that lie together in transformed weights.
  private static let group = 8
  /// The most tiles that are taken together: a sum for each fits into the registers.
  private static let mostLanes = 48

  /// The convolution as the kernels read it.
  let kernel: mw_winograd

  /// Lays out a convolution; nil where the window is none of 3 × 3 px, stride 1, pads 0 or 1.
  init?(_ window: Window, channels: Int, filters: Int, groups: Int) {
    let axes = [window.y, window.x]
    guard groups == 1, channels > 0, filters > 0,
      axes.allSatisfy({
        $0.kernel == 3 && $0.stride == 1 && $0.dilation == 1 && (0...1).contains($0.before)
          && (0...1).contains($0.after) && $0.output > 0
      })
    else { return nil }
    let tiles = ((window.y.output + 3) / 4) * ((window.x.output + 3) / 4)
    let rounds = (tiles + Self.mostLanes - 1) / Self.mostLanes
    let lanes = ((tiles + rounds - 1) / rounds + 15) / 16 * 16
    kernel = mw_winograd(
      channels: Int64(channels), filters: Int64(filters), height: Int64(window.y.input),
      width: Int64(window.x.input), out_height: Int64(window.y.output),
      out_width: Int64(window.x.output), pad_top: Int64(window.y.before),
      pad_left: Int64(window.x.before), lanes: Int64(lanes))
  }

  /// Whether transforms pay for themselves with weights of a shape: measured, and decided by the
  /// shape alone, so that every machine adds in the same order.
  static func suits(_ weights: Shape) -> Bool {
    weights.rank == 4 && weights[2] == 3 && weights[3] == 3 && weights[0] >= 4 && weights[1] >= 3
  }

  /// The space for transformed tiles and their products, in bytes.
  var scratchBytes: Int {
    let filters = (Int(kernel.filters) + Self.group - 1) / Self.group * Self.group
    return 36 * ((Int(kernel.channels) + filters) * Int(kernel.lanes) + 32) * 4
  }

  /// The weights `[K, C, 3, 3]` transformed: `G w Gᵀ` in double precision, rounded once.
  ///
  /// The result is `[36, ⌈K / 8⌉, C, 8]`; filters beyond the last are zero.
  static func transform(_ weights: Tensor) -> Tensor {
    let (filters, channels) = (weights.shape[0], weights.shape[1])
    let shape = Shape(36, (filters + group - 1) / group, channels, group)
    return Tensor(nil, shape) { (target: UnsafeMutableBufferPointer<Float>) in
      mw_winograd_weights(
        weights.floats.baseAddress, Int64(filters), Int64(channels), target.baseAddress)
    }
  }
}

extension Convolution {
  /// The layout in tiles, where the weights are known and the shapes suit.
  func winograd(_ inputs: Inputs<Fact>) -> Winograd? {
    guard let x = inputs[0]?.shape, let w = inputs[1], w.constant != nil, Winograd.suits(w.shape)
    else { return nil }
    return Winograd(
      proved { try self.window(x, w.shape) }, channels: w.shape[1], filters: w.shape[0],
      groups: groups)
  }

  /// The convolution in tiles, picture by picture.
  func step(_ winograd: Winograd, _ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let weights = transformed ?? io.constants[1].map(Winograd.transform)
    guard let weights else { preconditionFailure("laid out for known weights") }
    let (bias, residual) = (io[2]?.floats, io[3]?.floats)
    let (pictures, source, target) = (x.shape[0], x.floats, y.floats)
    let (inputSize, outputSize) = (x.shape.count / pictures, y.shape.count / pictures)
    let (kernel, kernels, activation) = (winograd.kernel, io.kernels, activation)
    let function = mw_unary(rawValue: activation.function.rawValue)
    let scratch = io.scratch.assumingMemoryBound(to: Float.self)
    return Step {
      withUnsafePointer(to: kernel) { kernel in
        for picture in 0..<pictures {
          kernels.winograd_f32(
            kernel, source + picture * inputSize, weights.floats.baseAddress, bias,
            residual.map { $0 + picture * outputSize }, function, activation.alpha,
            activation.beta, target + picture * outputSize, scratch)
        }
      }
    }
  }
}
