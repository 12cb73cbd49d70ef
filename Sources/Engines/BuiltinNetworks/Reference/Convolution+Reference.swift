import Foundation
import Tensors

extension Convolution {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (x, w) = (try inputs.required(0), try inputs.required(1))
    let shape = try outputs(of: inputs.facts)[0].shape
    let window = try window(x.shape, w.shape)
    let (channelsIn, channelsOut) = (x.shape[1], w.shape[0])
    let (perGroupIn, perGroupOut) = (channelsIn / groups, channelsOut / groups)
    let (bias, residual) = (inputs[2]?.floats, inputs[3]?.floats)
    let (X, W) = (x.floats, w.floats)
    var y = [Float](repeating: 0, count: shape.count)
    for index in Indices([shape[0], channelsOut, window.y.output, window.x.output]) {
      let (n, k, oy, ox) = (index[0], index[1], index[2], index[3])
      var sum = 0.0
      for c in 0..<perGroupIn {
        let plane = (n * channelsIn + k / perGroupOut * perGroupIn + c) * window.y.input
        for ky in 0..<window.y.kernel {
          let iy = oy * window.y.stride + ky * window.y.dilation - window.y.before
          for kx in 0..<window.x.kernel {
            let ix = ox * window.x.stride + kx * window.x.dilation - window.x.before
            guard 0..<window.y.input ~= iy, 0..<window.x.input ~= ix else { continue }
            let weight = W[((k * perGroupIn + c) * window.y.kernel + ky) * window.x.kernel + kx]
            sum += Double(X[(plane + iy) * window.x.input + ix]) * Double(weight)
          }
        }
      }
      let place = ((n * channelsOut + k) * window.y.output + oy) * window.x.output + ox
      sum += Double(bias?[k] ?? 0) + Double(residual?[place] ?? 0)
      y[place] = activation.evaluate(Float(sum))
    }
    return [Tensor(y, shape)]
  }
}

extension TransposedConvolution {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let (x, w) = (try inputs.required(0), try inputs.required(1))
    let shape = try outputs(of: inputs.facts)[0].shape
    let window = try window(x.shape, w.shape)
    let (channelsIn, channelsOut) = (x.shape[1], shape[1])
    let (perGroupIn, perGroupOut) = (channelsIn / groups, channelsOut / groups)
    let (X, W) = (x.floats, w.floats)
    var sums = [Double](repeating: 0, count: shape.count)
    for index in Indices([x.shape[0], channelsIn, window.y.output, window.x.output]) {
      let (n, c, iy, ix) = (index[0], index[1], index[2], index[3])
      let value = Double(X[((n * channelsIn + c) * window.y.output + iy) * window.x.output + ix])
      for k in 0..<perGroupOut {
        let plane = (n * channelsOut + c / perGroupIn * perGroupOut + k) * window.y.input
        for ky in 0..<window.y.kernel {
          let oy = iy * window.y.stride + ky * window.y.dilation - window.y.before
          for kx in 0..<window.x.kernel {
            let ox = ix * window.x.stride + kx * window.x.dilation - window.x.before
            guard 0..<window.y.input ~= oy, 0..<window.x.input ~= ox else { continue }
            let weight = W[((c * perGroupOut + k) * window.y.kernel + ky) * window.x.kernel + kx]
            sums[(plane + oy) * window.x.input + ox] += value * Double(weight)
          }
        }
      }
    }
    let plane = window.y.input * window.x.input
    let y = sums.indices.map { place in
      let bias = inputs[2]?.floats[place / plane % channelsOut] ?? 0
      return activation.evaluate(Float(sums[place] + Double(bias)))
    }
    return [Tensor(y, shape)]
  }
}
