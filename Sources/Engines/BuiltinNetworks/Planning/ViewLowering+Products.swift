import Tensors

extension View {
  /// The view as `[…, P, C]` with as many axes as possible joined in P; nil for fewer than two axes.
  var asPositions: View? {
    guard rank >= 2 else { return nil }
    for kept in 0...(rank - 2) {
      let outer = extents[..<kept]
      let joined = extents[kept..<(rank - 1)].reduce(1, *)
      if let view = reshaped(to: outer + [joined, extents[rank - 1]]) { return view }
    }
    return nil
  }
}

extension ViewLowering {
  /// A product with constant weights becomes a product of planes.
  mutating func multiply(
    _ instruction: Instruction, _ product: MatrixProduct
  ) throws(GraphFault) -> Bool {
    let node = instruction.node
    guard case .matMul = product.kind, let weights = facts[node.inputs[1]]?.constant,
      weights.type == .float32, weights.shape.rank == 2, weights.shape.count > 0,
      facts[node.inputs[0]]?.constant == nil, let (source, view) = found(node.inputs[0]),
      let rows = view.asPositions
    else { return false }
    try project(
      ChannelProduct(
        source: rows.transposed, weights: weights, weightView: View(weights.shape).transposed),
      [source, "", "", "", ""], instruction)
    return true
  }

  /// Adds a product of planes, with the normalisation before it where nothing else reads that.
  private mutating func project(
    _ product: ChannelProduct, _ inputs: [String], _ instruction: Instruction
  ) throws(GraphFault) {
    var (product, inputs) = (product, inputs)
    if let (place, normalization) = onlyMaker(
      of: instruction.node.inputs[0], ChannelNormalization.self),
      let fact = made[place]?.outputs[0], View(fact.shape) == product.source,
      let node = take(place)?.node
    {
      product.source = normalization.source
      product.epsilon = normalization.epsilon
      inputs[0] = node.inputs[0]
      inputs[ChannelProduct.gamma] = node.inputs[1]
      inputs[ChannelProduct.beta] = node.inputs.count > 2 ? node.inputs[2] : ""
    }
    let stored = View(Shape(product.outer + [product.filters, product.positions]))
    try emit(
      product, inputs, as: instruction.node.outputs[0],
      view: stored.transposed.reshaped(to: instruction.outputs[0].shape.extents),
      instruction.node.label)
  }

  /// Layer normalisation over the last axis becomes one over planes.
  mutating func normalize(
    _ instruction: Instruction, _ normalization: Normalization
  ) throws(GraphFault) -> Bool {
    let (node, shape) = (instruction.node, instruction.outputs[0].shape)
    guard case .layer(let axis) = normalization.kind, axis == -1 || axis == shape.rank - 1,
      let (source, view) = found(node.inputs[0]), facts[source]?.constant == nil,
      let rows = view.asPositions, shape.count > 0
    else { return false }
    for name in node.inputs.dropFirst() where !name.isEmpty && views(name) { return false }
    let operation = ChannelNormalization(source: rows.transposed, epsilon: normalization.epsilon)
    let stored = View(Shape(operation.source.extents))
    try emit(
      operation, [source] + node.inputs.dropFirst(), as: node.outputs[0],
      view: stored.transposed.reshaped(to: shape.extents), node.label)
    return true
  }

  private func views(_ name: String) -> Bool { found(name)?.source != name }

  /// Attention reads its heads through views.
  mutating func attend(
    _ instruction: Instruction, _ attention: Attention
  ) throws(GraphFault) -> Bool {
    let node = instruction.node
    guard let q = found(node.inputs[0]), let k = found(node.inputs[1]),
      let v = found(node.inputs[2])
    else { return false }
    let operation = Attention(
      queries: q.view, keys: k.view.transposed, values: v.view, scale: attention.scale)
    try emit(operation, [q.source, k.source, v.source], as: node.outputs[0], node.label)
    return true
  }

  /// A convolution of 1 × 1 right after a product of planes: one product with the product of the
  /// weights, computed in double precision, where that is less work.
  mutating func convolve(
    _ instruction: Instruction, _ convolution: Convolution
  ) throws(GraphFault) -> Bool {
    let node = instruction.node
    guard convolution.groups == 1, node.inputs.count <= 3, let x = instruction.inputs[0]?.shape,
      x.rank == 4, let weights = instruction.inputs[1]?.constant,
      let window = try? convolution.window(x, weights.shape), window.isPointwise,
      let (source, view) = found(node.inputs[0]), let fact = facts[source], view.isDense,
      fact.shape.count == x.count,
      let (place, product) = onlyMaker(of: node.inputs[0], ChannelProduct.self),
      product.activation.function == .identity, product.filters == x[1],
      let inputs = made[place]?.node.inputs, inputs[ChannelProduct.residual].isEmpty
    else { return false }
    let filters = weights.shape[0]
    guard product.channels * filters <= product.filters * (product.channels + filters) else {
      return false
    }
    let first = product.weights.picking(
      product.weightView.offsets, Shape(product.filters, product.channels))
    let (bias, second) = (facts[inputs[ChannelProduct.bias]]?.constant, weights.floats)
    guard inputs[ChannelProduct.bias].isEmpty || bias != nil else { return false }
    let own = node.inputs.count > 2 ? node.inputs[2] : ""
    guard own.isEmpty || facts[own]?.constant != nil else { return false }
    let joined = joinedWeights(first, second, filters)
    let shift = joinedBias(bias, second, facts[own]?.constant, filters, product.filters)
    let name = node.outputs[0]
    let biasName = fresh("\(name)/bias")
    remember(biasName, Tensor(shift, Shape(filters)))
    var (merged, taken) = (product, inputs)
    merged.weights = Tensor(joined, Shape(filters, product.channels))
    merged.weightView = View(merged.weights.shape)
    merged.activation = convolution.activation
    taken[ChannelProduct.bias] = biasName
    _ = take(place)
    try emit(
      merged, taken, as: name,
      view: View(instruction.outputs[0].shape), node.label)
    return true
  }

  /// The product of `[filters, middle]` and `[middle, channels]`, summed in double precision.
  private func joinedWeights(
    _ first: Tensor, _ second: UnsafeBufferPointer<Float>, _ filters: Int
  ) -> [Float] {
    let (middle, channels) = (first.shape[0], first.shape[1])
    var joined: [Float] = []
    for filter in 0..<filters {
      var row = [Double](repeating: 0, count: channels)
      for m in 0..<middle {
        let weight = Double(second[filter * middle + m])
        for c in 0..<channels { row[c] += weight * Double(first.floats[m * channels + c]) }
      }
      joined += row.map { Float($0) }
    }
    return joined
  }

  private func joinedBias(
    _ first: Tensor?, _ second: UnsafeBufferPointer<Float>, _ own: Tensor?, _ filters: Int,
    _ middle: Int
  ) -> [Float] {
    (0..<filters).map { filter in
      let through = (0..<middle).reduce(0.0) {
        $0 + Double(second[filter * middle + $1]) * Double(first?.floats[$1] ?? 0)
      }
      return Float(through + Double(own?.floats[filter] ?? 0))
    }
  }
}
