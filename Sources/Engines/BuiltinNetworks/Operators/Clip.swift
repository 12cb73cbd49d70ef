import Tensors

/// Values held between a lowest and a highest one, both constants.
struct Clip: Operator {
  /// Limits given as attributes (operator sets before 11) instead of inputs.
  var lowest: Float?
  var highest: Float?

  static let claims = [
    Claim("Clip", inputs: 1...3, attributes: ["min", "max"], types: .numbers) {
      reader throws(GraphFault) in
      Clip(
        lowest: reader.node.attributes["min"] == nil ? nil : try reader.float("min", default: 0),
        highest: reader.node.attributes["max"] == nil ? nil : try reader.float("max", default: 0))
    }
  ]

  var parameters: [Int] { [1, 2] }
  var reuse: Reuse { .inPlace }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    for position in 1...2 {
      guard let limit = inputs[position] else { continue }
      guard limit.type == x.type, limit.shape.count == 1 else {
        throw .contradiction("a limit of type \(limit.type) and shape \(limit.shape)")
      }
    }
    return [Fact(x.type, x.shape)]
  }

  /// The limits of a float tensor as an activation.
  func activation(_ lowestInput: Tensor?, _ highestInput: Tensor?) -> Activation {
    Activation(
      function: .clip, alpha: lowestInput?.floats.first ?? lowest ?? -.infinity,
      beta: highestInput?.floats.first ?? highest ?? .infinity)
  }
}
