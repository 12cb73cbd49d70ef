import Tensors

/// Between floats and 8-bit integers by a scale and a zero point, for all or per slice of an axis.
///
/// Inputs: x, scale, zero point.
struct Quantization: Operator {
  enum Direction: Sendable { case quantize, dequantize }

  var direction: Direction
  var axis: Int

  static let claims = [
    Claim(
      "QuantizeLinear", inputs: 2...3, attributes: ["axis", "saturate"],
      limits: "types other than uint8 and int8, blocks"
    ) { reader throws(GraphFault) in
      Quantization(direction: .quantize, axis: try reader.integer("axis", default: 1))
    },
    Claim(
      "DequantizeLinear", inputs: 2...3, attributes: ["axis"], types: [.uint8, .int8, .int32],
      limits: "blocks"
    ) { reader throws(GraphFault) in
      Quantization(direction: .dequantize, axis: try reader.integer("axis", default: 1))
    },
  ]

  var parameters: [Int] { [1, 2] }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let (x, scale) = (try inputs.required(0), try inputs.required(1))
    guard scale.type == .float32 else { throw .unsupported("scales of type \(scale.type)") }
    guard scale.shape.rank <= 1 else { throw .unsupported("scales of shape \(scale.shape)") }
    let slices = scale.shape.count
    if slices != 1 {
      guard x.shape[try x.shape.axis(axis)] == slices else {
        throw .contradiction("\(slices) scales for a tensor of shape \(x.shape)")
      }
    }
    let zero = inputs[2]
    guard zero == nil || zero?.shape.count == slices else {
      throw .contradiction("\(slices) scales and \(zero?.shape.count ?? 0) zero points")
    }
    switch direction {
    case .quantize:
      let type = zero?.type ?? .uint8
      guard type == .uint8 || type == .int8 else { throw .unsupported("QuantizeLinear to \(type)") }
      return [Fact(type, x.shape)]
    case .dequantize:
      guard zero == nil || zero?.type == x.type else {
        throw .contradiction("zero points of another type")
      }
      return [Fact(.float32, try Shape(checking: x.shape.extents, of: .float32))]
    }
  }

  /// The tensor as runs of `length` elements, the slice of a run being its number mod `slices`.
  func runs(_ shape: Shape, slices: Int) -> (count: Int, length: Int) {
    guard slices > 1 else { return (1, shape.count) }
    let axis = axis < 0 ? axis + shape.rank : axis
    let length = shape.count((axis + 1)..<shape.rank)
    return (shape.count(0...axis), length)
  }
}

extension Shape {
  /// The product of the extents in a range of axes.
  func count(_ axes: ClosedRange<Int>) -> Int { count(axes.lowerBound..<axes.upperBound + 1) }
}
