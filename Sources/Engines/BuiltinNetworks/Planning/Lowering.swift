import Tensors

/// The instructions for one input shape, rewritten to fewer and faster ones that give the same
/// values up to rounding.
///
/// First come patterns that exporters write out (layer normalisation, the Gaussian error unit,
/// attention, convolutions of 1 × 1 over resized planes); then transposes and reshapes, which become
/// views that products read through. What nobody needs any more is left out at the end. Everything
/// is decided by the graph and its shapes.
struct Lowering {
  typealias Instruction = Shaped.Instruction

  private(set) var instructions: [Instruction]
  private(set) var facts: [String: Fact]
  let outputs: [String]
  private(set) var makers: [String: Int] = [:]
  private(set) var uses: [String: Int] = [:]

  init(_ shaped: Shaped, outputs: [String]) {
    (instructions, facts, self.outputs) = (shaped.instructions, shaped.facts, outputs)
    count()
  }

  /// What is recognised, in this order.
  private enum Pattern: CaseIterable {
    case layerNormalization, gelu, attention, convolutionOfResized

    func rewrite(_ graph: inout Lowering, _ index: Int) throws(GraphFault) {
      switch self {
      case .layerNormalization: try Lowering.layerNormalization(&graph, index)
      case .gelu: try Lowering.gelu(&graph, index)
      case .attention: try Lowering.attention(&graph, index)
      case .convolutionOfResized: try Lowering.convolutionOfResized(&graph, index)
      }
    }
  }

  /// Instructions with every rewriting applied.
  static func apply(
    to shaped: Shaped, outputs: [String], weights: PackedWeights
  ) throws(GraphFault) -> Shaped {
    var lowering = Lowering(shaped, outputs: outputs)
    for pattern in Pattern.allCases {
      var index = 0
      while index < lowering.instructions.count {
        try pattern.rewrite(&lowering, index)
        index += 1
      }
      lowering.sweep()
    }
    let views = try ViewLowering(lowering)
    lowering.instructions = views.instructions
    lowering.facts = views.facts
    lowering.sweep()
    lowering.pack(weights, of: shaped.facts)
    var result = shaped
    (result.instructions, result.facts) = (lowering.instructions, lowering.facts)
    return result
  }

  /// The instruction that makes a value, where there is one.
  func maker(of name: String) -> Instruction? { makers[name].map { instructions[$0] } }

  /// The only value of a constant, or nil.
  func scalar(_ name: String) -> Float? {
    guard let fact = facts[name], let constant = fact.constant, fact.type == .float32,
      fact.shape.count == 1
    else { return nil }
    return constant.floats[0]
  }

  /// A constant vector along the last axis, or nil.
  func vector(_ name: String, count: Int) -> Tensor? {
    guard let fact = facts[name], fact.type == .float32, fact.shape.count == count,
      fact.shape.extents.last == count
    else { return nil }
    return fact.constant
  }

  /// Puts another instruction in the place of one; its outputs keep the name.
  mutating func replace(
    _ index: Int, with operation: any Operator, _ inputs: [String]
  ) throws(GraphFault) {
    let old = instructions[index].node
    instructions[index] = try instruction(
      operation, inputs, outputs: [old.outputs[0]], label: old.label)
  }

  /// Puts further instructions before one; places of later instructions move.
  mutating func insert(_ new: [Instruction], before index: Int) {
    instructions.insert(contentsOf: new, at: index)
    for instruction in new {
      for (name, fact) in zip(instruction.node.outputs, instruction.outputs) { facts[name] = fact }
    }
    count()
  }

  /// A name that no value of the graph has.
  func fresh(_ name: String) -> String { facts[name] == nil ? name : fresh("\(name)'") }

  /// Remembers a further constant.
  mutating func remember(_ name: String, _ tensor: Tensor) { facts[name] = Fact(tensor) }

  func instruction(
    _ operation: any Operator, _ inputs: [String], outputs: [String], label: String
  ) throws(GraphFault) -> Instruction {
    let taken = Inputs<Fact>(inputs.map { facts[$0] })
    return Instruction(
      node: Program.Node(
        label: label, operation: operation, types: .any, inputs: inputs, outputs: outputs),
      inputs: taken, outputs: try operation.outputs(of: taken))
  }

  private mutating func count() {
    (makers, uses) = ([:], [:])
    for (index, instruction) in instructions.enumerated() {
      for name in instruction.node.outputs where !name.isEmpty { makers[name] = index }
      for name in instruction.node.inputs { uses[name, default: 0] += 1 }
    }
    for name in outputs { uses[name, default: 0] += 1 }
  }

  /// Leaves out what no output needs.
  private mutating func sweep() {
    var needed = Set(outputs)
    var kept: [Instruction] = []
    for instruction in instructions.reversed()
    where instruction.node.outputs.contains(where: needed.contains) {
      needed.formUnion(instruction.node.inputs)
      kept.append(instruction)
    }
    instructions = kept.reversed()
    count()
  }

  private mutating func pack(_ weights: PackedWeights, of program: [String: Fact]) {
    let lasting = Set(program.values.compactMap { $0.constant?.address })
    for index in instructions.indices {
      guard var product = instructions[index].node.operation as? ChannelProduct else { continue }
      // What was multiplied together for this shape goes with its plan.
      product.packed =
        lasting.contains(product.weights.address)
        ? weights.packed(product.weights, product.weightView)
        : product.weights.packed(product.weightView)
      instructions[index].node.operation = product
    }
  }
}

/// The model's weights as kernels take them: packed once and shared by the plans of all shapes.
final class PackedWeights {
  private struct Key: Hashable {
    var address: UnsafeMutableRawPointer
    var view: View
  }

  private var known: [Key: (source: Tensor, packed: Tensor)] = [:]

  /// Packed rows of a matrix.
  func packed(_ tensor: Tensor, _ view: View) -> Tensor {
    let key = Key(address: tensor.address, view: view)
    if let found = known[key] { return found.packed }
    let packed = tensor.packed(view)
    known[key] = (tensor, packed)
    return packed
  }
}
