import Tensors

// Functions element by element do not care where an element stands, as long as all operands agree.

extension ViewLowering {
  /// Functions of one value run on what is stored, or in the product or convolution before.
  mutating func activate(_ instruction: Instruction) throws(GraphFault) -> Bool {
    let node = instruction.node
    let name = node.inputs[0]
    guard isWhole(name), let (source, view) = found(name), facts[source]?.constant == nil,
      facts[source]?.type == .float32
    else { return false }
    let activation: Activation
    switch node.operation {
    case let elementwise as Elementwise: activation = elementwise.activation
    case let clip as Clip:
      let limits = instruction.inputs.all.dropFirst().map { $0?.constant }
      for (given, limit) in zip(node.inputs.dropFirst(), limits) where !given.isEmpty {
        guard let limit, limit.type == .float32, limit.shape.count == 1 else { return false }
      }
      activation = clip.activation(limits.first ?? nil, limits.dropFirst().first ?? nil)
    default: return false
    }
    if let (place, product) = onlyMaker(of: name, ChannelProduct.self),
      product.activation.function == .identity, let inputs = take(place)?.node.inputs
    {
      var finished = product
      finished.activation = activation
      try emit(finished, inputs, as: node.outputs[0], view: view, node.label)
      return true
    }
    if let (place, convolution) = onlyMaker(of: name, Convolution.self), convolution.isPlain,
      let inputs = take(place)?.node.inputs
    {
      var finished = convolution
      finished.activation = activation
      try emit(finished, inputs, as: node.outputs[0], view: view, node.label)
      return true
    }
    try emit(
      Elementwise(activation: activation), [source], as: node.outputs[0], view: view, node.label)
    return true
  }

  /// Functions of two values: a bias or a residual of the product before, or on what is stored.
  mutating func combine(
    _ instruction: Instruction, _ arithmetic: Arithmetic
  ) throws(GraphFault) -> Bool {
    let (node, shape) = (instruction.node, instruction.outputs[0].shape)
    guard node.inputs.count == 2, instruction.outputs[0].type == .float32, shape.count > 0 else {
      return false
    }
    let places = [(0, 1), (1, 0)].filter { place, _ in
      instruction.inputs[place]?.constant == nil && instruction.inputs[place]?.shape == shape
        && isWhole(node.inputs[place])
    }
    if arithmetic.function == .add {
      for (place, other) in places {
        let (name, second) = (node.inputs[place], node.inputs[other])
        if try addBias(second, to: name, node, shape) { return true }
        if try addResidual(second, to: name, node) { return true }
      }
    }
    for (place, other) in places {
      let (name, second) = (node.inputs[place], node.inputs[other])
      if try onStored(arithmetic, name, second, swapped: place == 1, node) { return true }
    }
    return false
  }

  private mutating func addBias(
    _ vector: String, to name: String, _ node: Program.Node, _ shape: Shape
  ) throws(GraphFault) -> Bool {
    guard let last = shape.extents.last, let bias = facts[vector], bias.constant != nil,
      bias.shape.count == last, bias.shape.extents.last == last, let view = found(name)?.view,
      let (place, product) = onlyMaker(of: name, ChannelProduct.self), product.filters == last,
      product.activation.function == .identity, view.isChannelsLast(product),
      var inputs = made[place]?.node.inputs,
      inputs[ChannelProduct.bias].isEmpty, inputs[ChannelProduct.residual].isEmpty
    else { return false }
    inputs[ChannelProduct.bias] = vector
    _ = take(place)
    try emit(product, inputs, as: node.outputs[0], view: view, node.label)
    return true
  }

  private mutating func addResidual(
    _ other: String, to name: String, _ node: Program.Node
  ) throws(GraphFault) -> Bool {
    guard let view = found(name)?.view, let second = found(other),
      second.view.extents == view.extents,
      let (place, product) = onlyMaker(of: name, ChannelProduct.self),
      product.activation.function == .identity,
      var inputs = made[place]?.node.inputs, inputs[ChannelProduct.residual].isEmpty,
      let planes = made[place]?.outputs[0].shape
    else { return false }
    inputs[ChannelProduct.residual] = try aligned(other, with: view, planes, for: node)
    _ = take(place)
    try emit(product, inputs, as: node.outputs[0], view: view, node.label)
    return true
  }

  /// A value stored in the order that a view of a stored value of some shape has.
  private mutating func aligned(
    _ name: String, with view: View, _ shape: Shape, for node: Program.Node
  ) throws(GraphFault) -> String {
    guard let (source, own) = found(name) else { return name }
    if own == view, facts[source]?.shape == shape { return source }
    let order = view.storageOrder
    let moved = fresh("\(node.outputs[0])/\(name)")
    let copy = own.permuted(order)
    // Through the axes of the graph's value, in the order of storage, to the stored shape.
    try emit(ViewCopy(view: copy), [source], as: moved, "\(name), moved")
    guard copy.extents != shape.extents else { return moved }
    let shaped = fresh("\(moved)/planes")
    let dense = View(Shape(copy.extents)).reshaped(to: shape.extents) ?? View(shape)
    try emit(ViewCopy(view: dense), [moved], as: shaped, "\(name), as planes")
    return shaped
  }

  /// The function over stored values, where both operands can be walked alike.
  private mutating func onStored(
    _ arithmetic: Arithmetic, _ name: String, _ other: String, swapped: Bool, _ node: Program.Node
  ) throws(GraphFault) -> Bool {
    guard let (source, view) = found(name), let shape = facts[source]?.shape,
      let second = found(other)
    else { return false }
    var operand = second.source
    if second.view == view, facts[second.source]?.shape == shape {
      // Both lie alike.
    } else if let constant = facts[other]?.constant, second.source == other {
      guard constant.shape.count > 1 else {
        try emit(
          arithmetic, swapped ? [other, source] : [source, other], as: node.outputs[0],
          view: view, node.label)
        return true
      }
      // The constant's axes in the order of storage.
      let rank = view.rank
      guard constant.shape.rank <= rank else { return false }
      let extents = [Int](repeating: 1, count: rank - constant.shape.rank) + constant.shape.extents
      let order = view.storageOrder
      let turned = View(Shape(extents)).permuted(order)
      let stored = Shape(order.map { view.extents[$0] })
      operand = fresh("\(node.outputs[0])/constant")
      remember(operand, constant.picking(turned.offsets, Shape(turned.extents)))
      let alias = fresh("\(node.outputs[0])/axes")
      try emit(ViewCopy(view: View(stored)), [source], as: alias, "\(name), by axes")
      let dense = View(stored)
      var inverse = [Int](repeating: 0, count: rank)
      for (place, axis) in order.enumerated() { inverse[axis] = place }
      try emit(
        arithmetic, swapped ? [operand, alias] : [alias, operand], as: node.outputs[0],
        view: dense.permuted(inverse), node.label)
      return true
    } else {
      return false
    }
    try emit(
      arithmetic, swapped ? [operand, source] : [source, operand], as: node.outputs[0], view: view,
      node.label)
    return true
  }
}

extension View {
  /// Whether the last axis is a product's planes, so that a vector along it is one number a plane.
  fileprivate func isChannelsLast(_ product: ChannelProduct) -> Bool {
    rank >= 2 && extents[rank - 1] == product.filters && strides[rank - 1] == product.positions
  }
}
