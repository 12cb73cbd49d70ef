import Tensors

/// Tensors one after another along an axis.
struct Concatenation: Operator {
  var axis: Int

  static let claims = [
    Claim("Concat", inputs: 1...4096, attributes: ["axis"], types: .any) {
      reader throws(GraphFault) in
      Concatenation(axis: try reader.integer("axis", default: 1))
    }
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let first = try inputs.required(0)
    let axis = try first.shape.axis(axis)
    var extents = first.shape.extents
    for position in 1..<max(inputs.count, 1) {
      let other = try inputs.required(position)
      guard other.shape.rank == extents.count, other.type == first.type else {
        throw .contradiction("\(first.type) \(first.shape) with \(other.type) \(other.shape)")
      }
      for index in extents.indices where index != axis && extents[index] != other.shape[index] {
        throw .contradiction("shapes \(first.shape) and \(other.shape) along axis \(axis)")
      }
      extents[axis] += other.shape[axis]
    }
    return [Fact(first.type, try Shape(checking: extents, of: first.type))]
  }
}
