import Foundation
import Yams

extension PipelineSpecification {
  /// A pipeline file larger than this is refused: it is something else.
  private static let largestFile = 1_048_576

  /// Reads a pipeline file.
  ///
  /// - Parameter path: The file; messages name it as it is given here.
  public init(reading path: String) throws(SpecificationError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .cannotRead(path: path, reason: "there is no such file")
    }
    guard !isFolder.boolValue else {
      throw .cannotRead(path: path, reason: "it is a folder")
    }
    let bytes: Data
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      // At the end of a file, reading gives nil; an empty file has no other beginning.
      bytes = try file.read(upToCount: Self.largestFile + 1) ?? Data()
    } catch {
      throw .cannotRead(path: path, reason: "it cannot be opened: \(RunError.words(of: error))")
    }
    guard bytes.count <= Self.largestFile else {
      throw .cannotRead(path: path, reason: "it is larger than 1 MB and so no pipeline")
    }
    try self.init(parsing: Array(bytes), file: path)
  }

  /// Reads the bytes of a pipeline file.
  public init(parsing bytes: [UInt8], file: String) throws(SpecificationError) {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let content = hasMark ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      throw .notText(at: Self.firstInvalid(in: content, file: file))
    }
    try self.init(parsing: text, file: file)
  }

  /// Reads the text of a pipeline.
  ///
  /// - Parameter file: What messages call the text; its stem is the name of a pipeline without one.
  public init(parsing text: String, file: String) throws(SpecificationError) {
    if let tab = Self.firstTab(in: text, file: file) { throw .tab(at: tab) }
    let root: Node?
    do {
      root = try Parser(yaml: text, encoding: .utf8).singleRoot()
    } catch {
      throw Self.refusal(of: error, file: file)
    }
    guard let root, !root.isNothing else { throw .empty(path: file) }
    guard root.mapping != nil else {
      let place = Place(file: file, section: Self.title, key: Self.title, example: "")
      throw .wrongValue(
        at: place.position(of: root), key: Self.title, found: place.describe(root),
        expected: "sections: \(Self.fields.map(\.key).joined(separator: ", "))",
        suggestion: "begin with a copy of pipelines/buildings.yaml")
    }
    self = try Self.read(root, file: file)
    if name.isEmpty { name = Self.name(ofFile: file) }
  }

  private static func refusal(of error: any Error, file: String) -> SpecificationError {
    func position(_ mark: Mark) -> TextPosition {
      TextPosition(file: file, line: mark.line, column: mark.column)
    }
    let start = TextPosition(file: file, line: 1, column: 1)
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .notYAML(at: position(mark), reason: "the YAML reader says: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      return .duplicateKey(at: position(context.mark), key: keys.first ?? "")
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0).split(
        omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      let place = TextPosition(
        file: file, line: max(1, before.count),
        column: (before.last?.unicodeScalars.count ?? 0) + 1)
      return .notYAML(at: place, reason: "the YAML reader says: \(problem)")
    default:
      return .notYAML(at: start, reason: "the YAML reader says: \(error)")
    }
  }

  /// The first tab that stands before anything else on its line.
  private static func firstTab(in text: String, file: String) -> TextPosition? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let indentation = line.prefix { $0 == " " || $0 == "\t" }
      guard indentation.count < line.count, let tab = indentation.firstIndex(of: "\t") else {
        continue
      }
      let column = line.distance(from: line.startIndex, to: tab) + 1
      return TextPosition(file: file, line: index + 1, column: column)
    }
    return nil
  }

  /// The place of the first byte that begins no UTF-8 character.
  private static func firstInvalid(in bytes: ArraySlice<UInt8>, file: String) -> TextPosition {
    var position = TextPosition(file: file, line: 1, column: 1)
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while case .valid(let scalar) = decoder.parseScalar(from: &iterator) {
      let isNewline = scalar.count == 1 && scalar.first == UInt8(ascii: "\n")
      position.line += isNewline ? 1 : 0
      position.column = isNewline ? 1 : position.column + 1
    }
    return position
  }

  /// A lawful name made from a file's own.
  private static func name(ofFile path: String) -> String {
    let file = path.split(separator: "/").last ?? "pipeline"
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file
    let letters = stem.prefix(64).map { isFileName("a\($0)") ? $0 : "-" }
    let name = String(String(letters).drop { $0 == "-" || $0 == "." || $0 == "_" })
    return isFileName(name) ? name : "pipeline"
  }
}
