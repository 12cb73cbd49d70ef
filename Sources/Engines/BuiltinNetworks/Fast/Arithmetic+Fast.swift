import CKernels
import Tensors

extension Arithmetic {
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int { 0 }

  func step(_ io: Bindings) -> Step {
    let y = io.outputs[0]
    let first = io.input(0)
    guard y.shape.count > 0 else { return Step {} }
    guard io.inputs.count > 1 else {
      return Step { y.address.copyMemory(from: first.address, byteCount: y.fact.bytes) }
    }
    // The first two, then the result so far with each further one.
    var steps = [pair(first, io.input(1), y, io)]
    for position in 2..<max(io.inputs.count, 2) {
      steps.append(pair(y, io.input(position), y, io))
    }
    let all = steps
    return Step { for step in all { step() } }
  }

  private func pair(_ a: Binding, _ b: Binding, _ y: Binding, _ io: Bindings) -> Step {
    let walk = Walk(
      y.shape.extents, a: a.shape.broadcastStrides(to: y.shape),
      b: b.shape.broadcastStrides(to: y.shape), y: y.shape.strides
    ).kernel
    let (number, kernels) = (mw_binary(rawValue: function.rawValue), io.kernels)
    if y.fact.type == .float32 {
      return Step {
        withUnsafePointer(to: walk) { kernels.binary_f32(number, $0, a.floats, b.floats, y.floats) }
      }
    }
    let type = mw_type(rawValue: UInt32(y.fact.type.rawValue))
    return Step {
      withUnsafePointer(to: walk) {
        mw_binary_integer(type, number, $0, a.address, b.address, y.address)
      }
    }
  }
}

extension Comparison {
  func step(_ io: Bindings) -> Step {
    let (a, b, y) = (io.input(0), io.input(1), io.outputs[0])
    guard y.shape.count > 0 else { return Step {} }
    let walk = Walk(
      y.shape.extents, a: a.shape.broadcastStrides(to: y.shape),
      b: b.shape.broadcastStrides(to: y.shape), y: y.shape.strides
    ).kernel
    let type = mw_type(rawValue: UInt32(a.fact.type.rawValue))
    let number = mw_comparison(rawValue: function.rawValue)
    let answers = y.address.assumingMemoryBound(to: UInt8.self)
    return Step {
      withUnsafePointer(to: walk) { mw_compare(type, number, $0, a.address, b.address, answers) }
    }
  }
}

extension Selection {
  func step(_ io: Bindings) -> Step {
    let (condition, a, b, y) = (io.input(0), io.input(1), io.input(2), io.outputs[0])
    guard y.shape.count > 0 else { return Step {} }
    let walk = Walk(
      y.shape.extents, a: condition.shape.broadcastStrides(to: y.shape),
      b: a.shape.broadcastStrides(to: y.shape), c: b.shape.broadcastStrides(to: y.shape),
      y: y.shape.strides
    ).kernel
    let bytes = Int64(y.fact.type.size)
    let answers = condition.address.assumingMemoryBound(to: UInt8.self)
    return Step {
      withUnsafePointer(to: walk) {
        mw_select(bytes, $0, answers, a.address, b.address, y.address)
      }
    }
  }
}
