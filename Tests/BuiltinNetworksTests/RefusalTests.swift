import Foundation
import SwiftProtobuf
import Tensors
import Testing

@testable import BuiltinNetworks

@Suite("models that cannot run are refused, never crash, never take memory for what they claim")
struct RefusalTests {
  /// What loading and preparing a model says.
  private func refusal(_ builder: ModelBuilder) -> String {
    do {
      _ = try BuiltinNetwork(builder.model())
      return "accepted"
    } catch {
      return "\(error)"
    }
  }

  /// The middle line, which holds the cause.
  private func cause(_ builder: ModelBuilder) -> String {
    let lines = refusal(builder).split(separator: "\n")
    return lines.count > 1 ? lines[1].trimmingCharacters(in: .whitespaces) : lines.joined()
  }

  private let relu = ModelBuilder().node("Relu", ["image"], ["y"]).output("y")

  @Test("an unknown operator, with its node and every other one")
  func unknownOperators() {
    let model = ModelBuilder().node("Einsum", ["image"], ["a"]).node("TopK", ["a"], ["y"])
      .output("y")
    #expect(
      refusal(model) == """
        cannot run model 'drawn.onnx' with the built-in engine
          not supported: einsum_0: operator Einsum; topk_1: operator TopK
          `mapwright inspect drawn.onnx` lists its operators; simplify or re-export the model
        """)
  }

  @Test("an attribute that is not claimed")
  func unknownAttribute() {
    let model = ModelBuilder().node("Relu", ["image"], ["y"], ["sharpness": 2]).output("y")
    #expect(cause(model) == "not supported: relu_0: Relu with attribute sharpness")
  }

  @Test("a choice that is not claimed")
  func unknownChoice() {
    let model = ModelBuilder().weight("s", Tensor([Float(1), 1, 2, 2], Shape(4)))
      .node("Resize", ["image", "", "s"], ["y"], ["mode": "cubic"]).output("y")
    #expect(cause(model) == "not supported: resize_0: attribute mode = 'cubic'")
  }

  @Test("a file that is absent, or no model")
  func unreadable() throws {
    #expect {
      try ModelFile(reading: "/nowhere/model.onnx")
    } throws: {
      "\($0)" == """
        cannot read model '/nowhere/model.onnx'
          no such file
          models are ONNX files: export with opset 11 or later, weights inside the file
        """
    }
    #expect(throws: NetworkError.self) { try ModelFile(Data("GIF89a".utf8), path: "x") }
    #expect(throws: NetworkError.self) { try ModelFile(Data(), path: "x") }
  }

  @Test("weights in another file")
  func externalData() {
    var model = relu.weight("w", Tensor([Float(1)], Shape(1)))
    model.proto.graph.initializer[0].dataLocation = .external
    #expect(
      cause(model)
        == "not supported: weight 'w': weights in another file (external data); save the model in one file"
    )
  }

  @Test(
    "weights of absurd shapes",
    arguments: [
      [-1], [1 << 40], [1 << 32, 1 << 32], [Int.max, Int.max], [2, 2, 2, 2, 2, 2, 2, 2, 2],
    ])
  func absurdShapes(_ extents: [Int]) {
    var model = relu.weight("w", Tensor([Float(1)], Shape(1)))
    model.proto.graph.initializer[0].dims = extents.map(Int64.init)
    #expect(cause(model).hasPrefix("weight 'w': "))
  }

  @Test("fewer bytes than the shape says")
  func shortWeights() {
    var model = relu.weight("w", Tensor([Float(1)], Shape(1)))
    model.proto.graph.initializer[0].dims = [1000]
    #expect(cause(model) == "weight 'w': 4 bytes for a tensor of shape [1000], 4 bytes each")
  }

  @Test("a weight that is no number, or infinite where it is multiplied")
  func badWeights() {
    var values = [Float](repeating: 1, count: 27)
    func model() -> ModelBuilder {
      ModelBuilder().weight("w", Tensor(values, Shape(1, 3, 3, 3)))
        .node("Conv", ["image", "w"], ["y"]).output("y")
    }
    values[20] = .nan
    #expect(cause(model()) == "weight 'w' holds NaN at place 20 of 27")
    values[20] = 1
    values[3] = -.infinity
    #expect(cause(model()) == "weight 'w' holds -infinity at place 3 of 27")
    // A limit may be infinite, but not NaN.
    func clip(_ limit: Float) -> ModelBuilder {
      ModelBuilder().weight("low", Tensor([limit], Shape()))
        .node("Clip", ["image", "low"], ["y"]).output("y")
    }
    #expect(refusal(clip(-.infinity)) == "accepted")
    #expect(cause(clip(.nan)) == "weight 'low' holds NaN at place 0 of 1")
  }

  @Test("a cycle")
  func cycle() {
    let model = ModelBuilder().node("Add", ["image", "b"], ["a"]).node("Relu", ["a"], ["b"])
      .output("b")
    #expect(cause(model) == "add_0 uses 'b' before anything makes it")
  }

  @Test("a value made twice")
  func madeTwice() {
    let model = relu.node("Relu", ["image"], ["y"])
    #expect(cause(model) == "'y' is made twice, the second time by relu_1")
  }

  @Test("two inputs")
  func twoInputs() {
    var model = ModelBuilder().node("Add", ["image", "other"], ["y"]).output("y")
    model.proto.graph.input += ModelBuilder(name: "other").proto.graph.input
    #expect(cause(model) == "not supported: 2 inputs: 'image', 'other'")
  }

  @Test("an input of another type")
  func inputType() {
    let model = ModelBuilder(type: 10).node("Relu", ["image"], ["y"]).output("y")
    #expect(cause(model) == "not supported: input of type float16")
  }

  @Test("constants that would fill the memory")
  func hugeConstants() {
    let model = ModelBuilder().weight("s", .list([1 << 20, 1 << 20]))
      .node("ConstantOfShape", ["s"], ["c"]).node("Add", ["image", "c"], ["y"]).output("y")
    #expect(
      cause(model)
        == "constantofshape_0: a tensor of shape [1048576, 1048576] is negative or beyond 1 GiB")
  }

  @Test(
    "windows that make no sense",
    arguments: [
      ["strides": [0, 0]], ["strides": [-1, 1]], ["dilations": [1 << 60, 1]],
      ["pads": [Int.max, 1, 1, 1]], ["pads": [1, 1]], ["kernel_shape": [0, 3]], ["group": 0],
      ["group": -3], ["dilations": [1 << 24, 1 << 24]],
    ] as [[String: any Sendable]])
  func windows(_ attributes: [String: any Sendable]) {
    let model = ModelBuilder()
      .weight("w", Tensor([Float](repeating: 1, count: 27), Shape(1, 3, 3, 3)))
      .node("Conv", ["image", "w"], ["y"], attributes).output("y")
    #expect(refusal(model) != "accepted")
  }

  @Test(
    "limits at the edge of integers are read without overflow",
    arguments: [Int.min, Int.min + 1, -1, 0, 1, Int.max])
  func extremes(_ value: Int) {
    let list = Tensor.list([value])
    let builders = [
      ModelBuilder().weight("a", list).weight("b", .list([Int.max])).weight("c", .list([0]))
        .weight("d", list).node("Slice", ["image", "a", "b", "c", "d"], ["y"]).output("y"),
      ModelBuilder().weight("a", .list([value, value, 0, 0, value, 0, 0, 0]))
        .node("Pad", ["image", "a"], ["y"]).output("y"),
      ModelBuilder().weight("a", list).node("Reshape", ["image", "a"], ["y"]).output("y"),
      ModelBuilder().weight("a", list).node("Gather", ["image", "a"], ["y"]).output("y"),
      ModelBuilder().weight("a", list).node("Unsqueeze", ["image", "a"], ["y"]).output("y"),
      ModelBuilder().weight("a", list).weight("one", .list([1]))
        .node("Range", ["one", "a", "a"], ["r"]).node("Cast", ["r"], ["f"], ["to": 1])
        .node("Add", ["image", "f"], ["y"]).output("y"),
      ModelBuilder().weight("a", list).node("Div", ["a", "a"], ["q"])
        .node("Cast", ["q"], ["f"], ["to": 1]).node("Mul", ["image", "f"], ["y"]).output("y"),
      ModelBuilder().node("Softmax", ["image"], ["y"], ["axis": value]).output("y"),
      ModelBuilder().node("Flatten", ["image"], ["y"], ["axis": value]).output("y"),
      ModelBuilder().node("Concat", ["image", "image"], ["y"], ["axis": value]).output("y"),
      ModelBuilder().node("DepthToSpace", ["image"], ["y"], ["blocksize": value]).output("y"),
      ModelBuilder().node("Shape", ["image"], ["s"], ["start": value, "end": value])
        .node("Cast", ["s"], ["f"], ["to": 1]).node("Add", ["image", "f"], ["y"]).output("y"),
    ]
    // Accepted or refused: what is tested is that each answers.
    #expect(builders.map(refusal).allSatisfy { !$0.isEmpty })
  }

  @Test("a damaged file is read or refused, whatever byte is wrong", arguments: 0..<6)
  func damage(_ seed: Int) throws {
    let bytes = [UInt8](try ModelBuilder.unet(channels: 2).proto.serializedData() as Data)
    var random = Randomness(seed)
    var answers = 0
    for _ in 0..<150 {
      var damaged = bytes
      for _ in 0...random.integer(0...3) {
        damaged[random.integer(0...bytes.count - 1)] = UInt8(random.integer(0...255))
      }
      if random.integer(0...5) == 0 { damaged.removeLast(random.integer(1...200)) }
      if let model = try? ModelFile(Data(damaged), path: "damaged.onnx"),
        let network = try? BuiltinNetwork(model, memoryLimit: 1 << 24)
      {
        _ = try? network.run([Float](repeating: 1, count: 3 * 256), Shape(1, 3, 16, 16))
      }
      answers += 1
    }
    #expect(answers == 150)
  }
}
