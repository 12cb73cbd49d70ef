import Tensors

/// A mean, sum or extreme over some axes, which are an attribute or the second input.
struct Reduction: Operator {
  enum Kind: Sendable { case mean, sum, largest, smallest }

  var kind: Kind
  var axes: [Int]?
  var keepsAxes: Bool
  var noAxesMeansNothing: Bool

  static let claims = [
    claim("ReduceMean", .mean), claim("ReduceSum", .sum), claim("ReduceMax", .largest),
    claim("ReduceMin", .smallest),
  ]

  private static func claim(_ name: String, _ kind: Kind) -> Claim {
    Claim(name, inputs: 1...2, attributes: ["axes", "keepdims", "noop_with_empty_axes"]) {
      reader throws(GraphFault) in
      Reduction(
        kind: kind, axes: try reader.integers("axes"),
        keepsAxes: try reader.integer("keepdims", default: 1) != 0,
        noAxesMeansNothing: try reader.integer("noop_with_empty_axes", default: 0) != 0)
    }
  }

  var parameters: [Int] { [1] }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    let reduced = try reducedAxes(inputs)
    let extents = x.shape.extents.indices.compactMap { axis -> Int? in
      reduced.contains(axis) ? (keepsAxes ? 1 : nil) : x.shape[axis]
    }
    return [Fact(.float32, Shape(extents))]
  }

  /// The axes that go, in ascending order.
  func reducedAxes(_ inputs: Inputs<Fact>) throws(GraphFault) -> [Int] {
    let shape = try inputs.required(0).shape
    let listed = axes ?? inputs[1]?.integers ?? []
    if listed.isEmpty { return noAxesMeansNothing ? [] : Array(0..<shape.rank) }
    var reduced: Set<Int> = []
    for axis in listed { reduced.insert(try shape.axis(axis)) }
    return reduced.sorted()
  }
}
