import Foundation
import SwiftProtobuf
import Tensors

/// Writes QuantizeLinear and DequantizeLinear into a graph.
struct QuantizedGraph {
  private(set) var graph: Onnx_GraphProto
  private var names: Set<String>
  /// Nodes that come before the node of a number; those after the last node do not occur.
  private var insertions: [Int: [Onnx_NodeProto]] = [:]

  init(_ graph: Onnx_GraphProto) {
    self.graph = graph
    names = Set(graph.initializer.map(\.name) + graph.input.map(\.name))
    for node in graph.node { names.formUnion(node.output + [node.name]) }
  }

  /// Lets inputs of nodes take floats that were bytes in between.
  mutating func quantize(_ scheme: QuantizationScheme, grids: [String: ByteGrid]) {
    var floats: [String: String] = [:]
    for tensor in scheme.tensors {
      guard let grid = grids[tensor] else { continue }
      let scale = add([grid.scale], [], "\(tensor)_scale")
      let zero = add([UInt8(grid.zero)], [], "\(tensor)_zero_point")
      let (bytes, real) = (unique("\(tensor)_quantized"), unique("\(tensor)_dequantized"))
      let place = graph.node.firstIndex { $0.output.contains(tensor) }.map { $0 + 1 } ?? 0
      insertions[place, default: []] += [
        node("QuantizeLinear", [tensor, scale, zero], bytes),
        node("DequantizeLinear", [bytes, scale, zero], real),
      ]
      floats[tensor] = real
    }
    for (edge, tensor) in scheme.edges {
      guard let real = floats[tensor] else { continue }
      graph.node[edge.node].input[edge.input] = real
    }
  }

  /// Gives a convolution weights of signed bytes and a bias of integers.
  mutating func quantize(
    _ layer: QuantizableLayer, _ weights: SignedWeights, bias: [Float], inputScale: Float
  ) {
    let stem = layer.label
    let scale = add(weights.scales, [weights.scales.count], "\(stem)_weight_scale")
    let zeros = [Int8](repeating: 0, count: weights.scales.count)
    let zero = add(zeros, [zeros.count], "\(stem)_weight_zero_point")
    let values = add(
      Array(weights.values.values(as: Int8.self)), weights.values.shape.extents,
      "\(stem)_weight_quantized")
    let real = unique("\(stem)_weight_dequantized")
    var nodes = [node("DequantizeLinear", [values, scale, zero], real, axis: 0)]

    let steps = weights.scales.map { max($0 * inputScale, .leastNormalMagnitude) }
    let whole = zip(bias, steps).map { Int32(max(min(($0 / $1).rounded(), 2e9), -2e9)) }
    let biasScale = add(steps, [steps.count], "\(stem)_bias_scale")
    let biasZero = add(
      [Int32](repeating: 0, count: steps.count), [steps.count], "\(stem)_bias_zero_point")
    let biasValues = add(whole, [whole.count], "\(stem)_bias_quantized")
    let biasReal = unique("\(stem)_bias_dequantized")
    nodes.append(
      node("DequantizeLinear", [biasValues, biasScale, biasZero], biasReal, axis: 0))
    insertions[layer.node, default: []] += nodes
    graph.node[layer.node].input = [graph.node[layer.node].input[0], real, biasReal]
  }

  /// The graph in an order in which every value is made before it is used, without unused weights.
  func finished() -> Onnx_GraphProto {
    var result = graph
    result.node = graph.node.enumerated().flatMap { (insertions[$0] ?? []) + [$1] }
    let used = Set(result.node.flatMap(\.input) + result.output.map(\.name))
    result.initializer = result.initializer.filter { used.contains($0.name) }
    result.input = result.input.filter { input in
      used.contains(input.name) || !graph.initializer.contains { $0.name == input.name }
    }
    return result
  }

  private mutating func unique(_ name: String) -> String {
    var name = name
    while !names.insert(name).inserted { name += "_" }
    return name
  }

  private mutating func add<Value: Element>(
    _ values: [Value], _ extents: [Int], _ name: String
  ) -> String {
    var tensor = Onnx_TensorProto()
    tensor.name = unique(name)
    tensor.dataType = Value.type.rawValue
    tensor.dims = extents.map(Int64.init)
    tensor.rawData = values.withUnsafeBytes { Data($0) }
    graph.initializer.append(tensor)
    return tensor.name
  }

  private mutating func node(
    _ type: String, _ inputs: [String], _ output: String, axis: Int? = nil
  ) -> Onnx_NodeProto {
    var node = Onnx_NodeProto()
    node.opType = type
    node.name = unique("\(output)_node")
    (node.input, node.output) = (inputs, [output])
    if let axis {
      var attribute = Onnx_AttributeProto()
      (attribute.name, attribute.type, attribute.i) = ("axis", .int, Int64(axis))
      node.attribute = [attribute]
    }
    return node
  }
}
