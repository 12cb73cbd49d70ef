import CKernels
import Foundation
import SwiftProtobuf
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("quantised models run in bytes")
struct ByteLoweringTests {
  /// The names of the operators that a model becomes, in order.
  private func operators(_ model: ModelFile) throws -> [String] {
    let output = try model.output(named: nil).name
    var program = try Program(
      model.graph, opset: model.opset, outputs: [output], path: model.path)
    try program.foldConstants(mw_best_kernels().pointee) {
      ($0 as? Quantization)?.direction == .dequantize
    }
    program.lowerToBytes()
    return program.nodes.map { "\(type(of: $0.operation))" }
  }

  /// The largest difference from what the model says in floats, relative to the results' size.
  private func difference(_ model: ModelFile, _ side: Int) throws -> Double {
    var random = Randomness(side)
    let shape = Shape(1, 3, side, side + 8)
    let x = random.floats(shape.count)
    let result = try BuiltinNetwork(model).run(x, shape)
    var expected = [Float](repeating: 0, count: result.count)
    var span = expected.mutableSpan
    try ReferenceNetwork(model).run(x.span, shape: shape, into: &span)
    let size = (expected.reduce(0) { $0 + Double($1 * $1) } / Double(expected.count)).squareRoot()
    return (zip(result, expected).map { Double(abs($0 - $1)) }.max() ?? 0) / size
  }

  @Test("one as NNCF writes makes no floats between its input and its output")
  func unet() throws {
    #expect(
      try operators(ModelBuilder.quantizedUnet(1).model()) == [
        "Packing", "ByteConvolution", "BytePooling", "ByteConvolution", "ByteConvolution",
        "ByteResize", "ByteConvolution", "ByteConvolution",
      ])
  }

  @Test("one as onnxruntime writes makes none either")
  func residual() throws {
    #expect(
      try operators(ModelBuilder.quantizedResidual(1).model()) == [
        "Packing", "ByteConvolution", "BytePooling", "ByteConvolution", "ByteConvolution",
        "ByteSum", "ByteResize", "ByteSum", "ByteSum", "ByteConvolution",
      ])
  }

  @Test("results are those of the floats that the model speaks of, to a step", arguments: 0..<6)
  func results(_ seed: Int) throws {
    // A step of a grid is 1.5 to 2 % of the values' size; one step apart in few places is all that
    // rounding on the edge of two steps can do.
    #expect(try difference(ModelBuilder.quantizedUnet(seed).model(), 24) < 0.05)
    #expect(try difference(ModelBuilder.quantizedResidual(seed).model(), 24) < 0.05)
  }

  @Test("all instruction sets give the same bits")
  func sameBits() throws {
    var pointers = [UnsafePointer<mw_kernels>?](repeating: nil, count: 3)
    let count = Int(mw_all_kernels(&pointers))
    var random = Randomness(3)
    let shape = Shape(2, 3, 40, 56)
    let x = random.floats(shape.count)
    for builder in [ModelBuilder.quantizedUnet(2), .quantizedResidual(2)] {
      let model = try builder.model()
      let results = try pointers.prefix(count).compactMap(\.self).map { table in
        try BuiltinNetwork(
          model, outputNamed: nil, memoryLimit: 1 << 30, kernels: table.pointee
        ).run(x, shape).map(\.bitPattern)
      }
      #expect(results.allSatisfy { $0 == results[0] })
    }
  }

  @Test("layers left in floats stand between conversions")
  func mixed() throws {
    var random = Randomness(4)
    let model = try ModelBuilder()
      .quantized("image", scale: 0.02, zero: 128)
      .convolved("image/dq", "a", [4, 3, 3, 3], &random)
      .node("Sigmoid", ["a"], ["b"]).quantized("b", scale: 1 / 255, zero: 0)
      .weight("w", random.tensor([4, 4, 3, 3])).weight("v", random.tensor([4, 1, 3, 3]))
      .node("Conv", ["b/dq", "w"], ["c"], ["pads": [1, 1, 1, 1]]).node("Relu", ["c"], ["d"])
      .quantized("d", scale: 0.05, zero: 0)
      .node("Conv", ["d/dq", "v"], ["e"], ["pads": [1, 1, 1, 1], "group": 4])
      .quantized("e", scale: 0.1, zero: 128)
      .convolved("e/dq", "map", [2, 4, 1, 1], &random).output("map").model()
    #expect(
      try operators(model) == [
        "Packing", "ByteConvolution", "Elementwise", "Packing", "Unpacking", "Convolution",
        "Elementwise", "Packing", "Unpacking", "Convolution", "Packing", "ByteConvolution",
      ])
    #expect(try difference(model, 16) < 0.05)
  }

  @Test("how far a pixel sees is the same as of the floats")
  func reach() throws {
    let kernels = mw_best_kernels().pointee
    for builder in [ModelBuilder.quantizedUnet(1), .quantizedResidual(1)] {
      let model = try builder.model()
      let network = try BuiltinNetwork(model)
      var floats = try Program(
        model.graph, opset: model.opset, outputs: ["map"], path: model.path)
      try floats.foldConstants(kernels)
      let survey = try Survey(floats, floats.inputs[0], .float32, kernels)
      #expect(network.receptiveRadius != nil && network.receptiveRadius == survey.receptiveRadius)
      #expect(network.sizeMultiple == survey.sizeMultiple)
    }
  }
}
