import CKernels
import Tensors

extension Activation {
  /// The function over `count` floats; source and target may be the same.
  func step(
    _ kernels: mw_kernels, _ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ count: Int
  ) -> Step {
    let (number, alpha, beta) = (mw_unary(rawValue: function.rawValue), alpha, beta)
    return Step { kernels.unary_f32(number, x, y, Int64(count), alpha, beta) }
  }
}

extension Elementwise {
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int { 0 }

  func step(_ io: Bindings) -> Step {
    activation.step(io.kernels, io.input(0).floats, io.outputs[0].floats, io.outputs[0].shape.count)
  }
}

extension Clip {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    guard x.fact.type != .float32 else {
      return activation(io.constants[1], io.constants[2])
        .step(io.kernels, x.floats, y.floats, y.shape.count)
    }
    let type = mw_type(rawValue: UInt32(x.fact.type.rawValue))
    let walk = Walk([y.shape.count], a: [1], b: [0], y: [1]).kernel
    let (low, high) = (io[1]?.address, io[2]?.address)
    let bytes = y.fact.bytes
    return Step {
      if x.address != y.address { y.address.copyMemory(from: x.address, byteCount: bytes) }
      withUnsafePointer(to: walk) { walk in
        if let low { mw_binary_integer(type, mw_maximum, walk, y.address, low, y.address) }
        if let high { mw_binary_integer(type, mw_minimum, walk, y.address, high, y.address) }
      }
    }
  }
}

extension Softmax {
  func scratchBytes(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int { 0 }

  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let (outer, length, inner) = split(x.shape)
    let logarithm: Int32 = isLogarithm ? 1 : 0
    return Step {
      kernels.softmax_f32(
        x.floats, y.floats, Int64(outer), Int64(length), Int64(inner), logarithm)
    }
  }
}

extension Casting {
  func step(_ io: Bindings) -> Step {
    let (x, y) = (io.input(0), io.outputs[0])
    let from = mw_type(rawValue: UInt32(x.fact.type.rawValue))
    let to = mw_type(rawValue: UInt32(type.rawValue))
    return Step { mw_cast(from, to, x.address, y.address, Int64(y.shape.count)) }
  }
}

extension Quantization {
  func step(_ io: Bindings) -> Step {
    let (x, y, kernels) = (io.input(0), io.outputs[0], io.kernels)
    let scales = proved { try io.constants.required(1) }
    let zeros = io.constants[2]?.integers.map { Int32(truncatingIfNeeded: $0) }
    let runs = runs(x.shape, slices: scales.shape.count)
    let (count, length) = (runs.count, runs.length)
    let (sizeX, sizeY) = (x.fact.type.size * length, y.fact.type.size * length)
    let quantizes = direction == .quantize
    let type = mw_type(rawValue: UInt32((quantizes ? y : x).fact.type.rawValue))
    return Step {
      for run in 0..<count {
        let slice = run % scales.shape.count
        let (scale, zero) = (scales.floats[slice], zeros?[slice] ?? 0)
        let (source, target) = (x.address + run * sizeX, y.address + run * sizeY)
        if quantizes {
          kernels.quantize_f32(
            type, source.assumingMemoryBound(to: Float.self), target, Int64(length), scale, zero)
        } else {
          kernels.dequantize_f32(
            type, source, target.assumingMemoryBound(to: Float.self), Int64(length), scale, zero)
        }
      }
    }
  }
}
