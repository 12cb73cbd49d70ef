import CKernels
import COpenBLAS
import Tensors

extension MatrixProduct {
  func step(_ io: Bindings) -> Step {
    let (a, b, y) = (io.input(0), io.input(1), io.outputs[0])
    let plan = proved { try extents(a.shape, b.shape) }
    let (rows, inner, columns) = (plan.rows, plan.inner, plan.columns)
    guard y.shape.count > 0 else { return Step {} }
    if case .gemm(let alpha, let beta, let transposesA, let transposesB) = kind {
      return gemm(io, plan, alpha, beta, transposesA, transposesB)
    }
    let starts = Indices(plan.batch).map { index in
      (
        a: zip(index, plan.aStrides).reduce(0) { $0 + $1.0 * $1.1 } * rows * inner,
        b: zip(index, plan.bStrides).reduce(0) { $0 + $1.0 * $1.1 } * inner * columns
      )
    }
    return Step {
      for (number, start) in starts.enumerated() {
        multiply(
          a.floats + start.a, rows: rows, inner: inner, b.floats + start.b, columns,
          columns: columns, into: y.floats + number * rows * columns, columns)
      }
    }
  }

  private func gemm(
    _ io: Bindings, _ plan: Extents, _ alpha: Float, _ beta: Float, _ transposesA: Bool,
    _ transposesB: Bool
  ) -> Step {
    let (a, b, y) = (io.input(0), io.input(1), io.outputs[0])
    var spread = Step {}
    if let c = io[2] {
      let walk = Walk(
        y.shape.extents, a: c.shape.broadcastStrides(to: y.shape), y: y.shape.strides
      ).kernel
      spread = Step { withUnsafePointer(to: walk) { mw_copy(4, $0, c.address, y.address) } }
    }
    let factor = io[2] == nil ? 0 : beta
    return Step { [spread] in
      spread()
      cblas_sgemm(
        CblasRowMajor, transposesA ? CblasTrans : CblasNoTrans,
        transposesB ? CblasTrans : CblasNoTrans, blasint(plan.rows), blasint(plan.columns),
        blasint(plan.inner), alpha, a.floats,
        blasint(max(transposesA ? plan.rows : plan.inner, 1)), b.floats,
        blasint(max(transposesB ? plan.inner : plan.columns, 1)), factor, y.floats,
        blasint(plan.columns))
    }
  }
}

/// `c = a × b`, row-major, `b` and `c` with strides between rows.
func multiply(
  _ a: UnsafePointer<Float>, rows: Int, inner: Int, _ b: UnsafePointer<Float>, _ strideB: Int,
  columns: Int, into c: UnsafeMutablePointer<Float>, _ strideC: Int
) {
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(inner), 1,
    a, blasint(inner), b, blasint(max(strideB, 1)), 0, c, blasint(max(strideC, 1)))
}
