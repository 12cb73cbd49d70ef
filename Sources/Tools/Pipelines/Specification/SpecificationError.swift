/// What can be wrong with a pipeline file.
public enum SpecificationError: Error, Hashable, Sendable {
  /// The file is absent, unreadable, or far too large to be a pipeline.
  case cannotRead(path: String, reason: String)
  /// A byte is not UTF-8.
  case notText(at: TextPosition)
  /// The text breaks the rules of YAML.
  case notYAML(at: TextPosition, reason: String)
  /// A tab stands where YAML wants spaces.
  case tab(at: TextPosition)
  /// The file holds nothing but spaces and comments.
  case empty(path: String)
  /// A section has a key that means nothing.
  case unknownKey(
    at: TextPosition, section: String, key: String, known: [String], suggestion: String)
  /// A mapping has the same key twice.
  case duplicateKey(at: TextPosition, key: String)
  /// A key without a default is absent.
  case missingKey(at: TextPosition, section: String, key: String, example: String)
  /// A value has the wrong type, is out of range, or is not one of the words allowed.
  case wrongValue(
    at: TextPosition, key: String, found: String, expected: String, suggestion: String)
  /// Values that are lawful each by itself cannot stand together.
  case contradiction(at: TextPosition, statement: String, reason: String, remedy: String)
}

extension SpecificationError: CustomStringConvertible {
  /// What is wrong, why, and what to do next, in three lines.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      """
      cannot read pipeline '\(path)'
        \(reason)
        give the path of a pipeline file, such as pipelines/buildings.yaml
      """
    case .notText(let position):
      """
      \(position): the pipeline is not UTF-8 text
        the byte here begins no character of UTF-8
        save the file as UTF-8 and try again
      """
    case .notYAML(let position, let reason):
      """
      \(position): the pipeline is not YAML
        \(reason)
        check indentation, quotes and brackets at and just before this place
      """
    case .tab(let position):
      """
      \(position): a tab stands in the indentation
        YAML indents with spaces only
        replace the tab by two spaces
      """
    case .empty(let path):
      """
      pipeline '\(path)' is empty
        it needs at least the section `inference` with the key `model`
        begin with a copy of pipelines/buildings.yaml
      """
    case .unknownKey(let position, let section, let key, let known, let suggestion):
      """
      \(position): \(section) has no key '\(key)'
        \(section) knows: \(known.joined(separator: ", "))
        \(suggestion)
      """
    case .duplicateKey(let position, let key):
      """
      \(position): the key '\(key)' is given twice
        which of the two values is meant cannot be known
        keep one of them
      """
    case .missingKey(let position, let section, let key, let example):
      """
      \(position): \(section) has no '\(key)'
        this key has no default
        add `\(key): \(example)`
      """
    case .wrongValue(let position, let key, let found, let expected, let suggestion):
      """
      \(position): \(key) cannot be \(found)
        expected \(expected)
        \(suggestion)
      """
    case .contradiction(let position, let statement, let reason, let remedy):
      """
      \(position): \(statement)
        \(reason)
        \(remedy)
      """
    }
  }
}

extension SpecificationError {
  /// The same error, if it speaks of this very place, where a bare word would be lawful too.
  func alsoExpecting(_ word: String, at place: TextPosition) -> SpecificationError {
    guard case .wrongValue(let position, let key, let found, let expected, let suggestion) = self,
      position == place
    else { return self }
    return .wrongValue(
      at: position, key: key, found: found, expected: "\(expected), or \(word)",
      suggestion: suggestion)
  }
}
