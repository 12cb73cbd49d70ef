import Tensors

/// Values as another type.
struct Casting: Operator {
  var type: ElementType

  static let claims = [
    Claim(
      "Cast", attributes: ["to", "saturate", "round_mode"], types: .any,
      limits: "half, double, 16-bit, unsigned 32 and 64-bit, string and 8-bit float types"
    ) { reader throws(GraphFault) in
      let code = try reader.integer("to", default: 0)
      guard let type = ElementType(rawValue: Int32(clamping: code)) else {
        throw .unsupported("Cast to \(ElementType.name(of: Int32(clamping: code)))")
      }
      return Casting(type: type)
    }
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    [Fact(type, try Shape(checking: try inputs.required(0).shape.extents, of: type))]
  }
}
