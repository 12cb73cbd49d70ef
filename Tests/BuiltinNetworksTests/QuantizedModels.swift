import Tensors

@testable import BuiltinNetworks

extension ModelBuilder {
  /// QuantizeLinear and DequantizeLinear with parameters of their own.
  func quantized(_ name: String, scale: Float, zero: Int, signed: Bool = false) -> Self {
    weight("\(name)/scale", Tensor([scale], Shape()))
      .weight(
        "\(name)/zero",
        signed ? Tensor([Int8(zero)], Shape()) : Tensor([UInt8(zero)], Shape())
      )
      .node("QuantizeLinear", [name, "\(name)/scale", "\(name)/zero"], ["\(name)/q"])
      .node("DequantizeLinear", ["\(name)/q", "\(name)/scale", "\(name)/zero"], ["\(name)/dq"])
  }

  /// A convolution whose weights are signed bytes with a scale per filter.
  func convolved(
    _ input: String, _ output: String, _ weights: [Int], stride: Int = 1, bias: Bool = true,
    _ random: inout Randomness
  ) -> Self {
    let shape = Shape(weights)
    let values = (0..<shape.count).map { _ in Int8(random.integer(-127...127)) }
    let spread = (Float(shape.count(1..<4)).squareRoot() * 60)
    let scales = random.floats(weights[0], 0.7 / spread...1.3 / spread)
    let pad = weights[2] / 2
    var model = weight("\(output)/w", Tensor(values, shape))
      .weight("\(output)/ws", Tensor(scales, Shape(weights[0])))
      .weight(
        "\(output)/wz", Tensor([Int8](repeating: 0, count: weights[0]), Shape(weights[0]))
      )
      .node(
        "DequantizeLinear", ["\(output)/w", "\(output)/ws", "\(output)/wz"], ["\(output)/wf"],
        ["axis": 0])
    if bias { model = model.weight("\(output)/b", random.tensor([weights[0]], -0.5...0.5)) }
    return model.node(
      "Conv", [input, "\(output)/wf"] + (bias ? ["\(output)/b"] : []), [output],
      ["pads": [pad, pad, pad, pad], "strides": [stride, stride]])
  }

  /// As NNCF writes: a network that doubles linearly, concatenates on one grid and adds a residual,
  /// with a signed input and signed sums.
  static func quantizedUnet(_ seed: Int) -> ModelBuilder {
    var random = Randomness(seed)
    return ModelBuilder()
      .quantized("image", scale: 0.02, zero: 0, signed: true)
      .convolved("image/dq", "a", [6, 3, 3, 3], &random)
      .node("Relu", ["a"], ["b"]).quantized("b", scale: 0.015, zero: 0)
      .node("MaxPool", ["b/dq"], ["c"], ["kernel_shape": [2, 2], "strides": [2, 2]])
      .convolved("c", "d", [8, 6, 3, 3], bias: false, &random)
      .quantized("d", scale: 0.02, zero: -3, signed: true)
      .convolved("d/dq", "e", [8, 8, 3, 3], &random)
      .node("Add", ["e", "d/dq"], ["f"]).node("Relu", ["f"], ["g"])
      .quantized("g", scale: 0.018, zero: 0)
      .weight("scales", Tensor([Float(1), 1, 2, 2], Shape(4)))
      .node(
        "Resize", ["g/dq", "", "scales"], ["h"],
        ["mode": "linear", "coordinate_transformation_mode": "half_pixel"]
      )
      .quantized("h", scale: 0.015, zero: 0)
      .node("Concat", ["h/dq", "b/dq"], ["i"], ["axis": 1])
      .convolved("i", "j", [5, 14, 3, 3], &random)
      .node("Relu", ["j"], ["k"]).quantized("k", scale: 0.02, zero: 0)
      .convolved("k/dq", "map", [2, 5, 1, 1], &random)
      .output("map")
  }

  /// As onnxruntime writes: QuantizeLinear behind every operator, grids of their own for what is
  /// concatenated and added, a stem with stride 2, nearest doubling.
  static func quantizedResidual(_ seed: Int) -> ModelBuilder {
    var random = Randomness(seed)
    return ModelBuilder()
      .quantized("image", scale: 0.02, zero: 120)
      .convolved("image/dq", "a", [10, 3, 7, 7], stride: 2, &random)
      .quantized("a", scale: 0.015, zero: 0)
      .node(
        "MaxPool", ["a/dq"], ["b"],
        ["kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]]
      )
      .quantized("b", scale: 0.015, zero: 0)
      .convolved("b/dq", "c", [10, 10, 3, 3], &random).quantized("c", scale: 0.02, zero: 130)
      .convolved("b/dq", "d", [10, 10, 1, 1], &random).quantized("d", scale: 0.021, zero: 126)
      .node("Add", ["c/dq", "d/dq"], ["e"]).node("Relu", ["e"], ["f"])
      .quantized("f", scale: 0.02, zero: 0)
      .weight("scales", Tensor([Float(1), 1, 2, 2], Shape(4)))
      .node(
        "Resize", ["f/dq", "", "scales"], ["g"],
        [
          "mode": "nearest", "coordinate_transformation_mode": "asymmetric",
          "nearest_mode": "floor",
        ]
      )
      .quantized("g", scale: 0.02, zero: 0)
      .node("Concat", ["g/dq", "a/dq"], ["h"], ["axis": 1]).quantized("h", scale: 0.022, zero: 0)
      .convolved("h/dq", "map", [2, 20, 3, 3], &random)
      .output("map")
  }
}
