import Yams

/// How one kind of value is read from YAML and written back.
///
/// A rule reads what it writes: `read(write(value)) == value`. So the resolved pipeline of a run is
/// a pipeline file like any other.
struct Rule<Value> {
  /// What a lawful value is, in words that follow "expected".
  let expects: String
  /// Reads a node, or says what is wrong with it.
  let read: (Node, Place) throws(SpecificationError) -> Value
  /// Writes a value.
  let write: (Value) -> YAMLFragment
}

/// Where a value stands: what its error messages need to know.
struct Place {
  /// The file, as the user named it.
  var file: String
  /// The section, or the word for the whole file.
  var section: String
  /// The key.
  var key: String
  /// A lawful value of this key, as it is typed.
  var example: String

  /// The key with its section, as messages name it.
  var name: String { section == PipelineSpecification.title ? key : "\(section).\(key)" }

  /// The position of a node.
  func position(of node: Node) -> TextPosition {
    let mark = node.mark
    return TextPosition(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  /// The error that says what was found in a node and what was expected.
  func wrong(_ node: Node, expected: String, meant: String? = nil) -> SpecificationError {
    .wrongValue(
      at: position(of: node), key: name, found: describe(node), expected: expected,
      suggestion: meant.map { "did you mean '\($0)'?" } ?? "try `\(key): \(example)`")
  }

  /// What stands in a node, in words that follow "cannot be".
  func describe(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar) where scalar.style == .plain && scalar.string.isEmpty: "empty"
    case .scalar(let scalar) where scalar.style == .plain: "\(scalar.string)"
    case .scalar(let scalar): "the text \"\(scalar.string)\""
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}

extension Node {
  /// The text of a scalar that is not quoted.
  var plain: String? {
    guard let scalar, scalar.style == .plain else { return nil }
    return scalar.string
  }

  /// Whether the node is the bare word, unquoted.
  func isWord(_ word: String) -> Bool { plain == word }

  /// Whether nothing stands behind the key.
  var isNothing: Bool { plain.map { $0.isEmpty || $0 == "~" || $0 == "null" } ?? false }
}
