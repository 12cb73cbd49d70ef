import CKernels
import Tensors

extension Reduction {
  /// The tensor as [outer, length, inner] with the reduced axes in the middle, or nil where they
  /// do not lie together.
  private func split(_ shape: Shape, _ reduced: [Int]) -> (outer: Int, length: Int, inner: Int)? {
    guard let first = reduced.first, let last = reduced.last else { return (shape.count, 1, 1) }
    guard last - first + 1 == reduced.count else { return nil }
    return (
      shape.count(0..<first), shape.count(first..<last + 1), shape.count((last + 1)..<shape.rank)
    )
  }

  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let x = inputs[0] else { return 0 }
    let reduced = proved { try reducedAxes(inputs) }
    return split(x.shape, reduced) == nil ? x.bytes : 0
  }

  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let reduced = proved { try reducedAxes(io.facts) }
    if let split = split(x.shape, reduced) {
      return reduce(x.floats, y.floats, split, kernels)
    }
    // Scattered axes are brought to the end first.
    let order = x.shape.extents.indices.filter { !reduced.contains($0) } + reduced
    let extents = order.map { x.shape[$0] }
    let strides = x.shape.strides
    let walk = Walk(extents, a: order.map { strides[$0] }, y: Shape(extents).strides).kernel
    let gathered = io.scratch.assumingMemoryBound(to: Float.self)
    let length = reduced.reduce(1) { $0 * x.shape[$1] }
    let step = reduce(gathered, y.floats, (y.shape.count, length, 1), kernels)
    let count = x.shape.count
    return Step {
      if count > 0 { withUnsafePointer(to: walk) { mw_copy(4, $0, x.address, gathered) } }
      step()
    }
  }

  private func reduce(
    _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ split: (outer: Int, length: Int, inner: Int), _ kernels: mw_kernels
  ) -> Step {
    let (outer, length, inner) = (Int64(split.outer), Int64(split.length), Int64(split.inner))
    switch kind {
    case .sum: return Step { kernels.reduce_f32(x, y, outer, length, inner, 1) }
    case .mean:
      return Step { kernels.reduce_f32(x, y, outer, length, inner, 1 / Double(length)) }
    case .largest: return Step { kernels.extreme_f32(x, y, outer, length, inner, 1) }
    case .smallest: return Step { kernels.extreme_f32(x, y, outer, length, inner, -1) }
    }
  }
}

extension ArgMax {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let (outer, length, inner) = split(x.shape)
    let last: Int32 = takesLast ? 1 : 0
    let places = y.address.assumingMemoryBound(to: Int64.self)
    return Step { mw_argmax_f32(x.floats, places, Int64(outer), Int64(length), Int64(inner), last) }
  }
}
