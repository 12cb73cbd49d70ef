import Tensors

extension Pooling {
  func evaluate(_ inputs: Inputs<Tensor>) throws(GraphFault) -> [Tensor] {
    let x = try inputs.required(0)
    let shape = try outputs(of: inputs.facts)[0].shape
    guard sliding != nil else {
      let plane = x.shape.count(2..<x.shape.rank)
      let means = (0..<shape.count).map { row in
        Float(
          x.floats[row * plane..<(row + 1) * plane].reduce(0.0) { $0 + Double($1) } / Double(plane))
      }
      return [Tensor(means, shape)]
    }
    let window = try window(x.shape)
    let (height, width) = (window.y.input, window.x.input)
    let values = Indices([x.shape[0] * x.shape[1], window.y.output, window.x.output]).map { index in
      var seen: [Float] = []
      for ky in 0..<window.y.kernel {
        let iy = index[1] * window.y.stride + ky * window.y.dilation - window.y.before
        for kx in 0..<window.x.kernel {
          let ix = index[2] * window.x.stride + kx * window.x.dilation - window.x.before
          guard 0..<height ~= iy, 0..<width ~= ix else { continue }
          seen.append(x.floats[(index[0] * height + iy) * width + ix])
        }
      }
      guard case .average(let includesPads) = kind else { return seen.max() ?? -.infinity }
      let taps =
        window.y.taps(at: index[1], includingPads: includesPads)
        * window.x.taps(at: index[2], includingPads: includesPads)
      return Float(seen.reduce(0.0) { $0 + Double($1) } / Double(taps))
    }
    return [Tensor(values, shape)]
  }
}
