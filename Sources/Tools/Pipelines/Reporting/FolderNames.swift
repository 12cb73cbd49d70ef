import Foundation

/// The folders of this machine that a run knows of: nobody else's business where a page is mailed.
struct FolderNames {
  private let pattern: NSRegularExpression?

  /// The folders of a run's files, and those above them.
  init(of plan: RunPlan, in folder: RunFolder) {
    let files =
      plan.sources.joined().map(\.path) + [plan.model.path, plan.region?.path, folder.path + "/"]
    self.init(of: files.compactMap(\.self))
  }

  /// The folders of files; only files with absolute paths have any, inside archives too.
  init(of files: [String]) {
    var folders: Set<String> = []
    for file in files {
      let path =
        file.hasPrefix("/vsi") ? String(file.dropFirst().drop { $0 != "/" }.dropFirst()) : file
      guard path.hasPrefix("/") else { continue }
      var folder = path[...]
      while let end = folder.lastIndex(of: "/"), end > folder.startIndex {
        folder = folder[..<end]
        folders.insert(folder + "/")
      }
    }
    // The longest first: what is left of a path is then its last name.
    let all = folders.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    pattern =
      all.isEmpty
      ? nil
      : try? NSRegularExpression(
        pattern: #"(?<![\w.~-])(?:"#
          + all.map(NSRegularExpression.escapedPattern).joined(separator: "|") + ")")
  }

  /// A text without them.
  func removed(from text: String) -> String {
    guard let pattern else { return text }
    return pattern.stringByReplacingMatches(
      in: text, range: NSRange(text.startIndex..., in: text), withTemplate: "")
  }
}
