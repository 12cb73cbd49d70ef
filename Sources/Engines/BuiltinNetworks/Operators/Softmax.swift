import Tensors

/// Probabilities, or their logarithms, along an axis.
struct Softmax: Operator {
  var axis: Int
  var isLogarithm: Bool
  /// Whether all axes from `axis` on are taken as one, as operator sets before 13 do.
  var flattens: Bool

  static let claims = [claim("Softmax", false), claim("LogSoftmax", true)]

  private static func claim(_ name: String, _ isLogarithm: Bool) -> Claim {
    Claim(name, attributes: ["axis"]) { reader throws(GraphFault) in
      let flattens = reader.opset < 13
      return Softmax(
        axis: try reader.integer("axis", default: flattens ? 1 : -1), isLogarithm: isLogarithm,
        flattens: flattens)
    }
  }

  var reuse: Reuse { .inPlace }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    _ = try x.shape.axis(axis)
    return [Fact(.float32, x.shape)]
  }

  /// The shape as [outer, length, inner] around the axis.
  func split(_ shape: Shape) -> (outer: Int, length: Int, inner: Int) {
    let axis = axis < 0 ? axis + shape.rank : axis
    let end = flattens ? shape.rank : axis + 1
    return (shape.count(0..<axis), shape.count(axis..<end), shape.count(end..<shape.rank))
  }
}
