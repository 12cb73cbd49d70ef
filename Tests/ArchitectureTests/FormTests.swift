import Testing

@Suite struct `The form of the code` {
  private let code = ["Sources", "Tests", "sample-data"].flatMap {
    Repository.files(in: $0, endingWith: [".swift", ".c", ".h"])
  }

  @Test func `files have at most 400 lines`() {
    for path in code {
      #expect(SwiftFile(path).lines.count <= 401, "\(path)")
    }
  }

  @Test func `functions have about 50 lines at most`() {
    let about = 60
    for path in code where path.hasPrefix("Sources") && path.hasSuffix(".swift") {
      for function in functions(of: SwiftFile(path)) where function.length > about {
        Issue.record("\(path):\(function.line) has \(function.length) lines")
      }
    }
  }

  @Test func `functions are measured`() {
    let file = SwiftFile("Tests/ArchitectureTests/FormTests.swift")

    #expect(functions(of: file).count >= 6)
    #expect(functions(of: file).first?.length == 3)
  }

  @Test func `no folder or file has a name that says nothing`() {
    let empty: Set<String> = ["util", "utils", "utilities", "helper", "helpers", "common", "misc"]
    for path in code {
      let words = path.lowercased().split { "/+-.".contains($0) }.map(String.init)
      #expect(empty.isDisjoint(with: words), "\(path)")
    }
  }

  @Test func `nothing is left unfinished`() {
    let unfinished = /\bTODO\b|\bFIXME\b|\bXXX\b|not (yet )?implemented/
    for path in code where path.hasPrefix("Sources") {
      #expect(SwiftFile(path).lines.filter { $0.contains(unfinished) } == [], "\(path)")
    }
  }

  @Test func `every package is explained with its exact version`() {
    let page = Repository.text("CONTRIBUTING.md")
    let packages = Repository.text("Package.swift")
      .matches(of: /\.package\(\s*url: "(.+?)(?:\.git)?",\s*(\w+): "([^"]+)"/)

    #expect(packages.count >= 4)
    for package in packages {
      #expect(package.2 == "exact", "\(package.1)")
      #expect(page.contains("](\(package.1)) | \(package.3) |"), "\(package.1)")
    }
  }

  @Test func `every module is named in the plan on one page`() {
    let page = Repository.text("Sources/README.md")
    for module in FloorPlan.house.modules {
      #expect(page.contains("`\(module.name)`"), "\(module.name)")
    }
  }
}

/// The functions and initialisers of a formatted file, with the lines between their braces.
///
/// Formatting gives the closing brace the indentation of the declaration; that is what is looked
/// for.
private func functions(of file: SwiftFile) -> [(line: Int, length: Int)] {
  var found: [(line: Int, length: Int)] = []
  for (index, line) in file.lines.enumerated() {
    // Most lines are none, and a regular expression takes its time to say so.
    guard line.contains("func ") || line.contains("init"),
      line.contains(/^\s*(?:@?\w+(?:\(\w+\))? )*(?:func [^ ]|init[?(<]|deinit)/)
    else { continue }
    let indentation = line.prefix { $0 == " " }
    guard let opening = bodyOpening(of: file.lines[index...], indentation: indentation),
      let closing = file.lines[opening...].firstIndex(of: indentation + "}")
    else { continue }
    found.append((index + 1, closing - opening - 1))
  }
  return found
}

/// The line that ends with the brace that opens a body, or nil for a declaration without one.
private func bodyOpening(of lines: ArraySlice<Substring>, indentation: Substring) -> Int? {
  for (offset, line) in lines.enumerated() {
    let isContinuation =
      offset == 0 || line.hasPrefix(indentation + "  ") || line.hasPrefix(indentation + ")")
      || line == indentation + "{"
    guard isContinuation else { return nil }
    if line.hasSuffix("{") { return lines.startIndex + offset }
    if line.hasSuffix("}") { return nil }
  }
  return nil
}
