import CAllocationCount
import CKernels
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("lowering: fewer instructions, the same values", .serialized)
struct LoweringTests {
  private let shape = Shape(1, 3, 32, 48)

  private func picture(_ shape: Shape, seed: Int = 3) -> [Float] {
    var random = Randomness(seed)
    return random.floats(shape.count)
  }

  /// The reference's values.
  private func reference(_ model: ModelFile, _ x: [Float], _ shape: Shape) throws -> [Float] {
    let network = try ReferenceNetwork(model)
    let count = try BuiltinNetwork(model).outputShape(for: shape).count
    var expected = [Float](repeating: .nan, count: count)
    var span = expected.mutableSpan
    try network.run(x.span, shape: shape, into: &span)
    return expected
  }

  /// What is left to run, by the names of the operators' types.
  private func kinds(_ model: ModelFile, _ shape: Shape) throws -> [String: Int] {
    let kernels = mw_best_kernels().pointee
    let output = model.outputs[0].name
    var program = try Program(model.graph, opset: model.opset, outputs: [output], path: "")
    try program.foldConstants(kernels)
    program.fuse()
    let shaped = try Shaped(
      program, inputs: [program.inputs[0].name: Fact(.float32, shape)], kernels)
    let lowered = try Lowering.apply(to: shaped, outputs: [output], weights: PackedWeights())
    return lowered.instructions.reduce(into: [:]) { counts, instruction in
      let operation = instruction.node.operation
      let moves = (operation as? ViewCopy).map { !$0.view.isDense } ?? true
      if moves { counts["\(type(of: operation))", default: 0] += 1 }
    }
  }

  @Test(
    "a transformer equals the reference, however it was exported", arguments: DrawnTransformer.all)
  func equalsReference(_ drawn: DrawnTransformer) throws {
    let model = try drawn.builder().model()
    let x = picture(shape)
    let fast = try BuiltinNetwork(model).run(x, shape)
    let expected = try reference(model, x, shape)
    let worst = zip(fast, expected).map { abs($0 - $1) / max(1, abs($1)) }.max()
    #expect(worst ?? 0 <= 2e-5)
  }

  @Test("nothing of it is moved or multiplied the plain way", arguments: DrawnTransformer.all)
  func fuses(_ drawn: DrawnTransformer) throws {
    let kinds = try kinds(drawn.builder().model(), shape)
    #expect(
      kinds == [
        "Convolution": 4, "ChannelNormalization": 1, "ChannelProduct": drawn.productCount,
        "Attention": 1, "ResizedSum": 1, "Resize": 1,
      ])
  }

  @Test("every instruction set gives the same bits", arguments: DrawnTransformer.all)
  func instructionSets(_ drawn: DrawnTransformer) throws {
    let model = try drawn.builder().model()
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
    let count = Int(mw_all_kernels(&pointers))
    let results = try pointers.prefix(count).compactMap(\.self).map { table in
      try BuiltinNetwork(
        model, outputNamed: nil, memoryLimit: 1 << 30, kernels: table.pointee
      ).run(picture(shape), shape)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("a picture's result does not depend on its batch, nor on shapes before it")
  func batches() throws {
    let network = try BuiltinNetwork(DrawnTransformer.all[0].builder().model())
    let pictures = (0..<3).map { picture(shape, seed: $0) }
    let together = try network.run(pictures.flatMap(\.self), Shape(3, 3, 32, 48))
    _ = try network.run(picture(Shape(1, 3, 64, 32)), Shape(1, 3, 64, 32))
    #expect(try pictures.flatMap { try network.run($0, shape) } == together)
  }

  @Test("after the first call with a shape it takes no memory")
  func allocatesNothing() throws {
    let network = try BuiltinNetwork(DrawnTransformer.all[0].builder().model())
    let x = picture(shape)
    var y = [Float](repeating: 0, count: try network.outputShape(for: shape).count)
    var span = y.mutableSpan
    try network.run(x.span, shape: shape, into: &span)
    let before = mw_allocation_count()
    for _ in 0..<3 { try network.run(x.span, shape: shape, into: &span) }
    #expect(mw_allocation_count() - before == 0)
  }

  @Test("whatever a graph does with its axes, the values stay", arguments: 0..<150)
  func anyGraph(_ seed: Int) throws {
    let drawn = DrawnGraph(seed: seed)
    let model = try drawn.builder.model()
    let x = picture(drawn.shape, seed: seed)
    let fast = try BuiltinNetwork(model).run(x, drawn.shape)
    let expected = try reference(model, x, drawn.shape)
    let worst = zip(fast, expected).map { abs($0 - $1) / max(1, abs($1)) }.max()
    #expect(worst ?? 0 <= 5e-5, "seed \(seed): \(drawn.told)")
  }
}
