import Testing

@Suite struct `The words of errors` {
  private static let tests = Repository.files(in: "Tests", endingWith: [".swift"])
    .filter { !$0.hasPrefix("Tests/ArchitectureTests/") }
    .map { unbroken(Repository.text($0)) }.joined(separator: "\n")
  private static let errors = Repository.files(in: "Sources", endingWith: [".swift"]).flatMap {
    ErrorCase.all(in: SwiftFile($0))
  }

  @Test func `are found`() {
    let missingKey = Self.errors.first { $0.name == "missingKey" }

    #expect(Self.errors.count >= 20)
    #expect(missingKey?.type == "SpecificationError")
    #expect(missingKey?.words == ["this key has no default"])
  }

  @Test func `are tested, every case of every error`() {
    let tests = Self.tests
    for error in Self.errors where !error.isAnothers {
      let isNamed = tests.contains(".\(error.name)(") || tests.contains("\"\(error.name)\"")
      let isQuoted = !error.words.isEmpty && error.words.allSatisfy(tests.contains)
      if !isQuoted && !isNamed {
        Issue.record("no test expects \(error.type).\(error.name): \(error.words)")
      }
    }
  }

  @Test func `are three lines, or another error's`() {
    for error in Self.errors where !error.literal.isEmpty {
      let lines = error.literal.split(separator: "\n")
      let rest = lines.dropFirst()
      #expect(
        lines.count == 3 && rest.allSatisfy { $0.hasPrefix("  ") },
        "\(error.type).\(error.name)")
    }
  }
}

/// A case of an error, and what its description says literally.
private struct ErrorCase {
  let type: String
  let name: String
  /// The literal of the description, unindented; empty where it is made in another way.
  let literal: String
  /// Whether it only passes on what another error says.
  let isAnothers: Bool

  /// The longest piece of each line that holds no value and is long enough to be recognised.
  var words: [String] {
    literal.split(separator: "\n").compactMap { line in
      let pieces = line.replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "\u{0}")
        .split(separator: "\u{0}")
        .map { $0.drop { $0 == " " } }
      return pieces.max { $0.count < $1.count }.flatMap { $0.count >= 16 ? String($0) : nil }
    }
  }

  /// The cases of the error enums of a file.
  static func all(in file: SwiftFile) -> [ErrorCase] {
    let unbrokenLines = unbroken(file.lines.joined(separator: "\n"))
      .split(separator: "\n", omittingEmptySubsequences: false)
    var found: [ErrorCase] = []
    var type: (name: String, indentation: Substring)?
    for line in file.lines {
      // Most lines are none, and a regular expression takes its time to say so.
      if line.contains("enum "),
        let match = line.firstMatch(of: /^( *)(?:(?:public|package) )?enum (\w+Error)\b/)
      {
        type = (String(match.2), match.1)
      } else if let open = type {
        if line == open.indentation + "}" { type = nil }
        let prefix = open.indentation + "  case "
        guard line.hasPrefix(prefix) else { continue }
        let names = line.dropFirst(prefix.count).replacing(/\([^)]*\)?/, with: "")
        for name in names.split(separator: ",") {
          let name = String(name.filter { $0.isLetter || $0.isNumber })
          let body = body(of: name, in: unbrokenLines)
          found.append(
            ErrorCase(
              type: open.name, name: name, literal: literal(of: body),
              isAnothers: body.first?.hasSuffix(" error.description") ?? false))
        }
      }
    }
    return found
  }

  /// The lines that follow the case in the switch of the description.
  private static func body(of name: String, in lines: [Substring]) -> ArraySlice<Substring> {
    let start = lines.firstIndex {
      $0.hasSuffix(":") && $0.firstMatch(of: /^ *case \.(\w+)/)?.1 == name[...]
    }
    return start.map { lines[($0 + 1)...] } ?? []
  }

  private static func literal(of body: ArraySlice<Substring>) -> String {
    guard let opening = body.first, opening.hasSuffix("\"\"\"") else { return "" }
    let indentation = opening.prefix { $0 == " " }
    return body.dropFirst().prefix { $0 != indentation + "\"\"\"" }
      .map { $0.dropFirst(indentation.count) }.joined(separator: "\n")
  }
}

/// The text with lines joined where a literal breaks them for the reader only.
private func unbroken(_ text: String) -> String { text.replacing(/\\\n */, with: "") }
