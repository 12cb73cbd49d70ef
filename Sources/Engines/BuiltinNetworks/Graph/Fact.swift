import Tensors

/// What is known of a value while planning: its type, its shape and, where it folds, its values.
struct Fact: Sendable {
  var type: ElementType
  var shape: Shape
  var constant: Tensor?
  /// How the elements stand in memory.
  var layout = Layout.dense

  /// How a value's elements stand in memory.
  enum Layout: Sendable {
    /// Row-major, without gaps.
    case dense
    /// Bytes of four channels interleaved, with margins: see `mapwright_bytes.h`.
    case quads
  }

  init(_ type: ElementType, _ shape: Shape, constant: Tensor? = nil) {
    (self.type, self.shape, self.constant) = (type, shape, constant)
  }

  init(_ tensor: Tensor) { self.init(tensor.type, tensor.shape, constant: tensor) }

  /// The space the value takes, in bytes.
  var bytes: Int { layout == .quads ? Quads(shape).bytes : shape.count * type.size }

  /// The constant's integers, where the value is a known integer tensor.
  var integers: [Int]? { constant.flatMap { $0.type == .float32 ? nil : $0.integers } }
}

/// The largest value or weight that is accepted, in bytes.
let largestValueBytes = 1 << 30

extension Shape {
  /// Makes a shape from extents that may be anything.
  ///
  /// - Throws: ``GraphFault/contradiction(_:)`` for a negative extent, more than 8 axes, or more
  ///   elements than fit into 1 GiB.
  init(checking extents: [Int], of type: ElementType) throws(GraphFault) {
    guard extents.count <= 8 else {
      throw .contradiction("\(extents.count) axes; at most 8 are possible")
    }
    var bytes = type.size
    for extent in extents {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !overflow, product <= largestValueBytes else {
        throw .contradiction("a tensor of shape \(Shape(extents)) is negative or beyond 1 GiB")
      }
      bytes = product
    }
    self.init(extents)
  }

  /// Distance between neighbours along each axis, in elements, of a dense row-major tensor.
  var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }

  /// The product of the extents in a range of axes.
  func count(_ axes: Range<Int>) -> Int { extents[axes].reduce(1, *) }

  /// An axis counted from the front, given one that may count from the back.
  func axis(_ axis: Int, limit: Int? = nil) throws(GraphFault) -> Int {
    let rank = limit ?? self.rank
    guard axis >= -rank, axis < rank else {
      throw .contradiction("axis \(axis) of a tensor of shape \(self)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// The shape that two shapes broadcast to, by ONNX's (NumPy's) rule.
  func broadcast(with other: Shape) throws(GraphFault) -> Shape {
    let rank = max(rank, other.rank)
    var extents = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let a = axis - (rank - self.rank)
      let b = axis - (rank - other.rank)
      let (p, q) = (a < 0 ? 1 : self[a], b < 0 ? 1 : other[b])
      guard p == q || p == 1 || q == 1 else {
        throw .contradiction("shapes \(self) and \(other) do not broadcast")
      }
      extents[axis] = p == 1 ? q : p
    }
    return try Shape(checking: extents, of: .float32)
  }
}
