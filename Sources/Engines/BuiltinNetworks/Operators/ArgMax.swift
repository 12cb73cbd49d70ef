import Tensors

/// Where the largest value of an axis stands.
struct ArgMax: Operator {
  var axis: Int
  var keepsAxis: Bool
  var takesLast: Bool

  static let claims = [
    Claim("ArgMax", attributes: ["axis", "keepdims", "select_last_index"]) {
      reader throws(GraphFault) in
      ArgMax(
        axis: try reader.integer("axis", default: 0),
        keepsAxis: try reader.integer("keepdims", default: 1) != 0,
        takesLast: try reader.integer("select_last_index", default: 0) != 0)
    }
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0).shape
    let axis = try x.axis(axis)
    guard x[axis] > 0 else { throw .contradiction("an axis without values") }
    var extents = x.extents
    if keepsAxis { extents[axis] = 1 } else { extents.remove(at: axis) }
    return [Fact(.int64, try Shape(checking: extents, of: .int64))]
  }

  /// The shape as [outer, length, inner] around the axis.
  func split(_ shape: Shape) -> (outer: Int, length: Int, inner: Int) {
    let axis = axis < 0 ? axis + shape.rank : axis
    return (shape.count(0..<axis), shape[axis], shape.count((axis + 1)..<shape.rank))
  }
}
