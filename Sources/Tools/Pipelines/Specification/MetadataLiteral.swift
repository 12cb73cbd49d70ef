/// A value as models carry it in their metadata: JSON, or a literal of Python.
///
/// QGIS Deepness writes JSON but also reads what Python's `str` made of a dictionary, so both are
/// read here. A dictionary keeps the order of its keys.
enum MetadataLiteral: Hashable, Sendable {
  case nothing
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([MetadataLiteral])
  case dictionary([Entry])

  /// A key of a dictionary and its value; keys that are numbers are kept as their text.
  struct Entry: Hashable, Sendable {
    var key: String
    var value: MetadataLiteral
  }

  /// Reads a literal, or nil when the text is none.
  init?(_ text: String) {
    var parser = MetadataParser(text)
    guard let value = parser.wholeText() else { return nil }
    self = value
  }

  var number: Double? {
    switch self {
    case .number(let number): number
    case .text(let text): decimalNumber(text)
    default: nil
    }
  }

  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  var list: [MetadataLiteral]? {
    if case .list(let list) = self { list } else { nil }
  }

  var dictionary: [Entry]? {
    if case .dictionary(let entries) = self { entries } else { nil }
  }

  /// The value behind a key of a dictionary.
  subscript(key: String) -> MetadataLiteral? { dictionary?.first { $0.key == key }?.value }
}
