import CKernels
import Tensors

/// Decides which values share a place, and from which stage to which each place is needed.
struct PlanLayout {
  /// How the rows of a picture stand in memory, in floats.
  struct Planes {
    var stride: Int
    var pitch: Int
    var rows: Int

    /// Rows that begin in different sets of the cache, and planes that do; short rows follow each
    /// other without a gap, so that many are one to a kernel.
    init(rows: Int, columns: Int) {
      let full = (columns + 15) / 16
      let lines = full < 8 ? full : full | 1
      self.rows = rows
      pitch = lines * 16
      stride = (rows * lines | 1) * 16
    }

    init(dense shape: Shape) {
      (stride, pitch, rows) = (shape.rows * shape.columns, shape.columns, shape.rows)
    }
  }

  private let shaped: Shaped
  private let staging: Staging
  private let threads: Int
  private var lastUses: [String: Int] = [:]
  /// The values that are read or written by operators that run whole, or from outside: dense.
  private var dense: Set<String>

  /// The places needed.
  private(set) var leases: [Arena.Lease] = []
  /// Which lease holds a value, by name; outputs nobody uses are named `instruction/position`.
  private(set) var places: [String: Int] = [:]
  /// How the pictures stand that operators read and write band by band.
  private(set) var planes: [String: Planes] = [:]
  /// Which lease holds a stage's scratch space.
  private(set) var scratch: [Int: Int] = [:]
  /// The part of a stage's scratch space that each thread has, in bytes.
  private(set) var scratchShares: [Int: Int] = [:]

  init(
    _ shaped: Shaped, _ staging: Staging, inputs: [String], outputs: [String], threads: Int
  ) {
    self.shaped = shaped
    self.threads = threads
    self.staging = staging
    dense = Set(inputs + outputs)
    for (number, stage) in staging.stages.enumerated() {
      for index in stage.instructions {
        let node = shaped.instructions[index].node
        for name in node.inputs.flatMap({ staging.parts(of: $0).map(\.name) }) {
          lastUses[name] = number
        }
        if case .whole = stage { dense.formUnion(node.inputs + node.outputs) }
      }
    }
    for name in outputs { lastUses[name] = staging.stages.count }
    place(inputs)
    for (number, stage) in staging.stages.enumerated() {
      switch stage {
      case .whole(let index): place(index, at: number)
      case .bands(let cascade): place(cascade, at: number)
      }
    }
  }

  private mutating func place(_ inputs: [String]) {
    for name in inputs {
      guard let fact = shaped.facts[name] else { continue }
      add(name, fact.bytes, from: -1)
      if fact.shape.rank == 4 { planes[name] = Planes(dense: fact.shape) }
    }
  }

  private mutating func place(_ index: Int, at stage: Int) {
    let instruction = shaped.instructions[index]
    for (position, fact) in instruction.outputs.enumerated() {
      let given =
        position < instruction.node.outputs.count ? instruction.node.outputs[position] : ""
      let name = given.isEmpty ? "\(index)/\(position)" : given
      if fact.shape.rank == 4 { planes[name] = Planes(dense: fact.shape) }
      if position == 0, let lease = shared(instruction, stage, fact) {
        places[name] = lease
        leases[lease].last = max(leases[lease].last, lastUses[name] ?? stage)
      } else {
        add(name, fact.bytes, from: stage)
      }
    }
    addScratch(
      instruction.node.operation.scratchBytes(instruction.inputs, instruction.outputs), at: stage)
  }

  private mutating func place(_ cascade: Cascade, at stage: Int) {
    var scratchBytes = 0
    for (link, index) in cascade.instructions.enumerated() {
      let instruction = shaped.instructions[index]
      let (name, shape) = (instruction.node.outputs[0], instruction.outputs[0].shape)
      let isLocal = !dense.contains(name) && (lastUses[name] ?? stage) == stage
      let rows = isLocal ? min(cascade.schedule.keptRows[link], shape.rows) : shape.rows
      let form =
        dense.contains(name)
        ? Planes(dense: shape) : Planes(rows: max(rows, 1), columns: shape.columns)
      planes[name] = form
      add(name, shape[1] * form.stride * 4, from: stage)
      scratchBytes = max(
        scratchBytes, staging.bandings[index]?.scratchBytes(cascade.schedule.widest[link]) ?? 0)
    }
    // No two threads write to one line of the cache, nor begin in the same set of it.
    let share = threads > 1 ? (scratchBytes + 4095) / 4096 * 4096 + 64 : scratchBytes
    scratchShares[stage] = share
    addScratch(share * threads, at: stage)
  }

  private mutating func add(_ name: String, _ bytes: Int, from first: Int) {
    places[name] = leases.count
    leases.append(
      Arena.Lease(bytes: bytes, first: first, last: max(first, lastUses[name] ?? first)))
  }

  private mutating func addScratch(_ bytes: Int, at stage: Int) {
    guard bytes > 0 else { return }
    scratch[stage] = leases.count
    leases.append(Arena.Lease(bytes: bytes, first: stage, last: stage))
  }

  /// The lease of an input whose place the first output may take.
  private func shared(_ instruction: Shaped.Instruction, _ stage: Int, _ fact: Fact) -> Int? {
    switch instruction.node.operation.reuse {
    case .none: return nil
    case .view: return instruction.node.inputs.first.flatMap { places[$0] }
    case .inPlace:
      for position in 0..<min(2, instruction.inputs.count) {
        guard let input = instruction.inputs[position], input.constant == nil,
          input.type == fact.type, input.shape == fact.shape,
          let lease = places[instruction.node.inputs[position]], leases[lease].last == stage
        else { continue }
        return lease
      }
      return nil
    }
  }
}

extension PlanStage {
  /// The instructions of the stage.
  var instructions: [Int] {
    switch self {
    case .whole(let index): [index]
    case .bands(let cascade): cascade.instructions
    }
  }
}
