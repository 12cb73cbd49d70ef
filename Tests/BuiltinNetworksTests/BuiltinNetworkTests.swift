import CAllocationCount
import CKernels
import Foundation
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("the built-in network", .serialized)
struct BuiltinNetworkTests {
  private let shape = Shape(1, 3, 40, 56)

  private func picture(_ shape: Shape, seed: Int = 3) -> [Float] {
    var random = Randomness(seed)
    return random.floats(shape.count)
  }

  @Test("fused and planned, it equals the reference")
  func equalsReference() throws {
    let model = try ModelBuilder.unet().model()
    let x = picture(shape)
    let fast = try BuiltinNetwork(model).run(x, shape)
    let reference = try ReferenceNetwork(model)
    var expected = [Float](repeating: 0, count: fast.count)
    var span = expected.mutableSpan
    try reference.run(x.span, shape: shape, into: &span)
    #expect(zip(fast, expected).allSatisfy { abs($0 - $1) <= 1e-5 })
  }

  @Test("only where OpenBLAS computes is its core part of the profile")
  func profiles() throws {
    let plain = try BuiltinNetwork(ModelBuilder.unet().model()).profile
    #expect(plain.blasCore == "not used" && plain.blas == "not used")
    #expect(plain.engine == NumericProfile.builtin.engine)

    var random = Randomness(1)
    let transposed = try BuiltinNetwork(
      ModelBuilder().weight("w", random.tensor([3, 2, 2, 2]))
        .node("ConvTranspose", ["image", "w"], ["y"], ["strides": [2, 2]]).output("y").model())
    #expect(transposed.profile == .builtin)
  }

  @Test("the same picture gives the same bits, again and after other shapes")
  func repeats() throws {
    let network = try BuiltinNetwork(ModelBuilder.unet().model())
    let x = picture(shape)
    let first = try network.run(x, shape)
    for side in [16, 32, 48, 64] {
      _ = try network.run(picture(Shape(1, 3, side, side)), Shape(1, 3, side, side))
    }
    #expect(try network.run(x, shape) == first)
  }

  @Test("shapes that take turns in the same memory give what each gives alone")
  func shapesInTurns() throws {
    let model = try ModelBuilder.unet().model()
    let network = try BuiltinNetwork(model)
    // Smaller ones use the memory of larger ones, larger ones take their own.
    for (height, width) in [(32, 32), (64, 64), (16, 64), (64, 64), (32, 16), (80, 96), (16, 64)] {
      let shape = Shape(1, 3, height, width)
      let x = picture(shape, seed: height + width)
      #expect(try network.run(x, shape) == BuiltinNetwork(model).run(x, shape))
    }
  }

  @Test("a picture's result does not depend on the batch it comes in")
  func batches() throws {
    let network = try BuiltinNetwork(ModelBuilder.unet().model())
    let pictures = (0..<3).map { picture(shape, seed: $0) }
    let together = try network.run(pictures.flatMap(\.self), Shape(3, 3, 40, 56))
    let alone = try pictures.flatMap { try network.run($0, shape) }
    #expect(together == alone)
  }

  @Test("networks on other threads change nothing")
  func threads() async throws {
    let model = try ModelBuilder.unet().model()
    let x = picture(shape)
    let shape = shape
    let alone = try BuiltinNetwork(model).run(x, shape)
    let results = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 { group.addTask { try BuiltinNetwork(model).run(x, shape) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.allSatisfy { $0 == alone })
  }

  @Test("every instruction set gives the same bits")
  func instructionSets() throws {
    let model = try ModelBuilder.unet().model()
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
    let count = Int(mw_all_kernels(&pointers))
    let results = try pointers.prefix(count).compactMap(\.self).map { table in
      try BuiltinNetwork(
        model, outputNamed: nil, memoryLimit: 1 << 30, kernels: table.pointee
      ).run(picture(shape), shape)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("after the first call with a shape it takes no memory")
  func allocatesNothing() throws {
    let network = try BuiltinNetwork(ModelBuilder.unet().model())
    let shape = Shape(2, 3, 64, 64)
    let x = picture(shape)
    var y = [Float](repeating: 0, count: try network.outputShape(for: shape).count)
    var span = y.mutableSpan
    try network.run(x.span, shape: shape, into: &span)
    let before = mw_allocation_count()
    for _ in 0..<3 { try network.run(x.span, shape: shape, into: &span) }
    #expect(mw_allocation_count() - before == 0)
  }

  @Test("it describes what it takes, gives and sees")
  func describes() throws {
    let network = try BuiltinNetwork(ModelBuilder.unet().model())
    #expect(network.input.description == "image [any, 3, any, any]")
    #expect(network.output.description == "map [any, 2, any, any]")
    #expect(network.sizeMultiple == 2)
    // Convolutions of 3 px on the full and the half grid: 1 + 2 · (1 + ½ + …) to each side, by
    // hand: 3×3 (1), pool (1), 3×3 at half (2), resize (2), 3×3 (1).
    #expect(network.receptiveRadius == 6)
    // Two per tap: 6 filters of 27 and of 162 taps, 2 of 6, on the full grid; 12 of 54 on the half.
    let perPixel = 6 * 27 + 6 * 162 + 2 * 6
    #expect(try network.operationCount(for: shape) == 2 * (perPixel * 2240 + 12 * 54 * 560))
  }

  @Test("a convolution's count is two per tap")
  func counts() throws {
    let model = try ModelBuilder()
      .weight("w", Tensor([Float](repeating: 1, count: 54), Shape(2, 3, 3, 3)))
      .node("Conv", ["image", "w"], ["y"]).output("y").model()
    #expect(try BuiltinNetwork(model).operationCount(for: Shape(1, 3, 12, 12)) == 2 * 54 * 100)
  }

  @Test("a named output is computed, and only what it needs")
  func namedOutput() throws {
    let model = try ModelBuilder()
      .node("Relu", ["image"], ["positive"]).node("Unheard", ["image"], ["other"])
      .output("other").output("positive").model()
    let network = try BuiltinNetwork(model, outputNamed: "positive")
    #expect(try network.run([-1, 2, -3], Shape(1, 3, 1, 1)) == [0, 2, 0])
  }

  @Test("pictures of bytes with channels last go in as they are")
  func bytesAndChannelsLast() throws {
    let model = try ModelBuilder(input: [nil, nil, nil, 3], type: 2)
      .node("Cast", ["image"], ["floats"], ["to": 1])
      .node("Transpose", ["floats"], ["y"], ["perm": [0, 3, 1, 2]]).output("y").model()
    let network = try BuiltinNetwork(model)
    #expect(network.receptiveRadius == 0)
    #expect(
      try network.run([1, 2, 3, 254, 255, 256], Shape(1, 1, 2, 3)) == [1, 254, 2, 255, 3, 255])
  }

  @Test("constants that follow from the shape live as long as the plan")
  func shapeConstants() throws {
    let model = try ModelBuilder(input: [1, 1, nil, nil])
      .weight("two", .list([2])).node("Shape", ["image"], ["extents"])
      .node("Gather", ["extents", "two"], ["rows"]).node("Cast", ["rows"], ["f"], ["to": 1])
      .node("Mul", ["image", "f"], ["y"]).output("y").model()
    let network = try BuiltinNetwork(model)
    let ones = [Float](repeating: 1, count: 16)
    for _ in 0..<3 {
      let noise = (0..<64).map { _ in [Float](repeating: .nan, count: 16) }
      #expect(try network.run(ones, Shape(1, 1, 4, 4)) == [Float](repeating: 4, count: 16))
      #expect(noise.count == 64)
    }
  }

  @Test("global pooling sees without bound")
  func unbounded() throws {
    let model = try ModelBuilder()
      .node("GlobalAveragePool", ["image"], ["mean"]).node("Mul", ["image", "mean"], ["y"])
      .output("y").model()
    #expect(try BuiltinNetwork(model).receptiveRadius == nil)
  }

  @Test("a chip that needs more memory than allowed is refused with the figure")
  func memoryLimit() throws {
    let network = try BuiltinNetwork(
      ModelBuilder.unet().model(), outputNamed: nil, memoryLimit: 1 << 20,
      kernels: mw_best_kernels().pointee, cacheBytes: 1)
    #expect {
      try network.run(picture(Shape(1, 3, 256, 256)), Shape(1, 3, 256, 256))
    } throws: {
      "\($0)" == """
        the model cannot take an input of shape [1, 3, 256, 256]
          it needs 5 MB of working memory, more than the 1 MB allowed
          set `chip_px` to a size that the model takes
        """
    }
  }

  @Test("a chip of a size that does not fit the graph is refused with the reason")
  func oddSize() throws {
    let network = try BuiltinNetwork(ModelBuilder.unet().model())
    #expect {
      try network.outputShape(for: Shape(1, 3, 41, 40))
    } throws: {
      "\($0)" == """
        the model cannot take an input of shape [1, 3, 41, 40]
          concat_7: shapes [1, 6, 41, 40] and [1, 12, 40, 40] along axis 1
          set `chip_px` to a size that the model takes
        """
    }
  }
}
