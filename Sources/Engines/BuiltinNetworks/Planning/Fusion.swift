import Tensors

extension Program {
  /// Folds batch normalisation into the weights of the convolution before it, and lets a
  /// convolution apply the activation after it while its results are still in the cache.
  mutating func fuse() {
    let uses = nodes.reduce(into: [String: Int]()) { counts, node in
      for input in node.inputs { counts[input, default: 0] += 1 }
    }
    var makers: [String: Int] = [:]
    var kept: [Node] = []
    for node in nodes {
      let only = node.inputs.first.flatMap { name -> Int? in
        uses[name] == 1 && !outputs.contains(name) ? makers[name] : nil
      }
      if let maker = only, let fused = fuse(node, into: kept[maker]) {
        kept[maker] = fused
        makers[fused.outputs[0]] = maker
      } else {
        for output in node.outputs { makers[output] = kept.count }
        kept.append(node)
      }
    }
    nodes = kept
  }

  /// The convolution with the node's work taken in, or nil where that cannot be.
  private mutating func fuse(_ node: Node, into maker: Node) -> Node? {
    var fused = maker
    fused.outputs = node.outputs
    if let normalization = node.operation as? Normalization {
      guard case .batch = normalization.kind else { return nil }
      return fuse(normalization, of: node, into: &fused) ? fused : nil
    }
    guard let activation = activation(of: node) else { return nil }
    if var convolution = maker.operation as? Convolution, convolution.isPlain {
      convolution.activation = activation
      fused.operation = convolution
      return fused
    }
    if var convolution = maker.operation as? TransposedConvolution,
      convolution.activation.function == .identity
    {
      convolution.activation = activation
      fused.operation = convolution
      return fused
    }
    return nil
  }

  private func activation(of node: Node) -> Activation? {
    if let elementwise = node.operation as? Elementwise { return elementwise.activation }
    guard let clip = node.operation as? Clip else { return nil }
    let limits = node.inputs.dropFirst().map { $0.isEmpty ? nil : constants[$0] }
    for (name, limit) in zip(node.inputs.dropFirst(), limits) where !name.isEmpty {
      guard let limit, limit.type == .float32, limit.shape.count == 1 else { return nil }
    }
    return clip.activation(limits.first ?? nil, limits.dropFirst().first ?? nil)
  }

  /// w' = w · scale per filter, b' = b · scale + shift.
  private mutating func fuse(
    _ normalization: Normalization, of node: Node, into maker: inout Node
  ) -> Bool {
    guard let convolution = maker.operation as? Convolution, convolution.isPlain,
      let weights = constants[maker.inputs[1]], weights.type == .float32, weights.shape.rank >= 1,
      weights.shape[0] > 0
    else { return false }
    let statistics = Inputs<Tensor>(node.inputs.map { constants[$0] })
    let filters = weights.shape[0]
    for position in 1...4 {
      guard let values = statistics[position], values.type == .float32,
        values.shape.count == filters
      else { return false }
    }
    let biasName = maker.inputs.count > 2 ? maker.inputs[2] : ""
    let bias = biasName.isEmpty ? nil : constants[biasName]
    guard biasName.isEmpty || bias?.shape.count == filters, bias?.type ?? .float32 == .float32,
      let (scale, shift) = try? normalization.affine(statistics)
    else { return false }
    let taps = weights.shape.count / filters
    let scaled = weights.floats.enumerated().map { $1 * scale[$0 / taps] }
    let shifted = shift.indices.map { (bias?.floats[$0] ?? 0) * scale[$0] + shift[$0] }
    let name = maker.outputs[0]
    constants["\(name)/weights"] = Tensor(scaled, weights.shape)
    constants["\(name)/bias"] = Tensor(shifted, Shape(filters))
    maker.inputs = [maker.inputs[0], "\(name)/weights", "\(name)/bias"]
    return true
  }
}

extension Convolution {
  /// Whether nothing has been fused into it.
  var isPlain: Bool { activation.function == .identity }
}
