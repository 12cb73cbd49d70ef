import Foundation
import Tensors

// Bytes are dense here, `[N, C, H, W]`, as any other tensor of the reference. Floats are computed in
// the order that the kernels keep, so that results are equal and not just close.

extension Packing {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let bytes = x.floats.map { grid.byte($0 / grid.scale, within: grid.steps) }
    return [Tensor(bytes, x.shape)]
  }
}

extension Unpacking {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    return [Tensor(x.values(as: UInt8.self).map { grid.steps($0) * grid.scale }, x.shape)]
  }
}

extension ByteSum {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let a = try inputs.required(0)
    let b = grids.count > 1 ? try inputs.required(1) : nil
    let bytes = (0..<a.shape.count).map { place in
      var steps = grids[0].steps(a.values()[place]) * (grids[0].scale / result.scale)
      if let b {
        steps.addProduct(grids[1].steps(b.values()[place]), grids[1].scale / result.scale)
      }
      return result.byte(steps, within: limits)
    }
    return [Tensor(bytes, a.shape)]
  }
}

extension BytePooling {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let reals = Tensor(x.values(as: UInt8.self).map { Float($0) }, x.shape)
    let most = try pooling.evaluate(Inputs<Tensor>([reals]))[0]
    // Nothing but padding under the window: the lowest byte.
    return [Tensor(most.floats.map { UInt8(max($0, 0)) }, most.shape)]
  }
}

extension ByteResize {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let reals = Tensor(x.values(as: UInt8.self).map { Float($0) }, x.shape)
    let blended = try resize.evaluate(Inputs<Tensor>([reals] + inputs.all.dropFirst()))[0]
    let bytes = blended.floats.map { value in
      // Sixteenths are whole, as the kernel has them.
      let steps =
        grid == result
        ? value - Float(grid.zero)
        : (16 * value - 16 * Float(grid.zero)) * (grid.scale / (16 * result.scale))
      return result.byte(steps, within: result.steps)
    }
    return [Tensor(bytes, blended.shape)]
  }
}

extension ByteConvolution {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try Concatenation(axis: 1).evaluate(
      Inputs<Tensor>(Array(inputs.all.prefix(channels.count))))[0]
    defer { withExtendedLifetime(x) {} }
    let shape = try outputs(of: inputs.facts)[0].shape
    let window = try window(x.shape)
    let (X, W) = (x.values(as: UInt8.self), weights.values(as: Int8.self))
    var bytes = [UInt8](repeating: 0, count: shape.count)
    var reals = [Float](repeating: 0, count: shape.count)
    for index in Indices(shape) {
      var sum: Int32 = 0
      for c in 0..<x.shape[1] {
        for ky in 0..<window.y.kernel {
          let iy = index[2] * window.y.stride + ky * window.y.dilation - window.y.before
          for kx in 0..<window.x.kernel {
            let ix = index[3] * window.x.stride + kx * window.x.dilation - window.x.before
            guard 0..<window.y.input ~= iy, 0..<window.x.input ~= ix else { continue }
            let byte = X[((index[0] * x.shape[1] + c) * window.y.input + iy) * window.x.input + ix]
            let weight = W[
              ((index[1] * x.shape[1] + c) * window.y.kernel + ky) * window.x.kernel + kx]
            sum += (Int32(byte) - Int32(grid.zero)) * Int32(weight)
          }
        }
      }
      let place = shape.offset(index)
      var value = bias[index[1]].addingProduct(Float(sum), scale[index[1]])
      if let residual, let other = inputs[channels.count] {
        value.addProduct(residual.grid.steps(other.values()[place]), residual.scale)
      }
      if let result {
        bytes[place] = result.byte(value, within: limits)
      } else {
        reals[place] = min(max(value, limits.lowerBound), limits.upperBound)
      }
    }
    return [result == nil ? Tensor(reals, shape) : Tensor(bytes, shape)]
  }
}
