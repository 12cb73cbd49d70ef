/// A value as it is written behind its key: on the same line, or on lines of its own below it.
enum YAMLFragment {
  /// Stands on the key's line.
  case inline(String)
  /// Stands below the key, one level deeper.
  case block([String])

  /// The lines of `key: value`.
  func lines(under key: String) -> [String] {
    switch self {
    case .inline(let text): ["\(key): \(text)"]
    case .block(let lines): ["\(key):"] + lines.map { $0.isEmpty ? $0 : "  \($0)" }
    }
  }

  /// A text, quoted where YAML or we would read it as something else.
  static func text(_ text: String) -> String {
    let isPlain =
      text.first.map { $0.isASCII && ($0.isLetter || $0 == "/" || $0 == ".") } == true
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./*".unicodeScalars.contains($0))
      }
      && !reserved.contains(text.lowercased())
      && Double(text) == nil
    guard !isPlain else { return text }
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case "\n": "\\n"
      case "\t": "\\t"
      case _ where !isPrinted(scalar):
        "\\U" + hexadecimal(Int(scalar.value), digits: 8)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  /// The shortest decimal that reads back as the same number.
  static func number(_ value: Double) -> String {
    abs(value) < 1e15 && value == value.rounded() ? "\(Int(value))" : "\(value)"
  }

  /// A colour as `"#rrggbb"`.
  static func color(_ color: [UInt8]) -> String {
    "\"#\(color.map { hexadecimal(Int($0), digits: 2) }.joined())\""
  }

  private static func hexadecimal(_ value: Int, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }

  private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
    default: true
    }
  }

  /// Plain words that mean something other than themselves, in YAML 1.1 or in a pipeline.
  private static let reserved: Set<String> = [
    "auto", "none", "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", ".nan",
    ".inf", ".",
  ]
}
