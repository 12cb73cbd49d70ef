import Tensors

/// A float value that is known as bytes, in one or several parts one after another along channels.
struct ByteValue {
  /// The names of the parts, bytes in planes of four channels.
  var parts: [Part]
  /// What the bytes mean.
  var grid: ByteGrid

  /// Some of the channels.
  struct Part {
    var name: String
    /// How many; nil where it is not known before shapes are.
    var channels: Int?
  }

  /// All channels; nil where a part's are not known.
  var channels: Int? {
    parts.reduce(0) { sum, part in sum.flatMap { sum in part.channels.map { sum + $0 } } }
  }
}

/// A float value that is about to be computed in bytes: how depends on what takes it.
enum PendingValue {
  case convolution(PendingConvolution)
  /// The sum of two values.
  case sum([ByteValue], limits: ClosedRange<Float>)
  /// A linear doubling.
  case doubling(ByteValue, Program.Node)
  /// Values of different grids, one after another.
  case concatenation([ByteValue])
}

/// A convolution of bytes that nothing has taken yet, with what was fused into it so far.
struct PendingConvolution {
  var node: Program.Node
  var sliding: Sliding
  var source: ByteValue
  /// The channels of each part of the source.
  var channels: [Int]
  var weights: Tensor
  /// Reals per unit of the sums, per filter.
  var scale: [Double]
  /// Reals, per filter.
  var bias: [Double]
  var residual: ByteValue?
  /// Of the real result.
  var limits: ClosedRange<Float> = -.infinity ... .infinity

  /// Whether more can be added or multiplied.
  var isOpen: Bool { residual == nil && limits == -.infinity ... .infinity }

  /// The node that makes the value, as bytes on a grid or as floats.
  func node(making name: String, on grid: ByteGrid?) -> Program.Node {
    let step = grid.map { Double($0.scale) } ?? 1
    let operation = ByteConvolution(
      sliding: sliding, grid: source.grid, channels: channels, weights: weights,
      scale: scale.map { Float($0 / step) }, bias: bias.map { Float($0 / step) },
      residual: residual.map {
        ByteConvolution.Residual(grid: $0.grid, scale: Float(Double($0.grid.scale) / step))
      }, result: grid, limits: grid?.steps(within: limits) ?? limits)
    return Program.Node(
      label: node.label, operation: operation, types: [.uint8],
      inputs: (source.parts + (residual?.parts ?? [])).map(\.name), outputs: [name])
  }
}

extension ByteGrid {
  /// Limits of reals in steps from zero, as quantising after the limits would give them.
  func steps(within limits: ClosedRange<Float>) -> ClosedRange<Float> {
    func held(_ real: Float) -> Float {
      let step = (real / scale).rounded(.toNearestOrEven)
      return min(max(step, steps.lowerBound), steps.upperBound)
    }
    return held(limits.lowerBound)...held(limits.upperBound)
  }
}
