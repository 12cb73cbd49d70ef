import Tensors

extension MatrixProduct {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (a, b) = (try inputs.required(0), try inputs.required(1))
    let plan = try extents(a.shape, b.shape)
    let shape = try outputs(of: inputs.facts)[0].shape
    var (alpha, beta, transposesA, transposesB) = (Float(1), Float(1), false, false)
    if case .gemm(let p, let q, let r, let s) = kind {
      (alpha, beta, transposesA, transposesB) = (p, q, r, s)
    }
    var y: [Float] = []
    for index in Indices(plan.batch + [plan.rows, plan.columns]) {
      let (i, j) = (index[index.count - 2], index[index.count - 1])
      let startA = zip(index, plan.aStrides).reduce(0) { $0 + $1.0 * $1.1 } * plan.rows * plan.inner
      let startB =
        zip(index, plan.bStrides).reduce(0) { $0 + $1.0 * $1.1 } * plan.inner * plan.columns
      var sum = 0.0
      for k in 0..<plan.inner {
        let p = a.floats[startA + (transposesA ? k * plan.rows + i : i * plan.inner + k)]
        let q = b.floats[startB + (transposesB ? j * plan.inner + k : k * plan.columns + j)]
        sum += Double(p) * Double(q)
      }
      var result = Double(alpha) * sum
      if let c = inputs[2] {
        result += Double(beta) * Double(c.floats[c.shape.offset(broadcasting: [i, j])])
      }
      y.append(Float(result))
    }
    return [Tensor(y, shape)]
  }
}
