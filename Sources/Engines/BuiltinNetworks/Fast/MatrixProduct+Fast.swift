import CKernels
import Tensors

extension MatrixProduct {
  /// How both factors lie, and what is done to the product: fixed by shapes.
  private struct Layout {
    var rows: Int, inner: Int, columns: Int
    var left: (row: Int, column: Int)
    var right: (row: Int, column: Int)
    var alpha: Float, beta: Float

    init(_ kind: Kind, _ plan: Extents) {
      (rows, inner, columns) = (plan.rows, plan.inner, plan.columns)
      (left, right) = ((inner, 1), (columns, 1))
      (alpha, beta) = (1, 1)
      guard case .gemm(let p, let q, let transposesA, let transposesB) = kind else { return }
      (alpha, beta) = (p, q)
      if transposesA { left = (1, rows) }
      if transposesB { right = (1, inner) }
    }

    /// Floats of the packed left factor, of the right factor's tiles, and of a third matrix.
    var packedCount: Int { (rows + 7) / 8 * 8 * inner }
    var panelCount: Int { Int(mw_product_floats(Int64(inner), Int64(columns))) }
  }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let a = inputs[0]?.shape, let b = inputs[1]?.shape else { return 0 }
    let layout = Layout(kind, proved { try extents(a, b) })
    let spread = inputs[2] == nil ? 0 : layout.rows * layout.columns
    return 4 * (layout.packedCount + layout.panelCount + spread)
  }

  func step(_ io: Bindings) -> Step {
    let (a, b, y, kernels) = (io.input(0), io.input(1), io.outputs[0], io.kernels)
    let plan = proved { try extents(a.shape, b.shape) }
    guard y.shape.count > 0 else { return Step {} }
    let layout = Layout(kind, plan)
    let (rows, columns) = (layout.rows, layout.columns)
    let packed = io.scratch.assumingMemoryBound(to: Float.self)
    let panel = packed + layout.packedCount
    let spread = spread(io, layout, to: panel + layout.panelCount)
    let pairs = Indices(plan.batch).enumerated().map { number, index in
      let startA = zip(index, plan.aStrides).reduce(0) { $0 + $1.0 * $1.1 } * rows * layout.inner
      let startB = zip(index, plan.bStrides).reduce(0) { $0 + $1.0 * $1.1 } * layout.inner * columns
      var product = mw_product()
      (product.rows, product.columns) = (Int64(rows), Int64(columns))
      product.depth = Int64(layout.inner)
      product.left = UnsafePointer(packed)
      product.right = mw_matrix(
        at: b.floats + startB, row: Int64(layout.right.row), column: Int64(layout.right.column))
      product.residual = io[2] == nil ? nil : UnsafePointer(panel + layout.panelCount)
      (product.y, product.stride) = (y.floats + number * rows * columns, Int64(columns))
      let left = mw_matrix(
        at: a.floats + startA, row: Int64(layout.left.row), column: Int64(layout.left.column))
      return (left: left, product: product)
    }
    return Step {
      spread()
      for pair in pairs {
        withUnsafePointer(to: pair.left) {
          mw_pack_rows($0, Int64(rows), Int64(layout.inner), layout.alpha, packed)
        }
        withUnsafePointer(to: pair.product) { kernels.product_f32($0, panel) }
      }
    }
  }

  /// `beta C`, broadcast to the product's shape.
  private func spread(
    _ io: Bindings, _ layout: Layout, to target: UnsafeMutablePointer<Float>
  ) -> Step {
    guard let c = io[2] else { return Step {} }
    let (shape, kernels, beta) = (io.outputs[0].shape, io.kernels, layout.beta)
    let walk = Walk(
      shape.extents, a: c.shape.broadcastStrides(to: shape), y: shape.strides
    ).kernel
    return Step {
      withUnsafePointer(to: walk) { mw_copy(4, $0, c.address, target) }
      guard beta != 1 else { return }
      withUnsafePointer(to: beta) { scale in
        withUnsafePointer(to: Float(0)) { shift in
          kernels.affine_f32(target, scale, shift, target, 1, Int64(shape.count))
        }
      }
    }
  }
}
