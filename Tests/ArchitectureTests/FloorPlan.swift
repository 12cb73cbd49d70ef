/// The modules of Package.swift: their floors, their folders, what they may import.
struct FloorPlan {
  /// A floor of the house; a module imports only from floors below its own.
  enum Floor: Int {
    case bindings, core, engines, stages, tools
  }

  /// A target below Sources.
  struct Module {
    var name: String
    var path: String
    var dependencies: [String]
    var products: [String]

    /// The floor, by the folder.
    var floor: Floor? {
      switch path.split(separator: "/").dropFirst().first {
      case "Bindings": .bindings
      case "Core": .core
      case "Engines": .engines
      case "Stages": .stages
      case "Tools": .tools
      default: nil
      }
    }
  }

  let modules: [Module]

  /// Reads the plan of this repository.
  static let house = FloorPlan(manifest: Repository.text("Package.swift"))

  /// Reads a manifest that is written as ours is: a call of `library`, `command`, `system` or
  /// `.target` for each module, with literals for arguments.
  init(manifest: String) {
    let code = manifest.split(separator: "\n", omittingEmptySubsequences: false)
      .map(withoutComment)
      .joined(separator: "\n")
    modules = code.matches(of: /(library|command|system|\.target|\.executableTarget)\(/)
      .compactMap { match in
        Self.module(kind: String(match.1), arguments: balanced(code[match.range.upperBound...]))
      }
  }

  subscript(name: String) -> Module? { modules.first { $0.name == name } }

  private static func module(kind: String, arguments: Substring) -> Module? {
    guard let name = arguments.firstMatch(of: /^\s*(?:name:\s*)?"([^"]+)"/)?.1 else { return nil }
    let folder = arguments.firstMatch(of: /(?:at|path): "([^"]+)"/).map { String($0.1) }
    let path: String? =
      switch kind {
      case "library": folder.map { "Sources/\($0)" }
      case "command": "Sources/Tools/\(name)"
      case "system": "Sources/Bindings/\(name)"
      default: folder
      }
    guard let path, path.hasPrefix("Sources/") else { return nil }
    var list = Substring()
    if let start = arguments.firstMatch(of: /(?:on|dependencies):\s*\[/) {
      list = balanced(arguments[start.range.upperBound...])
    }
    let products = list.matches(of: /\.product\(\s*name: "([^"]+)"/).map { String($0.1) }
    let others = list.replacing(/\.product\([^)]*\)/, with: "")
    let names = others.matches(of: /"([^"]+)"/).map { String($0.1) }
    return Module(name: String(name), path: path, dependencies: names, products: products)
  }
}

/// A line up to its comment; `//` behind a colon is part of an address.
private func withoutComment(_ line: Substring) -> Substring {
  guard let slashes = line.firstRange(of: "//") else { return line }
  let code = line[..<slashes.lowerBound]
  return code.hasSuffix(":") ? line : code
}

/// The text up to the bracket that closes what was opened before it.
private func balanced(_ text: Substring) -> Substring {
  var depth = 1
  for index in text.indices {
    if "([".contains(text[index]) { depth += 1 }
    if ")]".contains(text[index]) { depth -= 1 }
    if depth == 0 { return text[..<index] }
  }
  return text
}
