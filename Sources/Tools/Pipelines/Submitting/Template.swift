import Foundation

/// A text with places that are filled in, `{{name}}`.
///
/// Values are put in as they are: whoever fills in has quoted them for the language of the text. A line
/// with a place for which there is no value is left out.
struct Template {
  /// The text, places and all.
  let text: String

  /// The names of the places.
  var places: Set<String> { Set(text.matches(of: Self.place).map { String($0.1) }) }

  private static var place: Regex<(Substring, Substring)> { /\{\{([a-z_]+)\}\}/ }

  /// The text with its places filled in.
  ///
  /// - Precondition: Every value has a place, so that none is forgotten in the text.
  func filled(with values: [String: String?]) -> String {
    precondition(places == Set(values.keys), "\(places) is not \(values.keys)")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.compactMap { line -> String? in
      var filled = ""
      var rest = line
      while let match = rest.firstMatch(of: Self.place) {
        guard case .some(.some(let value)) = values[String(match.1)] else { return nil }
        filled += rest[..<match.range.lowerBound] + value
        rest = rest[match.range.upperBound...]
      }
      return filled + rest
    }.joined(separator: "\n")
  }
}

extension String {
  /// The text as one word of a POSIX shell, whatever is in it.
  var shellWord: String {
    let plain = /[A-Za-z0-9_.,:@%+=\/-]+/
    return wholeMatch(of: plain) == nil
      ? "'" + replacing("'", with: #"'\''"#) + "'" : self
  }

  /// The text as JSON has it, which YAML reads as well.
  var jsonText: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}":
        text += String(format: "\\u%04x", scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// The text as a word of a container's command: Kubernetes and AWS Batch fill in `$(NAME)` and make
  /// one dollar of two.
  var containerWord: String { replacing("$", with: "$$").jsonText }

  /// The text as a part of names that every scheduler takes: small letters, digits and dashes.
  var schedulerName: String {
    let plain = lowercased().unicodeScalars.map { scalar -> Character in
      ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    let words = plain.split(separator: "-").map { String($0) }
    // Kubernetes takes 63 characters, and adds the number of a slice.
    let name = words.joined(separator: "-").prefix(40)
    return name.isEmpty ? "job" : String(name.last == "-" ? name.dropLast() : name)
  }
}
