import Tensors

/// A question about two tensors, element by element, with broadcasting; answers are bool.
struct Comparison: Operator {
  /// Which question; its raw value is the kernels' number.
  enum Function: UInt32, Sendable, CaseIterable {
    case equal, less, lessOrEqual, greater, greaterOrEqual
  }

  var function: Function

  static let claims = [
    claim("Equal", .equal, types: .any), claim("Less", .less),
    claim("LessOrEqual", .lessOrEqual), claim("Greater", .greater),
    claim("GreaterOrEqual", .greaterOrEqual),
  ]

  private static func claim(
    _ name: String, _ function: Function, types: [ElementType] = .numbers
  ) -> Claim {
    Claim(name, inputs: 2...2, types: types) { _ in Comparison(function: function) }
  }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let (a, b) = (try inputs.required(0), try inputs.required(1))
    guard a.type == b.type else { throw .unsupported("\(a.type) with \(b.type)") }
    return [Fact(.bool, try a.shape.broadcast(with: b.shape))]
  }
}
