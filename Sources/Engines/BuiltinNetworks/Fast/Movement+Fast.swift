import CKernels
import Tensors

/// A copy along a walk, elements of any type.
private func copy(
  _ size: Int, _ walk: Walk, from x: UnsafeMutableRawPointer, to y: UnsafeMutableRawPointer
) -> Step {
  let kernel = walk.kernel
  return Step { withUnsafePointer(to: kernel) { mw_copy(Int64(size), $0, x, y) } }
}

extension Rearrangement {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    guard y.shape.count > 0 else { return Step {} }
    let path = path(from: x.shape, to: y.shape)
    let walk = Walk(path.extents, a: path.strides, y: Shape(path.extents).strides)
    return copy(y.fact.type.size, walk, from: x.address, to: y.address)
  }
}

extension Concatenation {
  func step(_ io: Bindings) -> Step {
    let y = io.outputs[0]
    let axis = proved { try y.shape.axis(self.axis) }
    let size = y.fact.type.size
    var steps: [Step] = []
    var start = 0
    for x in io.inputs.compactMap({ $0 }) {
      let target = y.address + start * y.shape.strides[axis] * size
      start += x.shape[axis]
      guard x.shape.count > 0, x.address != target else { continue }
      let walk = Walk(x.shape.extents, a: x.shape.strides, y: y.shape.strides)
      steps.append(copy(size, walk, from: x.address, to: target))
    }
    let all = steps
    return Step { for step in all { step() } }
  }
}

extension Padding {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let pads = proved { try self.pads(io.facts) }
    let tables = pads.indices.map {
      table(length: x.shape[$0], before: pads[$0].before, after: pads[$0].after)
    }
    let value = fixedValue != 0 && x.fact.type == .float32 ? Tensor([fixedValue], Shape()) : nil
    let step = TableCopy(tables, from: x, to: y, filler: io[2]?.address ?? value?.address).step
    return Step { withExtendedLifetime(value) { step() } }
  }
}

extension Slicing {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    guard y.shape.count > 0 else { return Step {} }
    let parts = proved { try self.parts(of: io.facts) }
    let strides = x.shape.strides
    let start = zip(parts, strides).reduce(0) { $0 + $1.0.start * $1.1 }
    let walk = Walk(
      y.shape.extents, a: zip(parts, strides).map { $0.step * $1 }, y: y.shape.strides)
    let size = x.fact.type.size
    return copy(size, walk, from: x.address + start * size, to: y.address)
  }
}

extension Splitting {
  func step(_ io: Bindings) -> Step {
    let x = io.input(0)
    let axis = proved { try x.shape.axis(self.axis) }
    let size = x.fact.type.size
    var steps: [Step] = []
    var start = 0
    for y in io.outputs {
      let source = x.address + start * x.shape.strides[axis] * size
      start += y.shape[axis]
      guard y.shape.count > 0 else { continue }
      let walk = Walk(y.shape.extents, a: x.shape.strides, y: y.shape.strides)
      steps.append(copy(size, walk, from: source, to: y.address))
    }
    let all = steps
    return Step { for step in all { step() } }
  }
}

extension Gathering {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    guard y.shape.count > 0 else { return Step {} }
    let axis = proved { try x.shape.axis(self.axis) }
    let entries = proved {
      try indices(io.input(1).fact.integers, length: x.shape[axis])
    }
    let (outer, length) = (x.shape.count(0..<axis), x.shape[axis])
    let inner = x.shape.count((axis + 1)..<x.shape.rank)
    let size = x.fact.type.size
    let steps = entries.enumerated().map { place, entry in
      copy(
        size, Walk([outer, inner], a: [length * inner, 1], y: [entries.count * inner, 1]),
        from: x.address + entry * inner * size, to: y.address + place * inner * size)
    }
    return Step { for step in steps { step() } }
  }
}

extension Reshaping {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    guard x.address != y.address else { return Step {} }
    return Step { y.address.copyMemory(from: x.address, byteCount: y.fact.bytes) }
  }
}

extension Folding {
  func step(_ io: Bindings) -> Step { Step {} }
}
