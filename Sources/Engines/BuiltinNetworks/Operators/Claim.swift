/// What this engine claims of one ONNX operator; anything else is refused when a model is loaded.
struct Claim: Sendable {
  /// ONNX's name.
  let name: String
  /// How many inputs may be given.
  let inputs: ClosedRange<Int>
  /// The attributes that are understood.
  let attributes: [String]
  /// The types of the first input.
  let types: [ElementType]
  /// What is not claimed, in words; empty where everything is.
  let limits: String
  /// Makes the typed operator of a node.
  let make: @Sendable (NodeReader) throws(GraphFault) -> any Operator

  init(
    _ name: String, inputs: ClosedRange<Int> = 1...1, attributes: [String] = [],
    types: [ElementType] = [.float32], limits: String = "",
    make: @escaping @Sendable (NodeReader) throws(GraphFault) -> any Operator
  ) {
    self.name = name
    self.inputs = inputs
    self.attributes = attributes
    self.types = types
    self.limits = limits
    self.make = make
  }

  /// Every claim, by operator name.
  static let table: [String: Claim] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Every claim, in alphabetical order.
  static let all: [Claim] =
    [
      Convolution.claims, TransposedConvolution.claims, Normalization.claims, Elementwise.claims,
      Clip.claims, Arithmetic.claims, Comparison.claims, Selection.claims, Softmax.claims,
      Pooling.claims, Resize.claims, Rearrangement.claims, Concatenation.claims, Padding.claims,
      Slicing.claims, Splitting.claims, Gathering.claims, Reshaping.claims, MatrixProduct.claims,
      Reduction.claims, ArgMax.claims, Casting.claims, Quantization.claims, Folding.claims,
    ].flatMap { $0 }.sorted { $0.name < $1.name }

  /// The typed operator of a node, checked against the claim.
  static func decode(_ node: GraphNode, opset: Int) throws(GraphFault) -> (any Operator, Claim) {
    guard ["", "ai.onnx"].contains(node.domain) else {
      throw .unsupported("operator \(node.domain).\(node.operatorName)")
    }
    guard let claim = table[node.operatorName] else {
      throw .unsupported("operator \(node.operatorName)")
    }
    for name in node.attributes.keys.sorted() where !claim.attributes.contains(name) {
      throw .unsupported("\(node.operatorName) with attribute \(name)")
    }
    guard claim.inputs.contains(node.inputs.count) else {
      throw .contradiction("\(node.operatorName) with \(node.inputs.count) inputs")
    }
    return (try claim.make(NodeReader(node: node, opset: opset)), claim)
  }

  /// The table as the Markdown of `Documentation/Operators.md`.
  static var markdown: String {
    var text = """
      # Operators of the built-in engine

      ONNX operators, operator sets 11 and later, that the built-in engine runs. A model that uses
      anything else is refused when it is loaded, with the operator and the node named. This page is
      written by `mapwright-bench operators`; a test compares it with the table the loader uses.

      Types are those of the first input. Weights may be float32 or float16. Pictures have one or two
      spatial axes. Inputs that give a shape, an axis, a scale or a limit must be constants or follow
      from the input's shape.

      | operator | types | attributes | not claimed |
      |---|---|---|---|

      """
    for claim in all {
      let types = claim.types.map(\.description).joined(separator: " ")
      let attributes = claim.attributes.joined(separator: " ")
      text += "| \(claim.name) | \(types) | \(attributes) | \(claim.limits) |\n"
    }
    return text
  }
}

extension [ElementType] {
  /// Every type the engine knows.
  static var any: [ElementType] { ElementType.allCases }
  /// The types that arithmetic is claimed for.
  static var numbers: [ElementType] { [.float32, .uint8, .int8, .int32, .int64] }
}
