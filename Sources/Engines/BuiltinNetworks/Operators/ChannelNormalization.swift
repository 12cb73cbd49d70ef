import Tensors

/// Every position's channels to mean 0 and variance 1, then times gamma plus beta.
///
/// Inputs: x, gamma `[C]`, beta `[C]` (may be left out). The output is `[…, C, P]`: channels are
/// planes, however x lies in memory.
struct ChannelNormalization: Operator {
  /// How x is looked at: `[…, C, P]`.
  var source: View
  var epsilon: Float

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(.float32, try Shape(checking: source.extents, of: .float32))]
  }

  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let rows = x.picking(source.transposed.offsets, Shape(source.transposed.extents))
    let normalization = Normalization(kind: .layer(axis: -1), epsilon: epsilon)
    let y = try normalization.evaluate(Inputs<Tensor>([rows, inputs[1], inputs[2]]))[0]
    return [y.picking(View(y.shape).transposed.offsets, Shape(source.extents))]
  }
}
