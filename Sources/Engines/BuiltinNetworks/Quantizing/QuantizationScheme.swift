import SwiftProtobuf

/// Which values of a graph are written as bytes, so that some of its convolutions run in bytes.
///
/// Bytes are made as early as it makes no difference: before a maximum, the nearest pixels or a
/// concatenation rather than after it, so that these run in bytes too. What is concatenated shares
/// one grid.
struct QuantizationScheme {
  /// The tensors that are written as bytes, in the order in which they are found.
  private(set) var tensors: [String] = []
  /// Which tensors share a grid: the number of each tensor's group.
  private(set) var groups: [String: Int] = [:]
  /// The inputs of nodes that take the bytes' floats instead of the tensor's.
  private(set) var edges: [Edge: String] = [:]

  /// An input of a node.
  struct Edge: Hashable {
    var node: Int
    var input: Int
  }

  private let graph: Onnx_GraphProto
  private let makers: [String: Int]
  private let takers: [String: Int]
  private let quantized: Set<Int>
  private var constants: [String: Onnx_TensorProto] = [:]

  /// Finds the tensors for the layers that are given.
  init(_ graph: Onnx_GraphProto, _ layers: [QuantizableLayer]) {
    self.graph = graph
    var makers: [String: Int] = [:]
    var takers: [String: Int] = [:]
    for (index, node) in graph.node.enumerated() {
      for name in node.output { makers[name] = index }
      for name in node.input { takers[name, default: 0] += 1 }
    }
    for output in graph.output { takers[output.name, default: 0] += 1 }
    (self.makers, self.takers) = (makers, takers)
    quantized = Set(layers.map(\.node))
    for tensor in graph.initializer { constants[tensor.name] = tensor }
    for node in graph.node where node.opType == "Constant" {
      if let value = node.attribute.first(where: { $0.name == "value" }) {
        constants[node.output[0]] = value.t
      }
    }
    for layer in layers { _ = take(Edge(node: layer.node, input: 0)) }
  }

  /// Lets an input take bytes; gives the tensors that stand for it.
  private mutating func take(_ edge: Edge) -> [String] {
    let name = graph.node[edge.node].input[edge.input]
    guard let maker = makers[name] else { return [point(name, edge)] }
    let node = graph.node[maker]
    switch node.opType {
    case "MaxPool" where node.output.count == 1: return take(Edge(node: maker, input: 0))
    case "Resize" where text("mode", of: node) ?? "nearest" == "nearest":
      return take(Edge(node: maker, input: 0))
    case "Concat" where [1, -3].contains(node.attribute.first { $0.name == "axis" }?.i):
      let tensors = node.input.indices.flatMap { take(Edge(node: maker, input: $0)) }
      join(tensors)
      return tensors
    case "Resize" where doubles(node): _ = take(Edge(node: maker, input: 0))
    case "Add": takeOperands(maker)
    case "Relu", "Clip":
      if let sum = makers[node.input[0]], graph.node[sum].opType == "Add",
        takers[node.input[0]] == 1
      {
        takeOperands(sum)
      }
    default: break
    }
    return [point(name, edge)]
  }

  /// The operands of a sum: one may come straight from a convolution, which then adds the other.
  private mutating func takeOperands(_ sum: Int) {
    let operands = graph.node[sum].input
    guard operands.allSatisfy({ constants[$0] == nil }) else { return }
    let fused = operands.indices.first { position in
      guard let maker = makers[operands[position]] else { return false }
      return quantized.contains(maker) && takers[operands[position]] == 1
    }
    for position in operands.indices where position != fused {
      _ = take(Edge(node: sum, input: position))
    }
  }

  /// One of the tensors whose bytes a layer takes; all of them share a grid.
  func source(of layer: QuantizableLayer) -> String? {
    var edge = Edge(node: layer.node, input: 0)
    while edges[edge] == nil {
      guard let maker = makers[graph.node[edge.node].input[edge.input]] else { return nil }
      edge = Edge(node: maker, input: 0)
    }
    return edges[edge]
  }

  private mutating func point(_ name: String, _ edge: Edge) -> String {
    edges[edge] = name
    if groups[name] == nil {
      groups[name] = tensors.count
      tensors.append(name)
    }
    return name
  }

  private mutating func join(_ names: [String]) {
    let numbers = names.compactMap { groups[$0] }
    guard let first = numbers.min() else { return }
    let all = Set(numbers)
    for (name, number) in groups where all.contains(number) { groups[name] = first }
  }

  private func text(_ name: String, of node: Onnx_NodeProto) -> String? {
    node.attribute.first { $0.name == name }.map { String(decoding: $0.s, as: UTF8.self) }
  }

  /// Whether a linear resize is of the kind that runs in bytes.
  private func doubles(_ node: Onnx_NodeProto) -> Bool {
    guard text("mode", of: node) == "linear", node.input.count == 3,
      ["half_pixel", "pytorch_half_pixel"].contains(
        text("coordinate_transformation_mode", of: node) ?? "half_pixel"),
      let scales = constants[node.input[2]].flatMap({ try? readTensor($0) })
    else { return false }
    return scales.type == .float32 && scales.copiedFloats == [1, 1, 2, 2]
  }
}
