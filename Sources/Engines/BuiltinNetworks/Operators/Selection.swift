import Tensors

/// One of two values, by a condition, with broadcasting: inputs condition, then, otherwise.
struct Selection: Operator {
  static let claims = [
    Claim("Where", inputs: 3...3, types: [.bool]) { _ in Selection() }
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let condition = try inputs.required(0)
    let (a, b) = (try inputs.required(1), try inputs.required(2))
    guard a.type == b.type else { throw .unsupported("\(a.type) with \(b.type)") }
    let shape = try condition.shape.broadcast(with: a.shape).broadcast(with: b.shape)
    return [Fact(a.type, try Shape(checking: shape.extents, of: a.type))]
  }
}
