import Tensors

/// The same elements in the same order under another shape: nothing moves.
struct Reshaping: Operator {
  enum Kind: Sendable {
    case identity
    /// To the shape that is the second input.
    case reshape(allowZero: Bool)
    case flatten(axis: Int)
    /// Axes as an attribute or the second input; all axes of extent 1 where none are given.
    case squeeze(axes: [Int]?)
    case unsqueeze(axes: [Int]?)
  }

  var kind: Kind

  static let claims = [
    Claim("Identity", types: .any) { _ in Reshaping(kind: .identity) },
    Claim(
      "Dropout", inputs: 1...3, attributes: ["ratio", "seed"], limits: "training, the mask"
    ) { _ in Reshaping(kind: .identity) },
    Claim("Reshape", inputs: 2...2, attributes: ["allowzero"], types: .any) {
      reader throws(GraphFault) in
      Reshaping(kind: .reshape(allowZero: try reader.integer("allowzero", default: 0) != 0))
    },
    Claim("Flatten", attributes: ["axis"], types: .any) { reader throws(GraphFault) in
      Reshaping(kind: .flatten(axis: try reader.integer("axis", default: 1)))
    },
    Claim("Squeeze", inputs: 1...2, attributes: ["axes"], types: .any) {
      reader throws(GraphFault) in
      Reshaping(kind: .squeeze(axes: try reader.integers("axes")))
    },
    Claim("Unsqueeze", inputs: 1...2, attributes: ["axes"], types: .any) {
      reader throws(GraphFault) in
      Reshaping(kind: .unsqueeze(axes: try reader.integers("axes")))
    },
  ]

  var parameters: [Int] {
    if case .identity = kind { return [1, 2] }
    return [1]
  }

  var reuse: Reuse { .view }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    let extents: [Int]
    switch kind {
    case .identity:
      if let training = inputs[2]?.integers?.first, training != 0 {
        throw .unsupported("Dropout in training mode")
      }
      extents = x.shape.extents
    case .reshape(let allowZero):
      guard let wanted = try inputs.required(1).integers else {
        throw .contradiction("a shape that is no list of integers")
      }
      extents = try resolve(wanted, x.shape, allowZero: allowZero)
    case .flatten(let axis):
      let axis = axis == x.shape.rank ? axis : try x.shape.axis(axis)
      extents = [x.shape.count(0..<axis), x.shape.count(axis..<x.shape.rank)]
    case .squeeze(let axes):
      extents = try squeeze(x.shape, axes ?? inputs[1]?.integers)
    case .unsqueeze(let axes):
      guard let axes = axes ?? inputs[1]?.integers else { throw .contradiction("no axes") }
      extents = try unsqueeze(x.shape, axes)
    }
    let shape = try Shape(checking: extents, of: x.type)
    guard shape.count == x.shape.count else {
      throw .contradiction("\(x.shape) does not fill \(shape)")
    }
    return [Fact(x.type, shape)]
  }

  private func resolve(
    _ wanted: [Int], _ shape: Shape, allowZero: Bool
  ) throws(GraphFault) -> [Int] {
    var extents = wanted
    for (axis, extent) in wanted.enumerated() where extent == 0 && !allowZero {
      guard axis < shape.rank else { throw .contradiction("shape \(wanted) for \(shape)") }
      extents[axis] = shape[axis]
    }
    let free = extents.indices.filter { extents[$0] == -1 }
    guard free.count <= 1 else { throw .contradiction("shape \(wanted) leaves two axes open") }
    if let axis = free.first {
      extents[axis] = 1
      let known = try Shape(checking: extents, of: .bool).count
      extents[axis] = known == 0 ? 0 : shape.count / known
    }
    return extents
  }

  private func squeeze(_ shape: Shape, _ axes: [Int]?) throws(GraphFault) -> [Int] {
    guard let axes else { return shape.extents.filter { $0 != 1 } }
    var gone: Set<Int> = []
    for axis in axes {
      let axis = try shape.axis(axis)
      guard shape[axis] == 1 else { throw .contradiction("axis \(axis) of \(shape) is not 1") }
      gone.insert(axis)
    }
    return shape.extents.indices.filter { !gone.contains($0) }.map { shape[$0] }
  }

  private func unsqueeze(_ shape: Shape, _ axes: [Int]) throws(GraphFault) -> [Int] {
    let rank = shape.rank + axes.count
    var new: Set<Int> = []
    for axis in axes { new.insert(try shape.axis(axis, limit: rank)) }
    guard new.count == axes.count else { throw .contradiction("axes \(axes) name one twice") }
    var rest = shape.extents.makeIterator()
    return (0..<rank).map { new.contains($0) ? 1 : rest.next() ?? 1 }
  }
}
