import Tensors

/// A border around a tensor, or, where a pad is negative, less of it.
///
/// Inputs: x, pads (all befores, then all afters), value, axes.
struct Padding: Operator {
  enum Mode: String, CaseIterable { case constant, reflect, edge, wrap }

  var mode: Mode
  /// Pads and value as attributes (operator sets before 11).
  var fixedPads: [Int]?
  var fixedValue: Float

  static let claims = [
    Claim("Pad", inputs: 1...4, attributes: ["mode", "pads", "value"], types: .any) {
      reader throws(GraphFault) in
      Padding(
        mode: try reader.choice("mode", default: .constant),
        fixedPads: try reader.integers("pads"), fixedValue: try reader.float("value", default: 0))
    }
  ]

  var parameters: [Int] { [1, 2, 3] }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    let pads = try pads(inputs)
    var extents = x.shape.extents
    for axis in extents.indices { extents[axis] += pads[axis].before + pads[axis].after }
    for axis in extents.indices where mode != .constant {
      let longest = max(pads[axis].before, pads[axis].after)
      let limit = mode == .reflect ? x.shape[axis] - 1 : mode == .wrap ? x.shape[axis] : Int.max
      guard longest <= max(limit, 0), longest <= 0 || x.shape[axis] > 0 else {
        throw .contradiction("a border of \(longest) \(mode) px around \(x.shape[axis])")
      }
    }
    if let value = inputs[2], value.type != x.type || value.shape.count != 1 {
      throw .contradiction("a value of type \(value.type) and shape \(value.shape)")
    }
    return [Fact(x.type, try Shape(checking: extents, of: x.type))]
  }

  /// The pads per axis of the input.
  func pads(_ inputs: Inputs<Fact>) throws(GraphFault) -> [(before: Int, after: Int)] {
    let shape = try inputs.required(0).shape
    guard let listed = fixedPads ?? inputs[1]?.integers else { throw .contradiction("no pads") }
    var targets = Array(0..<shape.rank)
    if let axes = inputs[3]?.integers {
      targets = []
      for axis in axes { targets.append(try shape.axis(axis)) }
    }
    guard listed.count == 2 * targets.count else {
      throw .contradiction("\(listed.count) pads for \(targets.count) axes")
    }
    var pads = [(before: Int, after: Int)](repeating: (0, 0), count: shape.rank)
    for (position, axis) in targets.enumerated() {
      let (before, after) = (listed[position], listed[position + targets.count])
      guard before.clampedLength == before, after.clampedLength == after else {
        throw .contradiction("pads of \(before) and \(after)")
      }
      pads[axis] = (before, after)
    }
    return pads
  }

  /// Along one axis, the input index of every output index; −1 where the value stands.
  func table(length: Int, before: Int, after: Int) -> [Int32] {
    (0..<max(length + before + after, 0)).map { position in
      let place = position - before
      if place >= 0, place < length { return Int32(place) }
      switch mode {
      case .constant: return -1
      case .edge: return Int32(min(max(place, 0), length - 1))
      case .reflect: return Int32(place < 0 ? -place : 2 * (length - 1) - place)
      case .wrap: return Int32(place < 0 ? place + length : place - length)
      }
    }
  }
}

extension Int {
  /// The nearest length that no sum of a few overflows.
  var clampedLength: Int { Swift.min(Swift.max(self, -(1 << 30)), 1 << 30) }
}
