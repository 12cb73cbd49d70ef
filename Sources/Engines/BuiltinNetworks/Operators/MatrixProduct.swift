import Tensors

/// Products of matrices.
struct MatrixProduct: Operator {
  enum Kind: Sendable {
    /// The last two axes are matrices, the others broadcast; a single axis is a vector.
    case matMul
    /// `alpha A B + beta C` for two axes, A and B transposed or not; C broadcasts.
    case gemm(alpha: Float, beta: Float, transposesA: Bool, transposesB: Bool)
  }

  var kind: Kind

  static let claims = [
    Claim("MatMul", inputs: 2...2) { _ in MatrixProduct(kind: .matMul) },
    Claim("Gemm", inputs: 2...3, attributes: ["alpha", "beta", "transA", "transB"]) {
      reader throws(GraphFault) in
      MatrixProduct(
        kind: .gemm(
          alpha: try reader.float("alpha", default: 1), beta: try reader.float("beta", default: 1),
          transposesA: try reader.integer("transA", default: 0) != 0,
          transposesB: try reader.integer("transB", default: 0) != 0))
    },
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let (a, b) = (try inputs.required(0), try inputs.required(1))
    guard b.type == .float32 else { throw .unsupported("products with \(b.type)") }
    let plan = try extents(a.shape, b.shape)
    if case .gemm = kind, let c = inputs[2] {
      let target = Shape(plan.rows, plan.columns)
      guard try c.shape.broadcast(with: target) == target else {
        throw .contradiction("C of shape \(c.shape) for \(target)")
      }
    }
    return [Fact(.float32, try Shape(checking: plan.output, of: .float32))]
  }

  /// A product's extents, its output shape, and per batch axis the strides of A and B in matrices.
  struct Extents {
    var rows: Int, inner: Int, columns: Int
    var batch: [Int], aStrides: [Int], bStrides: [Int]
    var output: [Int]
  }

  func extents(_ a: Shape, _ b: Shape) throws(GraphFault) -> Extents {
    if case .gemm(_, _, let transposesA, let transposesB) = kind {
      guard a.rank == 2, b.rank == 2, a[transposesA ? 0 : 1] == b[transposesB ? 1 : 0] else {
        throw .contradiction("a product of \(a) and \(b)")
      }
      let (rows, columns) = (a[transposesA ? 1 : 0], b[transposesB ? 0 : 1])
      return Extents(
        rows: rows, inner: a[transposesA ? 0 : 1], columns: columns, batch: [], aStrides: [],
        bStrides: [], output: [rows, columns])
    }
    guard a.rank >= 1, b.rank >= 1 else { throw .contradiction("a product with a single value") }
    let left = a.rank == 1 ? Shape([1] + a.extents) : a
    let right = b.rank == 1 ? Shape(b.extents + [1]) : b
    guard left[left.rank - 1] == right[right.rank - 2] else {
      throw .contradiction("a product of \(a) and \(b)")
    }
    let (p, q) = (Shape(Array(left.extents.dropLast(2))), Shape(Array(right.extents.dropLast(2))))
    let batch = try p.broadcast(with: q)
    let (rows, columns) = (left[left.rank - 2], right[right.rank - 1])
    return Extents(
      rows: rows, inner: left[left.rank - 1], columns: columns, batch: batch.extents,
      aStrides: p.broadcastStrides(to: batch), bStrides: q.broadcastStrides(to: batch),
      output: batch.extents + (a.rank == 1 ? [] : [rows]) + (b.rank == 1 ? [] : [columns]))
  }

  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let a = inputs[0], let b = inputs[1], let plan = try? extents(a.shape, b.shape) else {
      return 0
    }
    return 2 * plan.rows * plan.inner * plan.columns * plan.batch.reduce(1, *)
  }
}
