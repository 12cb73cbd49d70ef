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
  mutating func removeUnused() {
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
  var nodes: [Program.Node] = []
  let constants: [String: Tensor]
  let outputs: Set<String>
  var uses: [String: Int]
  /// Which constants dequantised weights come from, by the floats' name.
  var weights: [String: Program.Node] = [:]
  /// Float values that are known as bytes.
  var known: [String: ByteValue] = [:]
  /// The bytes that QuantizeLinear was to make, by its output's name.
  var quantized: [String: ByteValue] = [:]
  /// Float values that nothing has taken yet.
  var pending: [String: PendingValue] = [:]
  /// Values of four axes, with the number of channels where it is known.
  var planes: [String: Int?] = [:]
  /// Float values that stand in memory.
  var floats: Set<String> = []

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
  func isTakenOnce(_ name: String) -> Bool { uses[name] == 1 && !outputs.contains(name) }

  /// Rewrites a node.
  mutating func take(_ node: Program.Node) {
    guard let output = node.outputs.first, !rewrite(node, output) else { return }
    for name in node.inputs { makeFloats(name) }
    if let channels = channelsGiven(by: node) { planes[output] = .some(channels) }
    nodes.append(node)
  }

  mutating func rewrite(_ node: Program.Node, _ output: String) -> Bool {
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

  mutating func makeFloats(of value: PendingValue, _ name: String) {
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

  mutating func unpackAll(_ values: [ByteValue], _ name: String) -> [String] {
    values.enumerated().map { position, value in
      unpack(value, "\(name)/\(position)")
      return "\(name)/\(position)"
    }
  }

  mutating func unpack(_ value: ByteValue, _ name: String) {
    let names = value.parts.indices.map { value.parts.count == 1 ? name : "\(name)/part \($0)" }
    for (part, float) in zip(value.parts, names) {
      append(Unpacking(grid: value.grid), [part.name], float)
    }
    if value.parts.count > 1 { append(Concatenation(axis: 1), names, name) }
  }

  mutating func append(_ operation: any Operator, _ inputs: [String], _ output: String) {
    nodes.append(
      Program.Node(
        label: output, operation: operation, types: .any, inputs: inputs, outputs: [output]))
  }

  /// Remembers a value that is about to be computed; where several take it, it is made as floats.
  mutating func wait(_ value: PendingValue, as name: String, channels: Int?) {
    planes[name] = .some(channels)
    pending[name] = value
    if !isTakenOnce(name) { makeFloats(name) }
  }
}

extension ByteLowering {
  /// The channels of a node that stays as it is and gives four axes; nil where it may not.
  func channelsGiven(by node: Program.Node) -> Int?? {
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
