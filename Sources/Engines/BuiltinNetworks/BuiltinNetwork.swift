import CKernels
import COpenBLAS
public import Tensors

/// A model run by Mapwright's own engine: our kernels and OpenBLAS.
///
/// One thread computes a chip, unless several are asked for: they share every band of it, and give
/// the same bits.
/// Pictures of a batch are computed one by one, so that a result never depends on its neighbours.
/// Working memory is taken at the first call and again for a shape that needs more; the plans of the
/// last few shapes are kept, and share it.
public final class BuiltinNetwork: Network {
  /// The picture it takes.
  public let input: TensorDescription
  /// The map it gives.
  public let output: TensorDescription
  /// How far an output pixel sees, in pixels per side; nil where that has no bound.
  ///
  /// What lies beyond shows in the last digits at most: convolutions that run in tiles of 4 × 4 px
  /// round a pixel together with the others of its tile.
  public let receptiveRadius: Int?
  /// What both sides of the input must be multiples of, in pixels.
  public let sizeMultiple: Int

  /// What decides the bits of its results besides the model.
  public let profile: NumericProfile

  private let program: Program
  private let inputType: ElementType
  private let kernels: mw_kernels
  private let memoryLimit: Int
  /// What a chain of layers may work on, so that it stays in the second cache.
  private let cacheBytes: Int
  /// The pictures computed at once: 1, or what the model insists on.
  private let batch: Int
  private let crew: Crew
  private let weights = PackedWeights()
  private var plans: [(shape: Shape, plan: Plan)] = []
  /// A shard's whole chips and those at a scene's edges have seldom more shapes.
  private static let keptPlans = 8
  /// What the latest call ran, so that a further call with its shape takes no memory.
  private var latest: (shape: Shape, pass: Pass)?

  /// A plan with what a call needs to know of it.
  private struct Pass {
    var plan: Plan
    var source: Binding
    var result: Binding
    var parts: Int
  }

  /// Prepares a model.
  ///
  /// - Parameters:
  ///   - model: The model as read.
  ///   - outputName: Which output to compute; nil takes the first float output of four axes.
  ///   - memoryLimit: The most working memory a chip may need, in bytes.
  ///   - threads: How many threads share a chip; pays where memory does not suffice for a worker
  ///     per processor.
  ///   - instructionSet: What to compute with; nil takes the widest the processor has.
  /// - Throws: ``NetworkError/unsupported(path:findings:)`` for what is not claimed,
  ///   ``NetworkError/cannotCompile(path:reason:)`` when no input shape fits the graph.
  public convenience init(
    _ model: ModelFile, outputNamed outputName: String? = nil, memoryLimit: Int = 1 << 30,
    threads: Int = 1, instructionSet: InstructionSet? = nil
  ) throws(NetworkError) {
    try self.init(
      model, outputNamed: outputName, memoryLimit: memoryLimit,
      kernels: (instructionSet ?? .widest).kernels, threads: threads)
  }

  init(
    _ model: ModelFile, outputNamed outputName: String?, memoryLimit: Int, kernels: mw_kernels,
    cacheBytes: Int = Int(mw_cache_bytes()) / 10 * 9, threads: Int = 1
  ) throws(NetworkError) {
    openblas_set_num_threads(1)
    crew = Crew(threads: threads)
    self.cacheBytes = cacheBytes
    self.kernels = kernels
    self.memoryLimit = memoryLimit
    let chosen = try model.output(named: outputName)
    var program = try Program(
      model.graph, opset: model.opset, outputs: [chosen.name], path: model.path)
    // Before constants are folded: what OpenBLAS has multiplied stays in them.
    let asksOpenBLAS = program.nodes.contains { $0.operation is TransposedConvolution }
    profile = asksOpenBLAS ? .builtin : .builtin.withoutOpenBLAS
    let input = try program.onlyInput(path: model.path)
    try program.checkWeights(path: model.path)
    guard let type = ElementType(rawValue: input.typeCode == 0 ? 1 : input.typeCode) else {
      throw .unsupported(
        path: model.path, findings: ["input of type \(ElementType.name(of: input.typeCode))"])
    }
    inputType = type
    do {
      try program.foldConstants(kernels) { ($0 as? Quantization)?.direction == .dequantize }
      program.lowerToBytes()
      try program.foldConstants(kernels)
      program.fuse()
      program.transformWeights()
      let survey = try Survey(program, input, type, kernels)
      receptiveRadius = survey.receptiveRadius
      sizeMultiple = survey.sizeMultiple
      self.output = TensorDescription(name: chosen.name, extents: survey.outputExtents)
      self.input = TensorDescription(name: input.name, extents: survey.inputExtents)
    } catch {
      switch error {
      case .unsupported(let finding): throw .unsupported(path: model.path, findings: [finding])
      case .contradiction(let reason): throw .cannotCompile(path: model.path, reason: reason)
      }
    }
    batch = self.input.extents.first.flatMap { $0 } ?? 1
    self.program = program
  }

  /// The shape of the output for an input of this shape; takes no memory for it.
  public func outputShape(for shape: Shape) throws(NetworkError) -> Shape {
    if let plan = plans.first(where: { $0.shape == unit(shape) })?.plan {
      return try whole(shape, plan.outputs[output.name]?.shape)
    }
    return try whole(shape, try shaped(for: shape).facts[output.name]?.shape)
  }

  /// Computes the output of one input, picture by picture.
  public func run(
    _ input: Span<Float>, shape: Shape, into output: inout MutableSpan<Float>
  ) throws(NetworkError) {
    let pass = try pass(for: shape)
    let (plan, source, result, parts) = (pass.plan, pass.source, pass.result, pass.parts)
    let (taken, given) = (source.shape.count, result.shape.count)
    guard input.count == shape.count, output.count == parts * given else {
      throw .cannotTake(
        shape: shape, reason: "\(input.count) values in and \(output.count) out do not fit it")
    }
    let to = mw_type(rawValue: UInt32(source.fact.type.rawValue))
    let from = mw_type(rawValue: UInt32(result.fact.type.rawValue))
    input.withUnsafeBufferPointer { values in
      output.withUnsafeMutableBufferPointer { results in
        guard let first = values.baseAddress, let target = results.baseAddress else { return }
        for part in 0..<parts {
          mw_cast(mw_f32, to, first + part * taken, source.address, Int64(taken))
          if crew.count > 1 { crew.run(plan) } else { plan.run() }
          mw_cast(from, mw_f32, result.address, target + part * given, Int64(given))
        }
      }
    }
  }

  private func pass(for shape: Shape) throws(NetworkError) -> Pass {
    if let latest, latest.shape == shape { return latest.pass }
    let plan = try plan(for: shape)
    guard let source = plan.inputs[input.name], let result = plan.outputs[output.name] else {
      throw .cannotTake(shape: shape, reason: "the output does not depend on the input")
    }
    let parts = try whole(shape, result.shape).count / max(result.shape.count, 1)
    let pass = Pass(plan: plan, source: source, result: result, parts: parts)
    latest = (shape, pass)
    return pass
  }

  /// The working memory that an input of this shape needs, in bytes.
  public func workingBytes(for shape: Shape) throws(NetworkError) -> Int {
    try plan(for: shape).bytes
  }

  /// The floating-point operations that an input of this shape takes, a multiplication and an
  /// addition counting two.
  public func operationCount(for shape: Shape) throws(NetworkError) -> Int {
    try shaped(for: shape).operationCount * (shape.extents.first ?? batch) / batch
  }

  /// The shape of what is computed at once.
  private func unit(_ shape: Shape) -> Shape {
    var unit = shape
    if unit.rank > 0 { unit[0] = batch }
    return unit
  }

  private func whole(_ shape: Shape, _ unit: Shape?) throws(NetworkError) -> Shape {
    guard var output = unit, let pictures = shape.extents.first else {
      throw .cannotTake(shape: shape, reason: "the model has no output for it")
    }
    let parts = pictures / batch
    guard parts != 1 else { return output }
    guard output.rank > 0, output[0] == batch else {
      throw .cannotTake(shape: shape, reason: "the output \(output) is not one per picture")
    }
    output[0] *= parts
    return output
  }

  private func shaped(for shape: Shape) throws(NetworkError) -> Shaped {
    guard shape.rank == input.extents.count,
      zip(shape.extents, input.extents).dropFirst().allSatisfy({ $1 == nil || $0 == $1 }),
      (shape.extents.first ?? 1) > 0, (shape.extents.first ?? 1) % batch == 0
    else { throw .cannotTake(shape: shape, reason: "it takes \(input)") }
    do {
      let fact = Fact(inputType, try Shape(checking: unit(shape).extents, of: inputType))
      return try Shaped(program, inputs: [input.name: fact], kernels)
    } catch {
      throw .cannotTake(shape: shape, reason: error.reason)
    }
  }

  func plan(for shape: Shape) throws(NetworkError) -> Plan {
    let unit = unit(shape)
    if let known = plans.first(where: { $0.shape == unit }) { return known.plan }
    let shaped = try shaped(for: shape)
    do {
      let shaped = try Lowering.apply(to: shaped, outputs: [output.name], weights: weights)
      let spare = plans.last?.plan.memory
      let plan = try Plan(
        shaped, inputs: [input.name], outputs: [output.name], kernels, memoryLimit: memoryLimit,
        cacheBytes: cacheBytes, threads: crew.count, spare: spare)
      // Plans in memory that is too small for this one go, so that all that are kept share one.
      if plan.memory !== spare { (plans, latest) = ([], nil) }
      plans = plans.suffix(Self.keptPlans - 1) + [(unit, plan)]
      return plan
    } catch {
      throw .cannotTake(shape: shape, reason: error.reason)
    }
  }
}

extension ModelFile {
  /// The output to compute: the one named, or the first float output of four axes, or the first.
  func output(named name: String?) throws(NetworkError) -> ValueDescription {
    guard let name else {
      let pictures = graph.outputs.filter { $0.typeCode == 1 && $0.extents?.count == 4 }
      guard let output = pictures.first ?? graph.outputs.first else {
        throw .cannotCompile(path: path, reason: "the graph has no output")
      }
      return output
    }
    guard let output = graph.outputs.first(where: { $0.name == name }) else {
      let names = graph.outputs.map(\.name).joined(separator: ", ")
      throw .cannotCompile(path: path, reason: "no output '\(name)'; the model has \(names)")
    }
    return output
  }
}

extension Program {
  /// The one input that the output depends on.
  func onlyInput(path: String) throws(NetworkError) -> ValueDescription {
    guard let input = inputs.first else {
      throw .cannotCompile(path: path, reason: "the output depends on no input")
    }
    guard inputs.count == 1 else {
      let names = inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .unsupported(path: path, findings: ["\(inputs.count) inputs: \(names)"])
    }
    return input
  }
}
