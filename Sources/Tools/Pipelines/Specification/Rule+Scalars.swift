import Yams

extension Rule where Value == Int {
  /// A whole number within bounds.
  static func whole(_ bounds: ClosedRange<Int>) -> Rule {
    let expects = "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let number = node.plain.flatMap({ Int($0) }), bounds.contains(number) else {
        throw place.wrong(node, expected: expects)
      }
      return number
    } write: {
      .inline(String($0))
    }
  }
}

extension Rule where Value == Double {
  /// A finite number that meets a condition; quotients such as `1/255` are numbers too.
  static func number(_ expects: String, where isLawful: @escaping (Double) -> Bool = { _ in true })
    -> Rule
  {
    Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let number = node.plain.flatMap(decimalNumber), isLawful(number) else {
        throw place.wrong(node, expected: expects)
      }
      return number
    } write: {
      .inline(YAMLFragment.number($0))
    }
  }
}

extension Rule where Value == Bool {
  /// `true` or `false`.
  static var flag: Rule {
    let expects = "true or false"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      switch node.plain {
      case "true": return true
      case "false": return false
      default: throw place.wrong(node, expected: expects)
      }
    } write: {
      .inline($0 ? "true" : "false")
    }
  }
}

extension Rule where Value == String {
  /// A text that is not empty.
  static var text: Rule { text("a text") { _ in true } }

  /// A text that meets a condition.
  static func text(_ expects: String, where isLawful: @escaping (String) -> Bool) -> Rule {
    Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let text = node.scalar?.string, !node.isNothing, !text.isEmpty, isLawful(text) else {
        throw place.wrong(node, expected: expects)
      }
      return text
    } write: {
      .inline(YAMLFragment.text($0))
    }
  }
}

extension Rule where Value == [UInt8] {
  /// A colour as `"#rrggbb"`.
  static var color: Rule {
    let expects = "a colour, six hexadecimal digits in quotes (an unquoted # begins a comment)"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let color = node.scalar.flatMap({ hexadecimalColor($0.string) }) else {
        throw place.wrong(node, expected: expects)
      }
      return color
    } write: {
      .inline(YAMLFragment.color($0))
    }
  }
}

extension Rule where Value == Duration {
  /// A length of time with its unit: `500ms`, `25s`, `2m`, `1h`.
  static func duration(_ bounds: ClosedRange<Duration>) -> Rule {
    let expects =
      "a time from \(durationText(bounds.lowerBound)) to \(durationText(bounds.upperBound)), "
      + "with its unit: ms, s, m or h"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let time = node.plain.flatMap(parsedDuration), bounds.contains(time) else {
        throw place.wrong(node, expected: expects)
      }
      return time
    } write: {
      .inline(durationText($0))
    }
  }
}

extension Rule where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of a few words.
  static var word: Rule {
    let words = Value.allCases.map(\.rawValue)
    let expects = words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let value = node.plain.flatMap(Value.init(rawValue:)) else {
        throw place.wrong(
          node, expected: expects, meant: node.plain.flatMap { nearestWord(to: $0, among: words) })
      }
      return value
    } write: {
      .inline($0.rawValue)
    }
  }
}

/// A decimal number or a quotient of two, or nil; never infinite, never NaN.
func decimalNumber(_ text: String) -> Double? {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false)
  let numbers = parts.compactMap { part -> Double? in
    guard part.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
    return Double(part)
  }
  guard numbers.count == parts.count, parts.count <= 2, let first = numbers.first else {
    return nil
  }
  let number = numbers.count == 2 ? first / numbers[1] : first
  return number.isFinite ? number : nil
}

/// Red, green and blue of `#rrggbb` or `rrggbb`, or nil.
func hexadecimalColor(_ text: String) -> [UInt8]? {
  let digits = Array(text.hasPrefix("#") ? text.dropFirst() : text[...])
  guard digits.count == 6, digits.allSatisfy(\.isHexDigit) else { return nil }
  return stride(from: 0, to: 6, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
}

private let durationUnits: [(suffix: String, milliseconds: Int)] = [
  ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
]

private func parsedDuration(_ text: String) -> Duration? {
  let count = text.prefix { $0.isASCII && $0.isNumber }
  guard let number = Int(count), number < 1_000_000_000,
    let unit = durationUnits.first(where: { $0.suffix == text.dropFirst(count.count) })
  else { return nil }
  return .milliseconds(number * unit.milliseconds)
}

private func durationText(_ time: Duration) -> String {
  let (seconds, attoseconds) = time.components
  let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
  let unit =
    durationUnits.last { milliseconds % $0.milliseconds == 0 && milliseconds != 0 }
    ?? durationUnits[1]
  return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
}
