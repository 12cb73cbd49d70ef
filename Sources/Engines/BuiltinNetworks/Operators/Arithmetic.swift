import Tensors

/// A function of two or more tensors, element by element, with broadcasting.
struct Arithmetic: Operator {
  /// Which function; its raw value is the kernels' number.
  enum Function: UInt32, Sendable, CaseIterable {
    case add, subtract, multiply, divide, minimum, maximum, power, prelu
  }

  var function: Function

  static let claims = [
    pair("Add", .add), pair("Sub", .subtract), pair("Mul", .multiply),
    pair("Div", .divide), pair("Pow", .power, types: [.float32]),
    pair("PRelu", .prelu, types: [.float32]),
    Claim("Min", inputs: 1...1024, types: .numbers) { _ in Arithmetic(function: .minimum) },
    Claim("Max", inputs: 1...1024, types: .numbers) { _ in Arithmetic(function: .maximum) },
  ]

  private static func pair(
    _ name: String, _ function: Function, types: [ElementType] = .numbers
  ) -> Claim {
    Claim(
      name, inputs: 2...2, types: types,
      limits: name == "Pow" ? "exponents of other types" : ""
    ) { _ in Arithmetic(function: function) }
  }

  var reuse: Reuse { .inPlace }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let first = try inputs.required(0)
    var shape = first.shape
    for position in 1..<max(inputs.count, 1) {
      let other = try inputs.required(position)
      guard other.type == first.type else {
        throw .unsupported("\(first.type) with \(other.type)")
      }
      shape = try shape.broadcast(with: other.shape)
    }
    return [Fact(first.type, try Shape(checking: shape.extents, of: first.type))]
  }
}
