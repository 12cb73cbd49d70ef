import Tensors

/// Every index of a shape, in row-major order.
struct Indices: Sequence, IteratorProtocol {
  private let extents: [Int]
  private var upcoming: [Int]?

  init(_ extents: [Int]) {
    self.extents = extents
    upcoming = extents.contains(0) ? nil : [Int](repeating: 0, count: extents.count)
  }

  init(_ shape: Shape) { self.init(shape.extents) }

  mutating func next() -> [Int]? {
    guard let current = upcoming else { return nil }
    var following = current
    for axis in extents.indices.reversed() {
      following[axis] += 1
      if following[axis] < extents[axis] {
        upcoming = following
        return current
      }
      following[axis] = 0
    }
    upcoming = nil
    return current
  }
}

extension Shape {
  /// Where the element at an index stands.
  func offset(_ index: [Int]) -> Int { zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Where an element stands when this shape is broadcast to a longer or larger one.
  func offset(broadcasting index: [Int]) -> Int {
    let own = index.suffix(rank)
    return zip(zip(own, extents), strides).reduce(0) { $0 + ($1.0.1 == 1 ? 0 : $1.0.0 * $1.1) }
  }
}

extension Tensor {
  /// A tensor whose elements are these elements of `self`; −1 takes `filler`, or zero.
  func picking(_ offsets: [Int], _ shape: Shape, filler: Tensor? = nil) -> Tensor {
    let size = type.size
    return Tensor(type, shape) { bytes in
      for (position, offset) in offsets.enumerated() {
        let source = offset >= 0 ? address + offset * size : filler?.address
        guard let source else { continue }
        bytes.baseAddress?.advanced(by: position * size).copyMemory(from: source, byteCount: size)
      }
    }
  }
}
