/// Reads a node's attributes, refusing values of the wrong kind or beyond reason.
struct NodeReader {
  let node: GraphNode
  let opset: Int

  func integer(_ name: String, default fallback: Int) throws(GraphFault) -> Int {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .integer(let value) = attribute else { throw wrong(name, attribute) }
    return value
  }

  func float(_ name: String, default fallback: Float) throws(GraphFault) -> Float {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .float(let value) = attribute else { throw wrong(name, attribute) }
    return value
  }

  func text(_ name: String, default fallback: String) throws(GraphFault) -> String {
    guard let attribute = node.attributes[name] else { return fallback }
    guard case .text(let value) = attribute else { throw wrong(name, attribute) }
    return value
  }

  func integers(_ name: String) throws(GraphFault) -> [Int]? {
    guard let attribute = node.attributes[name] else { return nil }
    if case .unreadable = attribute { throw wrong(name, attribute) }
    guard case .integers(let values) = attribute else { throw wrong(name, attribute) }
    return values
  }

  func tensor(_ name: String) throws(GraphFault) -> Tensor? {
    guard let attribute = node.attributes[name] else { return nil }
    guard case .tensor(let value) = attribute else { throw wrong(name, attribute) }
    return value
  }

  /// A list of lengths in pixels, each within a range that no picture leaves.
  func lengths(_ name: String, from lowest: Int) throws(GraphFault) -> [Int]? {
    guard let values = try integers(name) else { return nil }
    for value in values where value < lowest || value > 1 << 24 {
      throw .contradiction("attribute \(name) holds \(value)")
    }
    return values
  }

  /// A choice among words, as a Swift enum.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, default fallback: Choice
  ) throws(GraphFault) -> Choice {
    let word = try text(name, default: fallback.rawValue)
    guard let choice = Choice(rawValue: word) else {
      throw .unsupported("attribute \(name) = '\(word)'")
    }
    return choice
  }

  private func wrong(_ name: String, _ attribute: Attribute) -> GraphFault {
    if case .unreadable(let reason) = attribute {
      return .unsupported("attribute \(name): \(reason)")
    }
    return .contradiction("attribute \(name) is of the wrong kind")
  }
}
