/// A folder that containers see.
struct ContainerMount: Hashable, Sendable {
  /// The claim that it belongs to; nil for a folder of the host.
  var claim: String?
  /// Where it lies, absolute: in the container, and on a host that has it.
  var path: String

  /// Reads `CLAIM:/FOLDER` or `/FOLDER`.
  init(_ text: String, ofClaim isOfClaim: Bool) throws(SubmissionError) {
    let colon = text.firstIndex(of: ":")
    claim = isOfClaim ? colon.map { String(text[..<$0]) } : nil
    path = isOfClaim ? colon.map { String(text[text.index(after: $0)...]) } ?? "" : text
    let isNamed = claim.map { $0.wholeMatch(of: /[a-z0-9]([a-z0-9.-]*[a-z0-9])?/) != nil }
    guard path.hasPrefix("/"), path.count > 1, isNamed ?? !isOfClaim else {
      throw .wordNotTaken(option: "--mount", word: text)
    }
  }

  /// Whether a file or folder lies in it.
  func holds(_ path: String) -> Bool { path == self.path || path.hasPrefix(self.path + "/") }

  /// Reads mounts, and sees that the folders of a job lie in them.
  static func all(
    _ texts: [String], ofClaims: Bool, holding folders: [String]
  ) throws(SubmissionError) -> [ContainerMount] {
    var mounts: [ContainerMount] = []
    for text in texts { mounts.append(try ContainerMount(text, ofClaim: ofClaims)) }
    for folder in folders where !mounts.contains(where: { $0.holds(folder) }) {
      let above = folder.split(separator: "/").dropLast().map { "/" + $0 }.joined()
      let example = (ofClaims ? "CLAIM:" : "") + (above.isEmpty ? folder : above)
      throw .folderNotMounted(place: folder, example: example)
    }
    return mounts
  }
}
