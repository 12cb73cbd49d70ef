import Tensors

/// A product of every position's channels with weights, and what was fused around it:
/// `activation(Wᵀ · norm(x) + bias + residual)`.
///
/// Inputs: x, bias `[K]`, residual `[…, K, P]`, gamma `[C]`, beta `[C]`; all but x may be left out.
/// The output is `[…, K, P]`: channels are planes, however x lies in memory.
struct ChannelProduct: Operator {
  /// How x is looked at: `[…, C, P]`.
  var source: View
  /// How the weights are looked at: `[K, C]`.
  var weights: Tensor
  var weightView: View
  /// Whether every position is brought to mean 0 and variance 1 first, and what is added to the
  /// variance.
  var epsilon: Float?
  var activation = Activation(function: .identity)
  /// The weights as the kernel wants them, once they are final.
  var packed: Tensor?

  /// The positions of the inputs that may be left out.
  static let (bias, residual, gamma, beta) = (1, 2, 3, 4)

  var filters: Int { weightView.extents[0] }
  var channels: Int { weightView.extents[1] }
  var positions: Int { source.extents[source.rank - 1] }
  /// The axes before channels and positions.
  var outer: [Int] { Array(source.extents.dropLast(2)) }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(.float32, try Shape(checking: outer + [filters, positions], of: .float32))]
  }

  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    var x = try inputs.required(0).picking(source.offsets, Shape(source.extents))
    if let epsilon {
      let normalization = ChannelNormalization(source: View(x.shape), epsilon: epsilon)
      x = try normalization.evaluate(Inputs<Tensor>([x, inputs[3], inputs[4]]))[0]
    }
    let w = weights.picking(weightView.offsets, Shape(filters, channels))
    let product = try MatrixProduct(kind: .matMul).evaluate(Inputs<Tensor>([w, x]))[0]
    let (bias, residual) = (inputs[1]?.floats, inputs[2]?.floats)
    let y = product.floats.enumerated().map { place, sum in
      activation.evaluate(
        sum + (bias?[place / positions % filters] ?? 0) + (residual?[place] ?? 0))
    }
    return [Tensor(y, Shape(outer + [filters, positions]))]
  }

  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    2 * channels * outputs[0].shape.count
  }
}
