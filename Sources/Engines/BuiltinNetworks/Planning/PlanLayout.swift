import Tensors

/// Decides which values share a place, and from when to when each place is needed.
struct PlanLayout {
  private let shaped: Shaped
  private let inputNames: [String]
  private let lastUses: [String: Int]

  /// The places needed.
  private(set) var leases: [Arena.Lease] = []
  /// Which lease holds a value, by name; outputs nobody uses are named `instruction/position`.
  private(set) var places: [String: Int] = [:]
  /// Which lease holds an instruction's scratch space.
  private(set) var scratch: [Int: Int] = [:]

  init(_ shaped: Shaped, inputs: [String], outputs: [String]) {
    self.shaped = shaped
    inputNames = inputs
    var lastUses: [String: Int] = [:]
    for (index, instruction) in shaped.instructions.enumerated() {
      for name in instruction.node.inputs { lastUses[name] = index }
    }
    for name in outputs { lastUses[name] = shaped.instructions.count }
    self.lastUses = lastUses
  }

  /// Places inputs, then the outputs and the scratch of every instruction.
  mutating func placeAll() {
    for name in inputNames {
      guard let fact = shaped.facts[name] else { continue }
      add(name, fact.bytes, from: -1)
    }
    for (index, instruction) in shaped.instructions.enumerated() {
      for (position, fact) in instruction.outputs.enumerated() {
        let given =
          position < instruction.node.outputs.count ? instruction.node.outputs[position] : ""
        let name = given.isEmpty ? "\(index)/\(position)" : given
        if position == 0, let lease = shared(instruction, index, fact) {
          places[name] = lease
          leases[lease].last = max(leases[lease].last, lastUses[name] ?? index)
        } else {
          add(name, fact.bytes, from: index)
        }
      }
      let bytes = instruction.node.operation.scratchBytes(instruction.inputs, instruction.outputs)
      if bytes > 0 {
        scratch[index] = leases.count
        leases.append(Arena.Lease(bytes: bytes, first: index, last: index))
      }
    }
  }

  private mutating func add(_ name: String, _ bytes: Int, from first: Int) {
    places[name] = leases.count
    leases.append(
      Arena.Lease(bytes: bytes, first: first, last: max(first, lastUses[name] ?? first)))
  }

  /// The lease of an input whose place the first output may take.
  private func shared(_ instruction: Shaped.Instruction, _ index: Int, _ fact: Fact) -> Int? {
    switch instruction.node.operation.reuse {
    case .none: return nil
    case .view: return instruction.node.inputs.first.flatMap { places[$0] }
    case .inPlace:
      for position in 0..<min(2, instruction.inputs.count) {
        guard let input = instruction.inputs[position], input.constant == nil,
          input.type == fact.type, input.shape == fact.shape,
          let lease = places[instruction.node.inputs[position]], leases[lease].last == index
        else { continue }
        return lease
      }
      return nil
    }
  }
}
