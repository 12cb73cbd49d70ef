/// System calls as `strace -f -y` writes them, with the places of their begin and end in the log.
struct CallLog {
  /// One call.
  struct Call {
    var name: String
    /// What stands between the parentheses, as far as it was written when the call began.
    var arguments: String
    /// The line with which it began.
    var begin: Int
    /// The line with which it returned.
    var end: Int

    /// The path of the descriptor that is its first argument, as `3</tmp/a>`.
    var descriptorPath: String? {
      guard let open = arguments.firstIndex(of: "<"),
        arguments[..<open].allSatisfy(\.isNumber),
        let close = arguments[open...].firstIndex(of: ">")
      else { return nil }
      return String(arguments[arguments.index(after: open)..<close])
    }

    /// The texts in quotation marks among its arguments.
    var quoted: [String] {
      arguments.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
  }

  private(set) var calls: [Call] = []

  /// Reads a log.
  init(_ text: String) {
    var open: [Substring: Call] = [:]
    for (line, words) in text.split(separator: "\n").enumerated() {
      guard let space = words.firstIndex(of: " ") else { continue }
      let process = words[..<space]
      let rest = words[space...].drop { $0 == " " }
      if rest.hasPrefix("<... ") {
        guard var call = open.removeValue(forKey: process) else { continue }
        call.end = line
        calls.append(call)
      } else if let parenthesis = rest.firstIndex(of: "("), !rest.hasPrefix("+++"),
        !rest.hasPrefix("---")
      {
        let call = Call(
          name: String(rest[..<parenthesis]),
          arguments: String(rest[rest.index(after: parenthesis)...]), begin: line, end: line)
        if rest.contains("<unfinished ...>") { open[process] = call } else { calls.append(call) }
      }
    }
  }
}
