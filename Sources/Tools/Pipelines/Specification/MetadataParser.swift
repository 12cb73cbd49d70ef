/// Reads JSON and Python literals: a recursive descent over the text's scalars.
struct MetadataParser {
  /// Deeper nesting than this is no metadata.
  private static let deepest = 64

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The value that the whole text is, or nil.
  mutating func wholeText() -> MetadataLiteral? {
    guard let value = value() else { return nil }
    skipSpaces()
    return position == scalars.count ? value : nil
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func skipSpaces() {
    while let scalar = next, scalar.properties.isWhitespace { position += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func value() -> MetadataLiteral? {
    skipSpaces()
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { return nil }
    switch next {
    case "{": return dictionary()
    case "[": return list(closedBy: "]")
    case "(": return list(closedBy: ")")
    case "\"", "'": return quoted().map(MetadataLiteral.text)
    default: return word()
    }
  }

  private mutating func list(closedBy end: Unicode.Scalar) -> MetadataLiteral? {
    position += 1
    var values: [MetadataLiteral] = []
    while !take(end) {
      guard values.isEmpty || take(",") else { return nil }
      if take(end) { break }  // Python allows a comma at the end
      guard let value = value() else { return nil }
      values.append(value)
    }
    return .list(values)
  }

  private mutating func dictionary() -> MetadataLiteral? {
    position += 1
    var entries: [MetadataLiteral.Entry] = []
    while !take("}") {
      guard entries.isEmpty || take(",") else { return nil }
      if take("}") { break }
      guard let key = key(), take(":"), let value = value() else { return nil }
      entries.append(MetadataLiteral.Entry(key: key, value: value))
    }
    return .dictionary(entries)
  }

  /// A key: JSON has texts only, Python has numbers too.
  private mutating func key() -> String? {
    switch value() {
    case .text(let text): text
    case .number(let number): YAMLFragment.number(number)
    default: nil
    }
  }

  /// A number, `true`, `None` and the like.
  private mutating func word() -> MetadataLiteral? {
    let start = position
    while let scalar = next, !scalar.properties.isWhitespace,
      !",:]})".unicodeScalars.contains(scalar)
    {
      position += 1
    }
    let word = String(String.UnicodeScalarView(scalars[start..<position]))
    switch word {
    case "true", "True": return .flag(true)
    case "false", "False": return .flag(false)
    case "null", "None": return .nothing
    default: return word.contains("/") ? nil : decimalNumber(word).map(MetadataLiteral.number)
    }
  }

  private mutating func quoted() -> String? {
    guard let quote = next else { return nil }
    position += 1
    var text = String.UnicodeScalarView()
    while let scalar = next {
      position += 1
      if scalar == quote { return String(text) }
      if scalar != "\\" {
        text.append(scalar)
      } else {
        guard let escaped = escape() else { return nil }
        text.append(escaped)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard let kind = next else { return nil }
    position += 1
    switch kind {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "x": return hexadecimal(digits: 2).flatMap { Unicode.Scalar($0) }
    case "U": return hexadecimal(digits: 8).flatMap { Unicode.Scalar($0) }
    case "u": return surrogatesOrScalar()
    default: return kind
    }
  }

  /// `\u` and four digits, or the two such that JSON writes for a scalar beyond the first plane.
  private mutating func surrogatesOrScalar() -> Unicode.Scalar? {
    guard let first = hexadecimal(digits: 4) else { return nil }
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) }
    guard take("\\"), take("u"), let second = hexadecimal(digits: 4),
      (0xDC00..<0xE000).contains(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func hexadecimal(digits: Int) -> UInt32? {
    guard position + digits <= scalars.count else { return nil }
    let text = String(String.UnicodeScalarView(scalars[position..<position + digits]))
    guard text.allSatisfy(\.isHexDigit) else { return nil }
    position += digits
    return UInt32(text, radix: 16)
  }
}
