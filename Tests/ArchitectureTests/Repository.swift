import Foundation

/// The files of this repository, as text.
enum Repository {
  /// The folder that holds Package.swift.
  static let root: URL = {
    var folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path),
      folder.path != "/"
    {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  /// A text file, by its path in the repository; empty when it is absent.
  static func text(_ path: String) -> String {
    (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
  }

  /// The paths of all files below a folder, sorted; none of what tools generate.
  static func files(in folder: String, endingWith endings: [String] = [""]) -> [String] {
    let base = root.appending(path: folder).resolvingSymlinksInPath()
    let contents = FileManager.default.enumerator(atPath: base.path)?.allObjects ?? []
    return contents.compactMap { $0 as? String }
      .filter { path in
        endings.contains { path.hasSuffix($0) } && !isGenerated(path)
          && !isFolder(base.appending(path: path))
      }
      .map { "\(folder)/\($0)" }
      .sorted()
  }

  private static func isGenerated(_ path: String) -> Bool {
    path.hasSuffix(".pb.swift") || path.split(separator: "/").contains("Generated")
  }

  private static func isFolder(_ file: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

/// A Swift file: where it is and what it says.
struct SwiftFile {
  let path: String
  let lines: [Substring]

  init(_ path: String) {
    self.path = path
    lines = Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The modules that the file imports.
  var imports: Set<String> {
    Set(
      lines.compactMap { line in
        let words = line.prefix { $0 != "/" }.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
          words[..<place].allSatisfy({
            $0.hasPrefix("@") || ["public", "package", "internal", "private"].contains($0)
          })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var", "let"]
        let name = kinds.contains(words[place + 1]) ? words.last : words[place + 1]
        return name?.split(separator: ".").first.map(String.init)
      })
  }
}
