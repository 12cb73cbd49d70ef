import Tensors

/// A convolution, with what was fused into it: `activation(x * w + bias + residual)`.
///
/// Inputs: x `[N, C, H, W]`, w `[K, C / groups, kh, kw]`, bias `[K]`, residual `[N, K, H', W']`.
struct Convolution: Operator {
  var sliding: Sliding
  var groups: Int
  var activation = Activation(function: .identity)
  /// The weights as the likeliest way reads them, where they were known on loading.
  var prepared: (way: Way, weights: Tensor)?

  static let claims = [
    Claim(
      "Conv", inputs: 2...3, attributes: Sliding.attributes + ["group"],
      limits: "three spatial axes"
    ) { reader throws(GraphFault) in
      Convolution(
        sliding: try Sliding(reader), groups: try reader.integer("group", default: 1))
    }
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let (x, w) = (try inputs.required(0), try inputs.required(1))
    guard x.shape.rank >= 3, x.shape.rank == w.shape.rank else {
      throw .contradiction("a kernel of shape \(w.shape) over \(x.shape)")
    }
    let channels = x.shape[1]
    guard groups >= 1, groups <= 1 << 24, channels % groups == 0, w.shape[0] % groups == 0,
      w.shape[1] == channels / groups
    else {
      throw .contradiction("\(channels) channels, kernel \(w.shape), \(groups) groups")
    }
    if let bias = inputs[2], bias.shape.count != w.shape[0] {
      throw .contradiction("a bias of shape \(bias.shape) for \(w.shape[0]) channels")
    }
    let window = try window(x.shape, w.shape)
    return [
      Fact(
        .float32,
        try Shape(
          checking: [x.shape[0], w.shape[0]] + window.outputExtents(axes: x.shape.rank - 2),
          of: .float32))
    ]
  }

  /// The window for an input and a kernel.
  func window(_ x: Shape, _ w: Shape) throws(GraphFault) -> Window {
    try sliding.window(kernel: Array(w.extents[2...]), over: Array(x.extents[2...]))
  }

  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let w = inputs[1] else { return 0 }
    return 2 * outputs[0].shape.count * w.shape.count(1..<w.shape.rank)
  }
}
