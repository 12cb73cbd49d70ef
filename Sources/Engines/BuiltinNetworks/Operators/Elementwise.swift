/// A function of one value, over a whole tensor.
struct Elementwise: Operator {
  var activation: Activation

  static let claims =
    [
      plain("Relu", .relu), plain("Sigmoid", .sigmoid), plain("HardSwish", .hardSwish),
      plain("Tanh", .tanh), plain("Softplus", .softplus), plain("Mish", .mish),
      plain("Erf", .erf), plain("Sqrt", .sqrt), plain("Exp", .exp), plain("Log", .log),
      plain("Abs", .absolute), plain("Neg", .negate), plain("Floor", .floor),
      plain("Ceil", .ceil), plain("Reciprocal", .reciprocal),
      Claim("LeakyRelu", attributes: ["alpha"]) { reader throws(GraphFault) in
        Elementwise(
          activation: Activation(
            function: .leakyRelu, alpha: try reader.float("alpha", default: 0.01)))
      },
      Claim("Elu", attributes: ["alpha"]) { reader throws(GraphFault) in
        Elementwise(
          activation: Activation(function: .elu, alpha: try reader.float("alpha", default: 1)))
      },
      Claim("HardSigmoid", attributes: ["alpha", "beta"]) { reader throws(GraphFault) in
        Elementwise(
          activation: Activation(
            function: .hardSigmoid, alpha: try reader.float("alpha", default: 0.2),
            beta: try reader.float("beta", default: 0.5)))
      },
      Claim("Gelu", attributes: ["approximate"]) { reader throws(GraphFault) in
        switch try reader.text("approximate", default: "none") {
        case "none": return Elementwise(activation: Activation(function: .gelu))
        case "tanh": return Elementwise(activation: Activation(function: .geluTanh))
        case let word: throw .unsupported("attribute approximate = '\(word)'")
        }
      },
    ]

  private static func plain(_ name: String, _ function: Activation.Function) -> Claim {
    Claim(name) { _ in Elementwise(activation: Activation(function: function)) }
  }

  var reuse: Reuse { .inPlace }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(.float32, try inputs.required(0).shape)]
  }
}
