import CKernels
import Tensors

/// A program bound to memory for one input shape: ready to run again and again without taking more.
final class Plan {
  /// Where a value goes: a lease, and how far into it.
  private struct Place {
    var lease: Int
    var offset = 0
  }

  private let memory: UnsafeMutableRawPointer
  /// Keeps the constants alive whose addresses the steps hold.
  private let shaped: Shaped
  private var steps: [Step] = []
  private(set) var inputs: [String: Binding] = [:]
  private(set) var outputs: [String: Binding] = [:]
  /// The working memory, in bytes.
  let bytes: Int

  /// Lays out memory and binds every step.
  ///
  /// - Throws: ``GraphFault`` when more memory is needed than the limit.
  init(
    _ shaped: Shaped, inputs names: [String], outputs wanted: [String], _ kernels: mw_kernels,
    memoryLimit: Int
  ) throws(GraphFault) {
    var layout = PlanLayout(shaped, inputs: names, outputs: wanted)
    layout.placeAll()
    let arena = Arena(layout.leases)
    guard arena.bytes <= memoryLimit else {
      let (need, limit) = (arena.bytes >> 20, memoryLimit >> 20)
      throw .contradiction(
        "it needs \(need) MB of working memory, more than the \(limit) MB allowed")
    }
    bytes = arena.bytes
    let memory = UnsafeMutableRawPointer.allocateWorkingMemory(arena.bytes)
    self.memory = memory
    self.shaped = shaped
    func binding(_ name: String, _ fact: Fact?) -> Binding? {
      guard let fact else { return nil }
      if let constant = fact.constant { return Binding(fact: fact, address: constant.address) }
      guard let lease = layout.places[name] else { return nil }
      return Binding(fact: fact, address: memory + arena.leases[lease].offset)
    }
    for (index, instruction) in shaped.instructions.enumerated() {
      let node = instruction.node
      let outputs = zip(node.outputs, instruction.outputs).enumerated().map { position, output in
        binding(output.0.isEmpty ? "\(index)/\(position)" : output.0, output.1)
      }
      let bindings = Bindings(
        inputs: zip(node.inputs, instruction.inputs.all).map { binding($0, $1) },
        outputs: outputs.compactMap { $0 },
        scratch: memory + (layout.scratch[index].map { arena.leases[$0].offset } ?? 0),
        kernels: kernels)
      steps.append(node.operation.step(bindings))
    }
    for name in names { inputs[name] = binding(name, shaped.facts[name]) }
    for name in wanted { outputs[name] = binding(name, shaped.facts[name]) }
  }

  deinit { memory.deallocate() }

  /// Runs every step; inputs are read from ``inputs``, results are left in ``outputs``.
  func run() {
    for step in steps { step() }
  }
}
