import Foundation
import SwiftProtobuf
import Tensors
import TestSupport
import Testing

@testable import BuiltinNetworks

@Suite("model files")
struct ModelFileTests {
  @Test("tell what they hold")
  func describes() throws {
    var builder = try ModelBuilder.unet()
    builder.proto.producerName = "draughtsman"
    builder.proto.producerVersion = "2"
    for (key, value) in [("resolution", "30"), ("class_names", "{}"), ("resolution", "31")] {
      var entry = Onnx_StringStringEntryProto()
      (entry.key, entry.value) = (key, value)
      builder.proto.metadataProps.append(entry)
    }
    let model = try builder.model()
    #expect(model.producer == "draughtsman 2")
    #expect(model.opset == 17)
    #expect(model.metadata.map(\.key) == ["resolution", "class_names", "resolution"])
    #expect(model.metadata("resolution") == "30")
    #expect(model.inputs.map(\.description) == ["image [any, 3, any, any]"])
    #expect(model.operators.first { $0.name == "Conv" }?.count == 4)
    #expect(model.operators.map(\.name) == model.operators.map(\.name).sorted())
  }

  @Test(
    "half floats are read exactly", arguments: [0, 1, 1023, 1024, 0x3c00, 0x7bff, 0xc000, 0x8001])
  func halves(_ bits: Int) {
    // By definition: sign, 5 bits of exponent, 10 of fraction.
    let exponent = (bits >> 10) & 31
    let fraction = Double(bits & 1023) / 1024
    let size = exponent == 0 ? fraction * 0x1p-14 : (1 + fraction) * exp2(Double(exponent - 15))
    #expect(half(UInt16(bits)) == Float(bits & 0x8000 == 0 ? size : -size))
  }

  @Test("half-float weights become floats")
  func halfWeights() throws {
    var builder = ModelBuilder().node("Mul", ["image", "w"], ["y"]).output("y")
    var weight = Onnx_TensorProto()
    weight.name = "w"
    weight.dataType = 10
    weight.rawData = Data([0x00, 0x3e])
    builder.proto.graph.initializer = [weight]
    let network = try BuiltinNetwork(builder.model())
    #expect(try network.run([1, 2, 4], Shape(1, 3, 1, 1)) == [1.5, 3, 6])
  }

  @Test func `tells in which other files weights lie`() throws {
    func tensor(_ name: String, at place: String) -> Onnx_TensorProto {
      var tensor = Onnx_TensorProto()
      tensor.name = name
      tensor.dataLocation = .external
      var entry = Onnx_StringStringEntryProto()
      (entry.key, entry.value) = ("location", place)
      tensor.externalData = [entry]
      return tensor
    }
    var builder = ModelBuilder()
    builder.proto.graph.initializer = [
      tensor("a", at: "m.data"), tensor("b", at: "m.data"), tensor("c", at: "../m.data"),
    ]
    var node = Onnx_NodeProto()
    var attribute = Onnx_AttributeProto()
    attribute.t = tensor("d", at: "weights/d.bin")
    node.attribute = [attribute]
    builder.proto.graph.node = [node]
    let folder = try TemporaryFolder()
    let path = folder.path("m.onnx")
    try builder.proto.serializedData().write(to: URL(fileURLWithPath: path))
    #expect(ModelFile.weightFiles(ofModelAt: path) == ["m.data", "weights/d.bin"])
    try ModelBuilder().proto.serializedData().write(to: URL(fileURLWithPath: path))
    #expect(ModelFile.weightFiles(ofModelAt: path) == [])
    #expect(ModelFile.weightFiles(ofModelAt: folder.path("none.onnx")) == [])
  }
}
