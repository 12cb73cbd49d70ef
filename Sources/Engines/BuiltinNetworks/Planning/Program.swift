import CKernels
import Tensors

/// A model's graph as typed operators: only what the chosen output needs, constants folded,
/// normalisation and activations fused into the convolutions before them.
struct Program: Sendable {
  /// One operator in its place.
  struct Node: Sendable {
    var label: String
    var operation: any Operator
    var types: [ElementType]
    var inputs: [String]
    var outputs: [String]
  }

  var nodes: [Node]
  var constants: [String: Tensor]
  var inputs: [ValueDescription]
  var outputs: [String]

  /// Types the nodes that the outputs need.
  ///
  /// - Throws: ``NetworkError/unsupported(path:findings:)`` with every operator that is not claimed.
  init(_ graph: Graph, opset: Int, outputs: [String], path: String) throws(NetworkError) {
    var needed = Set(outputs)
    var nodes: [Node] = []
    var findings: [String] = []
    for node in graph.nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      do {
        let (operation, claim) = try Claim.decode(node, opset: opset)
        nodes.append(
          Node(
            label: node.label, operation: operation, types: claim.types, inputs: node.inputs,
            outputs: node.outputs.map { needed.contains($0) ? $0 : "" }))
      } catch {
        findings.append("\(node.label): \(error.reason)")
      }
    }
    guard findings.isEmpty else {
      throw .unsupported(path: path, findings: Array(findings.reversed().prefix(8)))
    }
    self.nodes = nodes.reversed()
    self.outputs = outputs
    constants = graph.constants.filter { needed.contains($0.key) }
    inputs = graph.inputs.filter { needed.contains($0.name) }
  }

  /// Computes what depends on constants alone, once and for all shapes; what `isKept` stays.
  mutating func foldConstants(
    _ kernels: mw_kernels, except isKept: (any Operator) -> Bool = { _ in false }
  ) throws(GraphFault) {
    var kept: [Node] = []
    for node in nodes {
      if isKept(node.operation) {
        kept.append(node)
        continue
      }
      let inputs = Inputs<Fact>(
        node.inputs.map { name in constants[name].map { Fact($0) } })
      let isKnown = node.inputs.allSatisfy { $0.isEmpty || constants[$0] != nil }
      guard isKnown, let results = try node.fold(inputs, kernels) else {
        kept.append(node)
        continue
      }
      for (name, result) in zip(node.outputs, results) where !name.isEmpty {
        constants[name] = result
      }
    }
    nodes = kept
  }
}

extension Program.Node {
  /// The facts of the outputs, with the node named in what goes wrong.
  func outputFacts(_ inputs: Inputs<Fact>) throws(GraphFault) -> [Fact] {
    do throws(GraphFault) {
      if let first = inputs[0], !types.contains(first.type) {
        throw GraphFault.unsupported("type \(first.type)")
      }
      for position in operation.parameters {
        if let input = inputs[position], input.constant == nil {
          throw GraphFault.unsupported("input \(position) is only known while running")
        }
      }
      let facts = try operation.outputs(of: inputs)
      for name in outputs.dropFirst(facts.count) where !name.isEmpty {
        throw GraphFault.unsupported("the further output '\(name)'")
      }
      return facts
    } catch {
      throw error.at(label)
    }
  }

  /// The outputs' values where all inputs are known; nil where they would be larger than what is
  /// kept as a constant.
  func fold(_ inputs: Inputs<Fact>, _ kernels: mw_kernels) throws(GraphFault) -> [Tensor]? {
    let facts = try outputFacts(inputs)
    let known = facts.compactMap(\.constant)
    if known.count == facts.count { return known }
    guard facts.allSatisfy({ $0.shape.count <= largestFoldedCount && $0.layout == .dense }) else {
      return nil
    }
    if operation.reuse == .view, let tensor = inputs[0]?.constant {
      return facts.map { tensor.reshaped(to: $0.shape) }
    }
    let scratchBytes = operation.scratchBytes(inputs, facts)
    guard scratchBytes <= largestValueBytes else { return nil }
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(scratchBytes, 1), alignment: 64)
    defer { scratch.deallocate() }
    let results = facts.map { Tensor($0.type, $0.shape) { _ in } }
    let bindings = Bindings(
      inputs: inputs.all.map { fact in
        fact.flatMap { fact in fact.constant.map { Binding(fact: fact, address: $0.address) } }
      },
      outputs: zip(facts, results).map { Binding(fact: $0, address: $1.address) },
      scratch: scratch, kernels: kernels)
    withExtendedLifetime((inputs, results)) { operation.step(bindings)() }
    return results
  }
}
