import Tensors

/// The entries of an axis that the second input names; the indices must be known.
struct Gathering: Operator {
  var axis: Int

  static let claims = [
    Claim(
      "Gather", inputs: 2...2, attributes: ["axis"], types: .any,
      limits: "indices that are computed while running"
    ) { reader throws(GraphFault) in
      Gathering(axis: try reader.integer("axis", default: 0))
    }
  ]

  var parameters: [Int] { [1] }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let (x, indices) = (try inputs.required(0), try inputs.required(1))
    let axis = try x.shape.axis(axis)
    _ = try self.indices(indices.integers, length: x.shape[axis])
    let extents = x.shape.extents
    return [
      Fact(
        x.type,
        try Shape(
          checking: Array(extents[..<axis]) + indices.shape.extents + Array(extents[(axis + 1)...]),
          of: x.type))
    ]
  }

  /// The indices counted from the front.
  func indices(_ indices: [Int]?, length: Int) throws(GraphFault) -> [Int] {
    guard let indices else { throw .contradiction("indices that are no integers") }
    guard indices.allSatisfy({ $0 >= -length && $0 < length }) else {
      throw .contradiction("an index outside an axis of \(length)")
    }
    return indices.map { $0 < 0 ? $0 + length : $0 }
  }
}
