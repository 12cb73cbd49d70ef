import Tensors

/// Normalisation of values to learnt means and spreads.
struct Normalization: Operator {
  enum Kind: Sendable {
    /// By stored statistics per channel: inputs x, scale, bias, mean, variance.
    case batch
    /// By each plane's own statistics: inputs x, scale, bias.
    case instance
    /// By the statistics of all axes from one on: inputs x, scale, bias.
    case layer(axis: Int)
  }

  var kind: Kind
  var epsilon: Float

  static let claims = [
    Claim(
      "BatchNormalization", inputs: 5...5,
      attributes: ["epsilon", "momentum", "training_mode"], limits: "training"
    ) { reader throws(GraphFault) in
      guard try reader.integer("training_mode", default: 0) == 0 else {
        throw .unsupported("BatchNormalization in training mode")
      }
      return Normalization(kind: .batch, epsilon: try reader.float("epsilon", default: 1e-5))
    },
    Claim("InstanceNormalization", inputs: 3...3, attributes: ["epsilon"]) {
      reader throws(GraphFault) in
      Normalization(kind: .instance, epsilon: try reader.float("epsilon", default: 1e-5))
    },
    Claim(
      "LayerNormalization", inputs: 2...3, attributes: ["axis", "epsilon", "stash_type"],
      limits: "mean and deviation as outputs"
    ) { reader throws(GraphFault) in
      Normalization(
        kind: .layer(axis: try reader.integer("axis", default: -1)),
        epsilon: try reader.float("epsilon", default: 1e-5))
    },
  ]

  var parameters: [Int] {
    if case .batch = kind { return [1, 2, 3, 4] }
    return []
  }

  var reuse: Reuse { .inPlace }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    let expected: Int
    switch kind {
    case .batch, .instance:
      guard x.shape.rank >= 2 else { throw .contradiction("no channels in \(x.shape)") }
      expected = x.shape[1]
    case .layer(let axis):
      expected = x.shape.count(try x.shape.axis(axis)..<x.shape.rank)
    }
    for position in 1..<max(inputs.count, 1) {
      guard let parameter = inputs[position] else { continue }
      guard parameter.type == .float32, parameter.shape.count == expected else {
        throw .contradiction("parameters of shape \(parameter.shape) for \(expected) values")
      }
    }
    return [Fact(.float32, x.shape)]
  }

  /// The stored statistics as a factor and a summand per channel.
  func affine(_ inputs: Inputs<Tensor>) throws(GraphFault) -> (scale: [Float], shift: [Float]) {
    let gamma = try inputs.required(1).floats
    let beta = try inputs.required(2).floats
    let mean = try inputs.required(3).floats
    let variance = try inputs.required(4).floats
    let scale = gamma.indices.map {
      Float(Double(gamma[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot())
    }
    let shift = gamma.indices.map {
      Float(Double(beta[$0]) - Double(mean[$0]) * Double(scale[$0]))
    }
    return (scale, shift)
  }
}
