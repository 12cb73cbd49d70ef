import Foundation
import SwiftProtobuf
import Tensors

@testable import BuiltinNetworks

/// Builds small ONNX models in memory.
struct ModelBuilder {
  var proto = Onnx_ModelProto()

  init(
    opset: Int = 17, input: [Int?] = [nil, 3, nil, nil], type: Int32 = 1, name: String = "image"
  ) {
    proto.irVersion = 8
    var version = Onnx_OperatorSetIdProto()
    version.version = Int64(opset)
    proto.opsetImport = [version]
    proto.graph.input = [Self.value(name, input, type)]
  }

  private static func value(_ name: String, _ extents: [Int?], _ type: Int32) -> Onnx_ValueInfoProto
  {
    var value = Onnx_ValueInfoProto()
    value.name = name
    value.type.tensorType.elemType = type
    value.type.tensorType.shape.dim = extents.map { extent in
      var dimension = Onnx_TensorShapeProto.Dimension()
      if let extent { dimension.dimValue = Int64(extent) } else { dimension.dimParam = "any" }
      return dimension
    }
    return value
  }

  /// Declares an output.
  func output(_ name: String, _ extents: [Int?] = [nil, nil, nil, nil], type: Int32 = 1) -> Self {
    var copy = self
    copy.proto.graph.output.append(Self.value(name, extents, type))
    return copy
  }

  /// Adds a weight.
  func weight(_ name: String, _ tensor: Tensor) -> Self {
    var copy = self
    var proto = Onnx_TensorProto()
    proto.name = name
    proto.dims = tensor.shape.extents.map(Int64.init)
    proto.dataType = tensor.type.rawValue
    proto.rawData = Data(bytes: tensor.address, count: tensor.shape.count * tensor.type.size)
    copy.proto.graph.initializer.append(proto)
    return copy
  }

  /// Adds a node; attributes may be integers, floats, lists of integers, or texts.
  func node(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [String: Any] = [:]
  ) -> Self {
    var copy = self
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = "\(type.lowercased())_\(copy.proto.graph.node.count)"
    node.input = inputs
    node.output = outputs
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      var attribute = Onnx_AttributeProto()
      attribute.name = name
      switch value {
      case let value as Int: (attribute.type, attribute.i) = (.int, Int64(value))
      case let value as Float: (attribute.type, attribute.f) = (.float, value)
      case let value as [Int]: (attribute.type, attribute.ints) = (.ints, value.map(Int64.init))
      case let value as String: (attribute.type, attribute.s) = (.string, Data(value.utf8))
      default: break
      }
      node.attribute.append(attribute)
    }
    copy.proto.graph.node.append(node)
    return copy
  }

  /// The model, written and read again.
  func model() throws -> ModelFile {
    try ModelFile(proto.serializedData(), path: "drawn.onnx")
  }

  /// A U-Net of two levels with random weights: convolutions with and without bias, batch norm,
  /// pooling, resizing, concatenation, a residual and a softmax.
  static func unet(seed: Int = 1, channels: Int = 6) throws -> ModelBuilder {
    var random = Randomness(seed)
    let c = channels
    func conv(_ filters: Int, _ inputs: Int, _ side: Int) -> Tensor {
      random.tensor([filters, inputs, side, side], -0.3...0.3)
    }
    return ModelBuilder()
      .weight("w1", conv(c, 3, 3)).weight("b1", random.tensor([c]))
      .weight("w2", conv(2 * c, c, 3)).weight("w3", conv(c, 3 * c, 3))
      .weight("w4", conv(2, c, 1)).weight("b4", random.tensor([2]))
      .weight("gamma", random.tensor([2 * c], 0.5...1.5)).weight("beta", random.tensor([2 * c]))
      .weight("mean", random.tensor([2 * c])).weight("variance", random.tensor([2 * c], 0.5...2))
      .weight("scales", Tensor([Float(1), 1, 2, 2], Shape(4)))
      .node("Conv", ["image", "w1", "b1"], ["a"], ["pads": [1, 1, 1, 1]])
      .node("Relu", ["a"], ["skip"])
      .node("MaxPool", ["skip"], ["b"], ["kernel_shape": [2, 2], "strides": [2, 2]])
      .node("Conv", ["b", "w2"], ["c"], ["pads": [1, 1, 1, 1]])
      .node("BatchNormalization", ["c", "gamma", "beta", "mean", "variance"], ["d"])
      .node("HardSwish", ["d"], ["e"])
      .node(
        "Resize", ["e", "", "scales"], ["f"],
        ["mode": "linear", "coordinate_transformation_mode": "half_pixel"]
      )
      .node("Concat", ["skip", "f"], ["g"], ["axis": 1])
      .node("Conv", ["g", "w3"], ["h"], ["pads": [1, 1, 1, 1]])
      .node("Add", ["h", "skip"], ["i"])
      .node("Relu", ["i"], ["j"])
      .node("Conv", ["j", "w4", "b4"], ["logits"])
      .node("Softmax", ["logits"], ["map"], ["axis": 1])
      .output("map")
  }
}

extension BuiltinNetwork {
  /// Runs on arrays.
  func run(_ values: [Float], _ shape: Shape) throws -> [Float] {
    var results = [Float](repeating: .nan, count: try outputShape(for: shape).count)
    var span = results.mutableSpan
    try run(values.span, shape: shape, into: &span)
    return results
  }
}
