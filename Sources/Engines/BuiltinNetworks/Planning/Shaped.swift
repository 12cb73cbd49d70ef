import CKernels
import Tensors

/// A program for one input shape: every value's shape known, what folds folded.
struct Shaped: Sendable {
  /// A node that has to run.
  struct Instruction: Sendable {
    var node: Program.Node
    var inputs: Inputs<Fact>
    var outputs: [Fact]
  }

  var instructions: [Instruction] = []
  var facts: [String: Fact] = [:]

  /// Follows shapes through a program; takes no memory but for folded constants.
  init(
    _ program: Program, inputs: [String: Fact], _ kernels: mw_kernels
  ) throws(GraphFault) {
    facts = program.constants.mapValues { Fact($0) }
    facts.merge(inputs) { $1 }
    var foldedBytes = 0
    for node in program.nodes {
      let taken = Inputs<Fact>(node.inputs.map { facts[$0] })
      var made = try node.outputFacts(taken)
      let isKnown = taken.all.allSatisfy { $0 == nil || $0?.constant != nil }
      if isKnown, !made.allSatisfy({ $0.constant != nil }),
        let results = try node.fold(taken, kernels)
      {
        made = results.map { Fact($0) }
      }
      foldedBytes += made.reduce(0) { $0 + ($1.constant == nil ? 0 : $1.bytes) }
      guard foldedBytes <= largestValueBytes else {
        throw .contradiction("constants beyond 1 GiB, at \(node.label)")
      }
      for (name, fact) in zip(node.outputs, made) where !name.isEmpty { facts[name] = fact }
      if made.contains(where: { $0.constant == nil }) {
        instructions.append(Instruction(node: node, inputs: taken, outputs: made))
      }
    }
  }

  /// Floating-point operations of one run.
  var operationCount: Int {
    instructions.reduce(0) { $0 + $1.node.operation.operationCount($1.inputs, $1.outputs) }
  }
}
