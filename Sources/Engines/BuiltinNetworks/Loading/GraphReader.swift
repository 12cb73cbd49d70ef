import SwiftProtobuf
import Tensors

/// Reads the graph of a file and checks that its names and its order make sense.
///
/// - Throws: ``GraphFault`` for weights that cannot be read, values made twice, and values used
///   before they are made (which is also what a cycle looks like).
func readGraph(_ proto: Onnx_GraphProto) throws(GraphFault) -> Graph {
  guard proto.sparseInitializer.isEmpty else { throw .unsupported("sparse weights") }
  var constants: [String: Tensor] = [:]
  for initializer in proto.initializer {
    do {
      constants[initializer.name] = try readTensor(initializer)
    } catch {
      throw error.at("weight '\(initializer.name)'")
    }
  }
  let inputs = proto.input.filter { constants[$0.name] == nil }.map(describe)
  let outputs = proto.output.map(describe)
  var made = Set(constants.keys).union(inputs.map(\.name))
  var nodes: [GraphNode] = []
  for node in proto.node {
    let read = readNode(node)
    for input in read.inputs where !input.isEmpty && !made.contains(input) {
      throw .contradiction("\(read.label) uses '\(input)' before anything makes it")
    }
    for output in read.outputs where !output.isEmpty {
      guard made.insert(output).inserted else {
        throw .contradiction("'\(output)' is made twice, the second time by \(read.label)")
      }
    }
    nodes.append(read)
  }
  guard !inputs.isEmpty || !nodes.isEmpty, !outputs.isEmpty else {
    throw .contradiction("the graph has no nodes or no output")
  }
  for output in outputs where !made.contains(output.name) {
    throw .contradiction("nothing makes the output '\(output.name)'")
  }
  return Graph(nodes: nodes, constants: constants, inputs: inputs, outputs: outputs)
}

private func readNode(_ proto: Onnx_NodeProto) -> GraphNode {
  var attributes: [String: Attribute] = [:]
  for attribute in proto.attribute { attributes[attribute.name] = readAttribute(attribute) }
  return GraphNode(
    name: proto.name, operatorName: proto.opType, domain: proto.domain, inputs: proto.input,
    outputs: proto.output, attributes: attributes)
}

private func readAttribute(_ proto: Onnx_AttributeProto) -> Attribute {
  guard proto.refAttrName.isEmpty else { return .unreadable("a reference") }
  switch proto.type {
  case .int: return .integer(Int(proto.i))
  case .float: return .float(proto.f)
  case .string: return .text(String(decoding: proto.s, as: UTF8.self))
  case .ints: return .integers(proto.ints.map(Int.init))
  case .floats: return .floats(proto.floats)
  case .tensor:
    do {
      return .tensor(try readTensor(proto.t))
    } catch {
      return .unreadable(error.reason)
    }
  default: return .unreadable("kind \(proto.type)")
  }
}

private func describe(_ proto: Onnx_ValueInfoProto) -> ValueDescription {
  guard case .tensorType(let tensor)? = proto.type.value else {
    return ValueDescription(name: proto.name, typeCode: 0, extents: nil)
  }
  guard tensor.hasShape else {
    return ValueDescription(name: proto.name, typeCode: tensor.elemType, extents: nil)
  }
  let extents = tensor.shape.dim.map { dimension -> Int? in
    guard case .dimValue(let extent)? = dimension.value, extent > 0 else { return nil }
    return Int(extent)
  }
  return ValueDescription(name: proto.name, typeCode: tensor.elemType, extents: extents)
}
