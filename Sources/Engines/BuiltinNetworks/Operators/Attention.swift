import Tensors

/// `softmax(scale · q kᵀ) v`, for every head: what each query finds among the keys.
///
/// Inputs: q, k and v, each looked at as `[…, queries or keys, depth]`. The output is
/// `[…, depth of v, queries]`: channels are planes.
struct Attention: Operator {
  var queries: View
  var keys: View
  var values: View
  var scale: Float

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(.float32, try Shape(checking: outputExtents, of: .float32))]
  }

  var outer: [Int] { Array(queries.extents.dropLast(2)) }
  private var outputExtents: [Int] {
    outer + [values.extents[values.rank - 1], queries.extents[queries.rank - 2]]
  }

  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    func look(_ position: Int, _ view: View) throws(GraphFault) -> Tensor {
      try inputs.required(position).picking(view.offsets, Shape(view.extents))
    }
    let product = MatrixProduct(kind: .matMul)
    let (q, k, v) = (try look(0, queries), try look(1, keys.transposed), try look(2, values))
    let scores = try product.evaluate(Inputs<Tensor>([q, k]))[0]
    let scaled = Tensor(scores.floats.map { $0 * scale }, scores.shape)
    let softmax = Softmax(axis: -1, isLogarithm: false, flattens: false)
    let shares = try softmax.evaluate(Inputs<Tensor>([scaled]))[0]
    let y = try product.evaluate(Inputs<Tensor>([shares, v]))[0]
    return [y.picking(View(y.shape).transposed.offsets, Shape(outputExtents))]
  }

  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    let (depth, count) = (queries.extents[queries.rank - 1], keys.extents[keys.rank - 2])
    let perQuery = 2 * count * (depth + values.extents[values.rank - 1])
    return perQuery * queries.count / max(depth, 1)
  }
}
