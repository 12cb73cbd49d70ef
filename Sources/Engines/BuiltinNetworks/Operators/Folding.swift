import Tensors

/// Values that are known as soon as shapes are: they never run.
struct Folding: Operator {
  enum Kind: Sendable {
    case constant(Tensor)
    /// The input's extents from one axis to another.
    case shape(start: Int, end: Int?)
    /// A tensor of one value, its shape being the input.
    case constantOfShape(Tensor)
    /// Numbers from the first input to before the second in steps of the third.
    case range
  }

  var kind: Kind

  static let claims = [
    Claim(
      "Constant", inputs: 0...0,
      attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"], types: .any,
      limits: "strings, sparse tensors"
    ) { reader throws(GraphFault) in
      Folding(kind: .constant(try constant(reader)))
    },
    Claim("Shape", attributes: ["start", "end"], types: .any) { reader throws(GraphFault) in
      Folding(
        kind: .shape(
          start: try reader.integer("start", default: 0),
          end: reader.node.attributes["end"] == nil ? nil : try reader.integer("end", default: 0)))
    },
    Claim("ConstantOfShape", attributes: ["value"], types: [.int64]) { reader throws(GraphFault) in
      let value = try reader.tensor("value") ?? Tensor([Float(0)], Shape(1))
      guard value.shape.count == 1 else { throw .contradiction("more than one value") }
      return Folding(kind: .constantOfShape(value))
    },
    Claim("Range", inputs: 3...3, types: [.float32, .int32, .int64]) { _ in
      Folding(kind: .range)
    },
  ]

  private static func constant(_ reader: NodeReader) throws(GraphFault) -> Tensor {
    if let tensor = try reader.tensor("value") { return tensor }
    for attribute in reader.node.attributes.values {
      switch attribute {
      case .float(let value): return Tensor([value], Shape())
      case .floats(let values): return Tensor(values, Shape(values.count))
      case .integer(let value): return Tensor([Int64(value)], Shape())
      case .integers(let values): return Tensor(values.map(Int64.init), Shape(values.count))
      default: break
      }
    }
    throw .contradiction("a constant without a value")
  }

  var parameters: [Int] {
    switch kind {
    case .constant, .shape: []
    case .constantOfShape: [0]
    case .range: [0, 1, 2]
    }
  }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    switch kind {
    case .constant(let tensor): return [Fact(tensor)]
    case .shape(let start, let end):
      let extents = try inputs.required(0).shape.extents
      func place(_ axis: Int) -> Int {
        let axis = axis.clampedLength
        return min(max(axis < 0 ? axis + extents.count : axis, 0), extents.count)
      }
      let (from, to) = (place(start), end.map(place) ?? extents.count)
      let part = extents[from..<max(from, to)].map(Int64.init)
      return [Fact(Tensor(part, Shape(part.count)))]
    case .constantOfShape(let value):
      guard let extents = try inputs.required(0).integers else {
        throw .contradiction("a shape that is no list of integers")
      }
      let shape = try Shape(checking: extents, of: value.type)
      guard shape.count <= largestFoldedCount else {
        throw .contradiction("a constant of shape \(shape)")
      }
      return [Fact(filled(shape, with: value))]
    case .range: return [Fact(try range(inputs))]
    }
  }

  private func filled(_ shape: Shape, with value: Tensor) -> Tensor {
    let size = value.type.size
    return Tensor(value.type, shape) { bytes in
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes.baseAddress?.advanced(by: start).copyMemory(from: value.address, byteCount: size)
      }
    }
  }

  private func range(_ inputs: Inputs<Fact>) throws(GraphFault) -> Tensor {
    var ends: [Tensor] = []
    for position in 0..<3 {
      guard let value = try inputs.required(position).constant, value.shape.count == 1 else {
        throw .contradiction("a start, limit or step that is not one known value")
      }
      ends.append(value)
    }
    let type = ends[0].type
    guard ends.allSatisfy({ $0.type == type }) else { throw .contradiction("ends of two types") }
    if type == .float32 {
      let (start, limit, step) = (ends[0].floats[0], ends[1].floats[0], ends[2].floats[0])
      let count = ((Double(limit) - Double(start)) / Double(step)).rounded(.up)
      guard count.isFinite, count <= Double(largestFoldedCount) else {
        throw .contradiction("a range of \(count) values")
      }
      let values = (0..<max(Int(count), 0)).map { Float($0) * step + start }
      return Tensor(values, Shape(values.count))
    }
    let bounds = ends.map { $0.integers[0] }
    guard bounds.allSatisfy({ $0.clampedLength == $0 }), bounds[2] != 0 else {
      throw .contradiction("a range from \(bounds[0]) to \(bounds[1]) by \(bounds[2])")
    }
    let values = Array(
      stride(from: bounds[0], to: bounds[1], by: bounds[2]).prefix(largestFoldedCount))
    return type == .int32
      ? Tensor(values.map { Int32(truncatingIfNeeded: $0) }, Shape(values.count))
      : Tensor(values.map(Int64.init), Shape(values.count))
  }
}

/// The largest tensor that is made while planning, in elements.
let largestFoldedCount = 1 << 24
