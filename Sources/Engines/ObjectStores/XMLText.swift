import Foundation

/// What a store says in XML, of which only a few plain elements matter.
struct XMLText {
  let text: String

  init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }

  /// The contents of all elements of a name that hold text alone.
  func all(_ name: String) -> [String] {
    var found: [String] = []
    var rest = text[...]
    while let opening = rest.firstRange(of: "<\(name)>") {
      rest = rest[opening.upperBound...]
      guard let closing = rest.firstRange(of: "</\(name)>") else { break }
      let content = rest[..<closing.lowerBound]
      if !content.contains("<") { found.append(Self.unescaped(content)) }
      rest = rest[closing.upperBound...]
    }
    return found
  }

  /// The content of the first element of a name.
  subscript(_ name: String) -> String? { all(name).first }

  private static func unescaped(_ content: Substring) -> String {
    guard content.contains("&") else { return String(content) }
    let plain = content.replacing(/&#(x?)([0-9A-Fa-f]+);/) { match in
      UInt32(match.2, radix: match.1.isEmpty ? 10 : 16).flatMap(Unicode.Scalar.init)
        .map { String($0) } ?? ""
    }
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
      .reduce(String(plain)) { $0.replacing($1.0, with: $1.1) }
  }
}
