import Tensors

extension ModelFile {
  /// The operator that gives an output its values, or nil when there is none.
  ///
  /// Operators that only move values are looked through: what comes out of a softmax is still
  /// probabilities after it was resized or transposed.
  ///
  /// - Parameter name: The output; nil means the first.
  public func finalOperator(ofOutput name: String? = nil) -> String? {
    let moving: Set<String> = [
      "Identity", "Cast", "Resize", "Upsample", "Transpose", "Reshape", "Slice", "Squeeze",
      "Unsqueeze", "Flatten", "Dropout",
    ]
    var wanted = name ?? outputs.first?.name
    for _ in 0..<graph.nodes.count {
      guard let value = wanted, let node = graph.nodes.first(where: { $0.outputs.contains(value) })
      else { return nil }
      guard moving.contains(node.operatorName), let source = node.inputs.first else {
        return node.operatorName
      }
      wanted = source
    }
    return nil
  }
}
