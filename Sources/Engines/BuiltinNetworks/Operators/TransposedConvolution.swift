import Tensors

/// A transposed convolution: every input value adds its multiple of the kernel to the output.
///
/// Inputs: x `[N, C, H, W]`, w `[C, K / groups, kh, kw]`, bias `[K]`.
struct TransposedConvolution: Operator {
  var sliding: Sliding
  var groups: Int
  var outputPadding: [Int]?
  var outputShape: [Int]?
  var activation = Activation(function: .identity)

  static let claims = [
    Claim(
      "ConvTranspose", inputs: 2...3,
      attributes: Sliding.attributes + ["group", "output_padding", "output_shape"],
      limits: "three spatial axes"
    ) { reader throws(GraphFault) in
      TransposedConvolution(
        sliding: try Sliding(reader), groups: try reader.integer("group", default: 1),
        outputPadding: try reader.lengths("output_padding", from: 0),
        outputShape: try reader.lengths("output_shape", from: 1))
    }
  ]

  func outputs(of inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    let (x, w) = (try inputs.required(0), try inputs.required(1))
    guard x.shape.rank >= 3, x.shape.rank == w.shape.rank, w.shape[0] == x.shape[1] else {
      throw .contradiction("a kernel of shape \(w.shape) over \(x.shape)")
    }
    guard groups >= 1, groups <= 1 << 24, x.shape[1] % groups == 0 else {
      throw .contradiction("\(x.shape[1]) channels in \(groups) groups")
    }
    let channels = w.shape[1] * groups
    if let bias = inputs[2], bias.shape.count != channels {
      throw .contradiction("a bias of shape \(bias.shape) for \(channels) channels")
    }
    let window = try window(x.shape, w.shape)
    let spatial = x.shape.rank == 3 ? [window.x.input] : [window.y.input, window.x.input]
    return [
      Fact(.float32, try Shape(checking: [x.shape[0], channels] + spatial, of: .float32))
    ]
  }

  /// The window that slides over the *output*: its input is this operator's output.
  func window(_ x: Shape, _ w: Shape) throws(GraphFault) -> Window {
    let axes = x.rank - 2
    var window = try sliding.completed(kernel: Array(w.extents[2...]))
    let padding = outputPadding ?? [Int](repeating: 0, count: axes)
    guard padding.count == axes, outputShape == nil || (outputShape?.count ?? 0) >= axes else {
      throw .contradiction("output_padding or output_shape is not for \(axes) axes")
    }
    let wanted = outputShape.map { Array($0.suffix(axes)) }
    if axes == 2 {
      try complete(&window.y, from: x[2], padding: padding[0], wanted: wanted?[0])
    } else {
      (window.y.input, window.y.output) = (1, 1)
    }
    try complete(
      &window.x, from: x[x.rank - 1], padding: padding[axes - 1], wanted: wanted?[axes - 1])
    return window
  }

  private func complete(
    _ axis: inout Window.Axis, from small: Int, padding: Int, wanted: Int?
  ) throws(GraphFault) {
    let full = axis.stride * (small - 1) + padding + axis.reach
    var size = full - axis.before - axis.after
    let same = sliding.autoPad == .sameUpper || sliding.autoPad == .sameLower
    if sliding.autoPad == .valid { size = full }
    if wanted != nil || same {
      size = wanted ?? small * axis.stride
      let total = max(full - size, 0)
      axis.before = sliding.autoPad == .sameUpper ? total / 2 : total - total / 2
      axis.after = total - axis.before
    }
    guard small >= 1, size >= 1 else { throw .contradiction("an output of \(size) px") }
    axis.input = size
    axis.output = small
  }

  func operationCount(_ inputs: Inputs<Fact>, _ outputs: [Fact]) -> Int {
    guard let x = inputs[0], let w = inputs[1] else { return 0 }
    return 2 * x.shape.count * w.shape.count(1..<w.shape.rank)
  }
}
