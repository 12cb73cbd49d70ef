import Tensors

extension Program {
  /// Puts operators on bytes in place of floats between DequantizeLinear and QuantizeLinear.
  ///
  /// What such a model says of a convolution is: bytes to floats, convolve, floats to bytes. Sums of
  /// products of bytes are exact in integers, so floats need not be made: see ``ByteConvolution``.
  /// Maxima, nearest pixels and concatenations on one grid are the same in bytes as in floats. All
  /// else takes and gives floats as before, and conversions stand where the two meet.
  mutating func lowerToBytes() {
    guard nodes.contains(where: { ($0.operation as? Quantization)?.direction == .quantize }) else {
      return
    }
    var lowering = ByteLowering(self)
    for node in nodes { lowering.take(node) }
    for name in outputs { lowering.makeFloats(name) }
    nodes = lowering.nodes
    removeUnused()
  }

  /// Drops nodes and constants that no output needs.
  private mutating func removeUnused() {
    var needed = Set(outputs)
    var kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    nodes = kept.reversed()
    constants = constants.filter { needed.contains($0.key) }
  }
}

/// Rewrites nodes one by one, in order.
struct ByteLowering {
  /// What is given for the nodes taken so far.
  private(set) var nodes: [Program.Node] = []
  let constants: [String: Tensor]
  private let outputs: Set<String>
  private var uses: [String: Int]
  /// Which constants dequantised weights come from, by the floats' name.
  private var weights: [String: Program.Node] = [:]
  /// Float values that are known as bytes.
  private var known: [String: ByteValue] = [:]
  /// The bytes that QuantizeLinear was to make, by its output's name.
  private var quantized: [String: ByteValue] = [:]
  /// Float values that nothing has taken yet.
  private var pending: [String: PendingValue] = [:]
  /// Values of four axes, with the number of channels where it is known.
  private var planes: [String: Int?] = [:]
  /// Float values that stand in memory.
  private var floats: Set<String> = []

  init(_ program: Program) {
    constants = program.constants
    outputs = Set(program.outputs)
    uses = [:]
    for node in program.nodes { for name in node.inputs { uses[name, default: 0] += 1 } }
    for input in program.inputs where input.extents?.count == 4 {
      planes[input.name] = .some(input.extents?[1])
    }
  }

  /// Whether exactly one node takes a value, and nobody outside.
  private func isTakenOnce(_ name: String) -> Bool { uses[name] == 1 && !outputs.contains(name) }

  /// Rewrites a node.
  mutating func take(_ node: Program.Node) {
    guard let output = node.outputs.first, !rewrite(node, output) else { return }
    for name in node.inputs { makeFloats(name) }
    if let channels = channelsGiven(by: node) { planes[output] = .some(channels) }
    nodes.append(node)
  }

  private mutating func rewrite(_ node: Program.Node, _ output: String) -> Bool {
    switch node.operation {
    case let quantization as Quantization:
      return quantization.direction == .quantize ? quantize(node, output) : dequantize(node, output)
    case let convolution as Convolution: return convolve(convolution, node, output)
    case let pooling as Pooling: return pool(pooling, node, output)
    case let resize as Resize: return enlarge(resize, node, output)
    case let concatenation as Concatenation: return join(concatenation, node, output)
    case let arithmetic as Arithmetic: return arithmetic.function == .add && add(node, output)
    case let normalization as Normalization: return normalize(normalization, node, output)
    default: return limit(node, output)
    }
  }

  /// Makes a float value that is known as bytes or about to be; nothing where it stands already.
  mutating func makeFloats(_ name: String) {
    guard !floats.contains(name) else { return }
    if let value = pending.removeValue(forKey: name) {
      floats.insert(name)
      makeFloats(of: value, name)
    } else if let value = known[name] {
      floats.insert(name)
      unpack(value, name)
    }
  }

  private mutating func makeFloats(of value: PendingValue, _ name: String) {
    switch value {
    case .convolution(let convolution): nodes.append(convolution.node(making: name, on: nil))
    case .sum(let values, let limits):
      let names = unpackAll(values, name)
      let bare = limits == -.infinity ... .infinity
      let sum = bare ? name : "\(name)/sum"
      append(Arithmetic(function: .add), names, sum)
      guard !bare else { return }
      append(Clip(lowest: limits.lowerBound, highest: limits.upperBound), [sum], name)
    case .doubling(let value, let node):
      let names = unpackAll([value], name)
      nodes.append(node)
      nodes[nodes.count - 1].inputs[0] = names[0]
    case .concatenation(let values):
      append(Concatenation(axis: 1), unpackAll(values, name), name)
    }
  }

  private mutating func unpackAll(_ values: [ByteValue], _ name: String) -> [String] {
    values.enumerated().map { position, value in
      unpack(value, "\(name)/\(position)")
      return "\(name)/\(position)"
    }
  }

  private mutating func unpack(_ value: ByteValue, _ name: String) {
    let names = value.parts.indices.map { value.parts.count == 1 ? name : "\(name)/part \($0)" }
    for (part, float) in zip(value.parts, names) {
      append(Unpacking(grid: value.grid), [part.name], float)
    }
    if value.parts.count > 1 { append(Concatenation(axis: 1), names, name) }
  }

  private mutating func append(_ operation: any Operator, _ inputs: [String], _ output: String) {
    nodes.append(
      Program.Node(
        label: output, operation: operation, types: .any, inputs: inputs, outputs: [output]))
  }

  /// Remembers a value that is about to be computed; where several take it, it is made as floats.
  private mutating func wait(_ value: PendingValue, as name: String, channels: Int?) {
    planes[name] = .some(channels)
    pending[name] = value
    if !isTakenOnce(name) { makeFloats(name) }
  }
}

// MARK: - Into bytes and out of them

extension ByteLowering {
  private mutating func dequantize(_ node: Program.Node, _ output: String) -> Bool {
    if constants[node.inputs[0]] != nil { weights[output] = node }
    guard var value = quantized[node.inputs[0]],
      let grid = ByteGrid(scale: constant(node, 1), zero: constant(node, 2))
    else { return false }
    value.grid = grid
    known[output] = value
    planes[output] = .some(value.channels)
    return true
  }

  private mutating func quantize(_ node: Program.Node, _ output: String) -> Bool {
    let name = node.inputs[0]
    guard let channels = planes[name], !outputs.contains(output),
      let grid = ByteGrid(scale: constant(node, 1), zero: constant(node, 2))
    else { return false }
    if let value = pending.removeValue(forKey: name) {
      quantized[output] = finish(value, on: grid, output, channels)
    } else if let value = known[name] {
      quantized[output] = regrid(value, to: grid, output)
    } else {
      append(Packing(grid: grid), [name], output)
      quantized[output] = whole(output, channels, grid)
    }
    return true
  }

  private func whole(_ name: String, _ channels: Int?, _ grid: ByteGrid) -> ByteValue {
    ByteValue(parts: [ByteValue.Part(name: name, channels: channels)], grid: grid)
  }

  private mutating func finish(
    _ value: PendingValue, on grid: ByteGrid, _ output: String, _ channels: Int?
  ) -> ByteValue {
    switch value {
    case .convolution(let convolution):
      nodes.append(convolution.node(making: output, on: grid))
    case .sum(let values, let limits):
      let sum = ByteSum(
        grids: values.map(\.grid), result: grid, limits: grid.steps(within: limits))
      append(sum, values.map { $0.parts[0].name }, output)
    case .doubling(let value, let node):
      guard let resize = node.operation as? Resize else { break }
      let operation = ByteResize(resize: resize, grid: value.grid, result: grid)
      return eachPart(value, operation, node, output, on: grid)
    case .concatenation(let values):
      let parts = values.enumerated().map { position, value in
        regrid(value, to: grid, "\(output)/\(position)").parts
      }
      return ByteValue(parts: parts.flatMap { $0 }, grid: grid)
    }
    return whole(output, channels, grid)
  }

  /// The same value on another grid.
  private mutating func regrid(
    _ value: ByteValue, to grid: ByteGrid, _ output: String
  ) -> ByteValue {
    guard value.grid != grid else { return value }
    let sum = ByteSum(grids: [value.grid], result: grid, limits: grid.steps)
    return eachPart(value, sum, nil, output, on: grid)
  }

  /// Appends one node per part; further inputs are those of `node`.
  private mutating func eachPart(
    _ value: ByteValue, _ operation: any Operator, _ node: Program.Node?, _ output: String,
    on grid: ByteGrid
  ) -> ByteValue {
    var result = ByteValue(parts: [], grid: grid)
    for (position, part) in value.parts.enumerated() {
      let name = value.parts.count == 1 ? "\(output)/bytes" : "\(output)/bytes \(position)"
      append(operation, [part.name] + (node?.inputs.dropFirst() ?? []), name)
      result.parts.append(ByteValue.Part(name: name, channels: part.channels))
    }
    return result
  }

  private func constant(_ node: Program.Node, _ position: Int) -> Tensor? {
    position < node.inputs.count ? constants[node.inputs[position]] : nil
  }
}

// MARK: - What runs in bytes

extension ByteLowering {
  private mutating func convolve(
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
  private func floats(_ name: String) -> [Float]? {
    if let tensor = constants[name] { return tensor.type == .float32 ? Array(tensor.floats) : nil }
    guard let node = weights[name] else { return nil }
    let inputs = Inputs<Tensor>(node.inputs.map { constants[$0] })
    return (try? node.operation.evaluate(inputs))?.first.map { Array($0.floats) }
  }

  private mutating func pool(
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

  private mutating func enlarge(
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

  private mutating func join(
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

  private mutating func add(_ node: Program.Node, _ output: String) -> Bool {
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

  private mutating func normalize(
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
  private mutating func limit(_ node: Program.Node, _ output: String) -> Bool {
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

  private func limits(of node: Program.Node) -> ClosedRange<Float>? {
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

  /// The channels of a node that stays as it is and gives four axes; nil where it may not.
  private func channelsGiven(by node: Program.Node) -> Int?? {
    let taken = node.inputs.filter { constants[$0] == nil }.map { planes[$0] }
    switch node.operation {
    case is Convolution:
      let shape =
        constants[node.inputs[1]]?.shape
        ?? weights[node.inputs[1]].flatMap {
          constants[$0.inputs[0]]?.shape
        }
      guard let shape, shape.rank == 4 else { return nil }
      return .some(shape[0])
    case let pooling as Pooling where pooling.sliding == nil: return nil
    case is Pooling, is Elementwise, is Clip, is Normalization, is Resize, is Quantization:
      return planes[node.inputs[0]]
    case is Arithmetic:
      guard let first = taken.first, let first, taken.allSatisfy({ $0 == first }) else {
        return nil
      }
      return .some(first)
    default: return nil
    }
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
