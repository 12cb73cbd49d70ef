import CKernels
import Tensors

/// A program bound to memory for one input shape: ready to run again and again without taking more.
final class Plan {
  /// What its values stand in; plans that run in turns may share it.
  let memory: WorkingMemory
  /// Keeps the constants alive whose addresses the steps hold.
  private let shaped: Shaped
  private let layout: PlanLayout
  private let arena: Arena
  private let kernels: mw_kernels
  /// What each thread runs, bound to its own scratch space.
  private var steps: [[BandStep]]
  /// Which step runs next, on which band, and which part of it is each thread's.
  private var tasks: [(step: Int, band: mw_band)] = []
  private var shares: [[mw_band?]]
  /// What each step is, to be printed.
  private(set) var description: [PlanReport.Step] = []
  private(set) var inputs: [String: Binding] = [:]
  private(set) var outputs: [String: Binding] = [:]
  /// The working memory it needs, in bytes.
  var bytes: Int { arena.bytes }

  /// Lays out memory and binds every step.
  ///
  /// - Parameter spare: Memory of another plan, taken if there is enough of it.
  /// - Throws: ``GraphFault`` when more memory is needed than the limit.
  init(
    _ program: Shaped, inputs names: [String], outputs wanted: [String], _ kernels: mw_kernels,
    memoryLimit: Int, cacheBytes: Int, threads: Int = 1, spare: WorkingMemory? = nil
  ) throws(GraphFault) {
    let shaped = program.fusingResiduals(outputs: wanted)
    let staging = Staging(shaped, outputs: wanted, cacheBytes: cacheBytes)
    layout = PlanLayout(shaped, staging, inputs: names, outputs: wanted, threads: threads)
    steps = Array(repeating: [], count: threads)
    shares = Array(repeating: [], count: threads)
    arena = Arena(layout.leases)
    guard arena.bytes <= memoryLimit else {
      let (need, limit) = ((arena.bytes >> 20) + 1, memoryLimit >> 20)
      throw .contradiction(
        "it needs \(need) MB of working memory, more than the \(limit) MB allowed")
    }
    if let spare, spare.bytes >= arena.bytes {
      memory = spare
    } else {
      memory = WorkingMemory(bytes: arena.bytes)
    }
    (self.shaped, self.kernels) = (shaped, kernels)
    for (number, stage) in staging.stages.enumerated() {
      switch stage {
      case .whole(let index): bind(index, at: number)
      case .bands(let cascade): bind(cascade, at: number, staging)
      }
    }
    for name in names { inputs[name] = binding(name, shaped.facts[name]) }
    for name in wanted { outputs[name] = binding(name, shaped.facts[name]) }
  }

  /// Runs every step; inputs are read from ``inputs``, results are left in ``outputs``.
  func run() {
    for task in tasks { steps[0][task.step](task.band) }
  }

  /// Runs one thread's part of every step, together with the others of a crew.
  func run(part: Int, meetingIn meeting: Crew.Meeting) {
    for (index, task) in tasks.enumerated() {
      if let band = shares[part][index] { steps[part][task.step](band) }
      meeting.attend()
    }
  }

  /// The number of steps.
  var stepCount: Int { steps[0].count }

  /// Runs a body for every task in order.
  func eachTask(_ body: (_ step: Int, _ run: () -> Void) -> Void) {
    for task in tasks { body(task.step) { steps[0][task.step](task.band) } }
  }

  private func binding(_ name: String, _ fact: Fact?) -> Binding? {
    guard let fact else { return nil }
    if let constant = fact.constant { return Binding(fact: fact, address: constant.address) }
    guard let lease = layout.places[name] else { return nil }
    return Binding(fact: fact, address: memory.address + arena.leases[lease].offset)
  }

  private func scratch(at stage: Int, thread: Int = 0) -> UnsafeMutableRawPointer {
    memory.address + (layout.scratch[stage].map { arena.leases[$0].offset } ?? 0)
      + thread * (layout.scratchShares[stage] ?? 0)
  }

  /// Binds an operator that runs whole.
  private func bind(_ index: Int, at stage: Int) {
    let instruction = shaped.instructions[index]
    let node = instruction.node
    let outputs = zip(node.outputs, instruction.outputs).enumerated().map { position, output in
      binding(output.0.isEmpty ? "\(index)/\(position)" : output.0, output.1)
    }
    let step = node.operation.step(
      Bindings(
        inputs: zip(node.inputs, instruction.inputs.all).map { binding($0, $1) },
        outputs: outputs.compactMap { $0 }, scratch: scratch(at: stage), kernels: kernels))
    describe(index, at: stage, bands: 1, keptRows: nil)
    tasks.append((stepCount, mw_band()))
    for thread in steps.indices {
      steps[thread].append(BandStep { _ in step() })
      shares[thread].append(thread == 0 ? mw_band() : nil)
    }
  }

  /// Binds a chain of operators that run band by band.
  private func bind(_ cascade: Cascade, at stage: Int, _ staging: Staging) {
    let first = stepCount
    for index in cascade.instructions {
      let instruction = shaped.instructions[index]
      guard let operation = instruction.node.operation as? any BandedOperator else { continue }
      var sources: [Int: PlaneList] = [:]
      for picture in staging.bandings[index]?.pictures ?? [] {
        guard instruction.inputs[picture.position] != nil else { continue }
        let parts = staging.parts(of: instruction.node.inputs[picture.position])
        sources[picture.position] = PlaneList(parts.compactMap { planes($0) })
      }
      let (name, output) = (instruction.node.outputs[0], instruction.outputs[0])
      let link = stepCount - first
      describe(
        index, at: stage, bands: cascade.schedule.tasks.count { $0.link == link },
        keptRows: layout.planes[name]?.rows)
      for thread in steps.indices {
        steps[thread].append(
          operation.bandStep(
            BandBindings(
              sources: sources, facts: instruction.inputs, others: [],
              target: PlaneList([planes(name, output)].compactMap { $0 }), output: output,
              scratch: scratch(at: stage, thread: thread), kernels: kernels)))
      }
    }
    for task in cascade.schedule.tasks {
      tasks.append((first + task.link, task.band))
      let banding = staging.bandings[cascade.instructions[task.link]]
      for thread in shares.indices {
        shares[thread].append(
          steps.count == 1 ? task.band : banding?.share(thread, of: steps.count, in: task.band))
      }
    }
  }

  private func describe(_ index: Int, at stage: Int, bands: Int, keptRows: Int?) {
    let instruction = shaped.instructions[index]
    let output = instruction.outputs[0]
    let facts = instruction.inputs.all + instruction.outputs.map { $0 }
    description.append(
      PlanReport.Step(
        stage: stage, label: instruction.node.label,
        kernel: instruction.node.operation.kernelName(instruction.inputs), shape: output.shape,
        bands: bands, keptRows: keptRows ?? output.shape.rows,
        operationCount: instruction.node.operation.operationCount(
          instruction.inputs, instruction.outputs),
        bytes: facts.reduce(0) { $0 + ($1?.bytes ?? 0) },
        effort: instruction.node.operation.effort(instruction.inputs, instruction.outputs)))
  }

  /// Where a reader finds a part of what it reads.
  private func planes(_ part: Staging.Part) -> mw_planes? {
    var planes = planes(part.name, shaped.facts[part.name])
    planes?.doubles = part.doubling?.kind.rawValue ?? 0
    return planes
  }

  private func planes(_ name: String, _ fact: Fact?) -> mw_planes? {
    guard let fact, let form = layout.planes[name], let binding = binding(name, fact) else {
      return nil
    }
    return mw_planes(
      x: binding.floats, channels: Int64(fact.shape[1]), stride: Int64(form.stride),
      pitch: Int64(form.pitch), rows: Int64(form.rows), doubles: 0)
  }
}
