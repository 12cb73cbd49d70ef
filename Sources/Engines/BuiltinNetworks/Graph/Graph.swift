import Tensors

/// A model's computation: nodes in an order in which every value is made before it is used.
struct Graph: Sendable {
  var nodes: [GraphNode]
  var constants: [String: Tensor]
  var inputs: [ValueDescription]
  var outputs: [ValueDescription]
}

/// A use of an operator.
struct GraphNode: Sendable {
  var name: String
  var operatorName: String
  var domain: String
  /// Names of the values taken; empty where an optional input is left out.
  var inputs: [String]
  var outputs: [String]
  var attributes: [String: Attribute]

  /// How messages name the node.
  var label: String { name.isEmpty ? "\(operatorName) making '\(outputs.first ?? "")'" : name }
}

/// The value of a node's attribute.
enum Attribute: Sendable {
  case integer(Int)
  case float(Float)
  case text(String)
  case tensor(Tensor)
  case integers([Int])
  case floats([Float])
  case unreadable(String)
}

/// A graph's input or output as the file declares it.
struct ValueDescription: Sendable {
  var name: String
  /// ONNX's type number; 0 where the file does not say.
  var typeCode: Int32
  /// The extents, nil where they are free; nil altogether where the file does not say.
  var extents: [Int?]?
}
