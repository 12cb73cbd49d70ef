import Foundation

/// A named group of settings in the files that Amazon's tools keep in a user's home.
struct AWSProfile {
  /// The names and values; empty when no file has such a group.
  private(set) var values: [String: String] = [:]

  /// Reads a profile from both files; what stands in the first comes before what stands in the second.
  ///
  /// - Parameters:
  ///   - credentials: The content of `~/.aws/credentials`, where a group is `[name]`.
  ///   - config: The content of `~/.aws/config`, where it is `[profile name]`, and `[default]`.
  init(named name: String, credentials: String?, config: String?) {
    let inConfig = name == "default" ? name : "profile \(name)"
    read(config ?? "", group: inConfig)
    read(credentials ?? "", group: name)
  }

  subscript(key: String) -> String? { values[key].flatMap { $0.isEmpty ? nil : $0 } }

  private mutating func read(_ text: String, group: String) {
    var isHere = false
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.trimmingCharacters(in: .whitespaces)
      if words.hasPrefix("#") || words.hasPrefix(";") { continue }
      if words.hasPrefix("["), let end = words.firstIndex(of: "]") {
        let name = words[words.index(after: words.startIndex)..<end]
        isHere = name.split(separator: " ").joined(separator: " ") == group
        continue
      }
      // What is further in belongs to the setting before it, such as `s3 =`.
      guard isHere, line.first?.isWhitespace == false, let sign = words.firstIndex(of: "=") else {
        continue
      }
      let key = words[..<sign].trimmingCharacters(in: .whitespaces).lowercased()
      values[key] = words[words.index(after: sign)...].trimmingCharacters(in: .whitespaces)
    }
  }
}
