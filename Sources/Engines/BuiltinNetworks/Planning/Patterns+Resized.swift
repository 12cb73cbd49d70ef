import Tensors

extension Lowering {
  /// A convolution of 1 × 1 over planes that were resized and concatenated.
  ///
  /// The sum is the same when every part is multiplied first and resized afterwards, since both are
  /// linear and resizing keeps a constant. Small planes make for small products.
  static func convolutionOfResized(_ graph: inout Lowering, _ index: Int) throws(GraphFault) {
    let instruction = graph.instructions[index]
    guard let convolution = instruction.node.operation as? Convolution,
      let parts = graph.parts(of: convolution, instruction),
      let weights = instruction.inputs[1]?.constant, weights.type == .float32
    else { return }
    let (node, output) = (instruction.node, instruction.outputs[0].shape)
    let (filters, channels) = (weights.shape[0], weights.shape[1])
    var plain = convolution
    (plain.activation, plain.prepared) = (Activation(function: .identity), nil)
    var new: [Instruction] = []
    var inputs = [node.inputs.count > 2 ? node.inputs[2] : ""]
    var first = 0
    for (number, part) in parts.enumerated() {
      let name = graph.fresh("\(node.outputs[0])/\(number)")
      let slice = View(weights.shape).slicing(1, from: first, count: part.channels)
      let cut = weights.picking(slice.offsets, Shape(filters, part.channels, 1, 1))
      let cutName = graph.fresh("\(name)/weights")
      graph.remember(cutName, cut)
      new.append(
        try graph.instruction(
          plain, [part.source, cutName], outputs: [name], label: "\(node.label), part"))
      inputs.append(name)
      first += part.channels
    }
    guard first == channels else { return }
    graph.insert(new, before: index)
    let sum = ResizedSum(
      layers: parts.map(\.layer), height: output[2], width: output[3],
      activation: convolution.activation)
    try graph.replace(index + new.count, with: sum, inputs)
  }

  private struct Part {
    var source: String
    var channels: Int
    var layer: ResizedSum.Layer
    /// Pixels of the plane before it is resized.
    var pixels: Int
  }

  /// What a convolution of 1 × 1 sums over, part by part; nil where taking it apart does not pay.
  private func parts(of convolution: Convolution, _ instruction: Instruction) -> [Part]? {
    guard convolution.groups == 1, instruction.node.inputs.count <= 3,
      let x = instruction.inputs[0]?.shape, x.rank == 4, let w = instruction.inputs[1]?.shape,
      let window = try? convolution.window(x, w), window.isPointwise,
      uses[instruction.node.inputs[0]] == 1
    else { return nil }
    var names = [instruction.node.inputs[0]]
    if let node = maker(of: names[0])?.node, let joined = node.operation as? Concatenation,
      joined.axis == 1 || joined.axis == -3
    {
      names = node.inputs
    }
    var parts: [Part] = []
    for name in names {
      guard let part = part(name) else { return nil }
      parts.append(part)
    }
    let before = x[1] * x[2] * x[3]
    let after = parts.reduce(0) { $0 + $1.channels * $1.pixels }
    return 5 * after <= 4 * before && w[0] <= 2 * x[1] ? parts : nil
  }

  private func part(_ name: String) -> Part? {
    guard let shape = facts[name]?.shape, shape.rank == 4, facts[name]?.constant == nil else {
      return nil
    }
    if uses[name] == 1, let made = maker(of: name), let resize = made.node.operation as? Resize,
      let scales = try? resize.axisScales(of: made.inputs),
      scales.allSatisfy({ $0.axis >= 2 }), let source = made.inputs[0]?.shape
    {
      return Part(
        source: made.node.inputs[0], channels: source[1],
        layer: ResizedSum.Layer(resize: scales.isEmpty ? nil : resize, scales: scales),
        pixels: source[2] * source[3])
    }
    return Part(
      source: name, channels: shape[1], layer: ResizedSum.Layer(), pixels: shape[2] * shape[3])
  }
}

extension Window {
  /// Whether every output pixel sees exactly the input pixel at its own place.
  var isPointwise: Bool {
    y.kernel == 1 && x.kernel == 1 && y.stride == 1 && x.stride == 1 && y.input == y.output
      && x.input == x.output && y.before == 0 && x.before == 0
  }
}
