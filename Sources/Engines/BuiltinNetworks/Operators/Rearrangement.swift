import Tensors

/// The same elements in another order: each output element is the input element that a walk with
/// one stride per axis arrives at.
struct Rearrangement: Operator {
  enum Kind: Sendable {
    /// Axes in another order; reversed where no order is given.
    case transpose([Int]?)
    /// Extents of 1 repeated to a shape, which is the second input.
    case expand
    /// Blocks of channels spread over `block` × `block` pixels.
    case depthToSpace(block: Int, columnsFirst: Bool)
  }

  var kind: Kind

  static let claims = [
    Claim("Transpose", attributes: ["perm"], types: .any) { reader throws(GraphFault) in
      Rearrangement(kind: .transpose(try reader.integers("perm")))
    },
    Claim("Expand", inputs: 2...2, types: .any) { _ in Rearrangement(kind: .expand) },
    Claim("DepthToSpace", attributes: ["blocksize", "mode"], types: .any) {
      reader throws(GraphFault) in
      let block = try reader.integer("blocksize", default: 0)
      guard 1...4096 ~= block else { throw .contradiction("a block of \(block)") }
      switch try reader.text("mode", default: "DCR") {
      case "DCR": return Rearrangement(kind: .depthToSpace(block: block, columnsFirst: false))
      case "CRD": return Rearrangement(kind: .depthToSpace(block: block, columnsFirst: true))
      case let mode: throw .unsupported("attribute mode = '\(mode)'")
      }
    },
  ]

  var parameters: [Int] {
    if case .expand = kind { return [1] }
    return []
  }

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let x = try inputs.required(0)
    let shape: Shape
    switch kind {
    case .transpose(let order):
      let order = order ?? Array(x.shape.extents.indices.reversed())
      guard order.sorted() == Array(x.shape.extents.indices) else {
        throw .contradiction("order \(order) of axes for a tensor of shape \(x.shape)")
      }
      shape = Shape(order.map { x.shape[$0] })
    case .expand:
      guard let wanted = try inputs.required(1).integers else {
        throw .contradiction("a shape that is no list of integers")
      }
      shape = try x.shape.broadcast(with: Shape(checking: wanted, of: x.type))
    case .depthToSpace(let block, _):
      guard x.shape.rank == 4, x.shape[1] % (block * block) == 0 else {
        throw .contradiction("blocks of \(block) in \(x.shape)")
      }
      shape = Shape(
        x.shape[0], x.shape[1] / (block * block), x.shape[2] * block, x.shape[3] * block)
    }
    return [Fact(x.type, try Shape(checking: shape.extents, of: x.type))]
  }

  /// The walk over the output: extents (their product is the output's count) and input strides.
  func path(from shape: Shape, to output: Shape) -> (extents: [Int], strides: [Int]) {
    let strides = shape.strides
    switch kind {
    case .transpose(let order):
      let order = order ?? Array(shape.extents.indices.reversed())
      return (output.extents, order.map { strides[$0] })
    case .expand:
      return (output.extents, shape.broadcastStrides(to: output))
    case .depthToSpace(let block, let columnsFirst):
      let (plane, width) = (strides[1], strides[2])
      let channels = output[1]
      // Channel of the input: DCR (by, bx, c), CRD (c, by, bx).
      let (row, column, channel) =
        columnsFirst
        ? (block * plane, plane, block * block * plane)
        : (block * channels * plane, channels * plane, plane)
      return (
        [output[0], channels, shape[2], block, shape[3], block],
        [strides[0], channel, width, row, 1, column]
      )
    }
  }
}

extension Shape {
  /// Strides of this dense shape when it is broadcast: 0 where an extent is repeated.
  func broadcastStrides(to output: Shape) -> [Int] {
    let own = strides
    return output.extents.indices.map { axis in
      let mine = axis - (output.rank - rank)
      return mine < 0 || (self[mine] == 1 && output[axis] != 1) ? 0 : own[mine]
    }
  }
}
