import Tensors

/// A tensor cut into parts along an axis; the second input may give their lengths.
struct Splitting: Operator {
  var axis: Int
  /// Lengths as an attribute (operator sets before 13).
  var lengths: [Int]?
  var parts: Int

  static let claims = [
    Claim("Split", inputs: 1...2, attributes: ["axis", "num_outputs", "split"], types: .any) {
      reader throws(GraphFault) in
      Splitting(
        axis: try reader.integer("axis", default: 0), lengths: try reader.integers("split"),
        parts: reader.node.outputs.count)
    }
  ]

  var parameters: [Int] { [1] }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    let axis = try x.shape.axis(axis)
    let length = x.shape[axis]
    let even = (length + parts - 1) / max(parts, 1)
    let cuts =
      lengths ?? inputs[1]?.integers
      ?? (0..<parts).map { min(even, max(length - $0 * even, 0)) }
    guard cuts.count == parts, cuts.allSatisfy({ 0...length ~= $0 }),
      cuts.reduce(0, +) == length
    else { throw .contradiction("parts of \(cuts) of \(length)") }
    return cuts.map {
      var shape = x.shape
      shape[axis] = $0
      return Fact(x.type, shape)
    }
  }
}
