import Tensors

// What runs in bytes, operator by operator.

extension ByteLowering {
  mutating func convolve(
    _ convolution: Convolution, _ node: Program.Node, _ output: String
  ) -> Bool {
    guard let source = known[node.inputs[0]], convolution.groups == 1,
      let weights = weights[node.inputs[1]].flatMap({ SignedWeights.from($0, constants) }),
      ByteConvolution.suits(convolution.sliding, weights.values.shape)
    else { return false }
    let (filters, channels) = (weights.values.shape[0], weights.values.shape[1])
    var counts = source.parts.map(\.channels)
    if counts.count == 1 { counts = [channels] }
    let known = counts.compactMap(\.self)
    guard known.count == counts.count, known.reduce(0, +) == channels else { return false }
    var bias = [Double](repeating: 0, count: filters)
    if node.inputs.count > 2, !node.inputs[2].isEmpty {
      guard let values = floats(node.inputs[2]), values.count == filters else { return false }
      bias = values.map(Double.init)
    }
    let pending = PendingConvolution(
      node: node, sliding: convolution.sliding, source: source, channels: known,
      weights: weights.values,
      scale: weights.scales.map { Double($0) * Double(source.grid.scale) }, bias: bias)
    wait(.convolution(pending), as: output, channels: filters)
    return true
  }

  /// A constant's floats, also where it is still to be dequantised.
  func floats(_ name: String) -> [Float]? {
    if let tensor = constants[name] { return tensor.type == .float32 ? tensor.copiedFloats : nil }
    guard let node = weights[name] else { return nil }
    let inputs = Inputs<Tensor>(node.inputs.map { constants[$0] })
    return (try? node.operation.evaluate(inputs))?.first?.copiedFloats
  }

  mutating func pool(
    _ pooling: Pooling, _ node: Program.Node, _ output: String
  ) -> Bool {
    guard case .max = pooling.kind, pooling.sliding?.kernel?.count == 2,
      let value = known[node.inputs[0]]
    else { return false }
    let operation = BytePooling(pooling: pooling, grid: value.grid)
    known[output] = eachPart(value, operation, nil, output, on: value.grid)
    planes[output] = .some(value.channels)
    return true
  }

  mutating func enlarge(
    _ resize: Resize, _ node: Program.Node, _ output: String
  ) -> Bool {
    guard let value = known[node.inputs[0]] else { return false }
    if resize.mode == .nearest {
      let operation = ByteResize(resize: resize, grid: value.grid, result: value.grid)
      known[output] = eachPart(value, operation, node, output, on: value.grid)
      planes[output] = .some(value.channels)
      return true
    }
    guard ByteResize.doubles(resize, scales: constant(node, resize.scalesInput)) else {
      return false
    }
    wait(.doubling(value, node), as: output, channels: value.channels)
    return true
  }

  mutating func join(
    _ concatenation: Concatenation, _ node: Program.Node, _ output: String
  ) -> Bool {
    let values = node.inputs.compactMap { known[$0] }
    guard values.count == node.inputs.count, [1, -3].contains(concatenation.axis),
      let first = values.first
    else { return false }
    let value = ByteValue(parts: values.flatMap(\.parts), grid: first.grid)
    if values.allSatisfy({ $0.grid == first.grid }) {
      known[output] = value
      planes[output] = .some(value.channels)
    } else {
      wait(.concatenation(values), as: output, channels: value.channels)
    }
    return true
  }

  mutating func add(_ node: Program.Node, _ output: String) -> Bool {
    let values = node.inputs.map { known[$0] }
    if let a = values[0], let b = values[1], a.parts.count == 1, b.parts.count == 1,
      a.channels == b.channels
    {
      wait(.sum([a, b], limits: -.infinity ... .infinity), as: output, channels: a.channels)
      return true
    }
    for (position, other) in [(0, values[1]), (1, values[0])] {
      guard case .convolution(var convolution)? = pending[node.inputs[position]],
        convolution.isOpen, let other, other.parts.count == 1,
        other.channels == convolution.scale.count
      else { continue }
      pending[node.inputs[position]] = nil
      convolution.residual = other
      wait(.convolution(convolution), as: output, channels: convolution.scale.count)
      return true
    }
    return false
  }

  mutating func normalize(
    _ normalization: Normalization, _ node: Program.Node, _ output: String
  ) -> Bool {
    let statistics = Inputs<Tensor>(node.inputs.map { constants[$0] })
    guard case .batch = normalization.kind,
      case .convolution(var convolution)? = pending[node.inputs[0]], convolution.isOpen,
      (1...4).allSatisfy({ statistics[$0]?.shape.count == convolution.scale.count }),
      let (scale, shift) = try? normalization.affine(statistics)
    else { return false }
    pending[node.inputs[0]] = nil
    for filter in scale.indices {
      convolution.scale[filter] *= Double(scale[filter])
      convolution.bias[filter] =
        convolution.bias[filter] * Double(scale[filter]) + Double(shift[filter])
    }
    wait(.convolution(convolution), as: output, channels: scale.count)
    return true
  }

  /// Relu and Clip after what is pending.
  mutating func limit(_ node: Program.Node, _ output: String) -> Bool {
    guard let name = node.inputs.first, let value = pending[name],
      let limits = limits(of: node)
    else { return false }
    switch value {
    case .convolution(var convolution):
      pending[name] = nil
      convolution.limits = convolution.limits.held(within: limits)
      wait(.convolution(convolution), as: output, channels: convolution.scale.count)
    case .sum(let values, let before):
      pending[name] = nil
      wait(
        .sum(values, limits: before.held(within: limits)), as: output,
        channels: values[0].channels)
    case .doubling, .concatenation: return false
    }
    return true
  }

  func limits(of node: Program.Node) -> ClosedRange<Float>? {
    if let elementwise = node.operation as? Elementwise {
      return elementwise.activation.function == .relu ? 0 ... .infinity : nil
    }
    guard let clip = node.operation as? Clip else { return nil }
    for name in node.inputs.dropFirst() where !name.isEmpty && constants[name] == nil {
      return nil
    }
    let activation = clip.activation(constant(node, 1), constant(node, 2))
    guard activation.alpha <= activation.beta else { return nil }
    return activation.alpha...activation.beta
  }
}

extension ClosedRange<Float> {
  /// What these limits become when further ones follow.
  func held(within further: ClosedRange<Float>) -> ClosedRange<Float> {
    func hold(_ value: Float) -> Float {
      Swift.min(Swift.max(value, further.lowerBound), further.upperBound)
    }
    return hold(lowerBound)...hold(upperBound)
  }
}
