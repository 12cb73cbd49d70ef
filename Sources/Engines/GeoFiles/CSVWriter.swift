public import Polygons

/// Writes features into a CSV file, with their shapes as well-known text in one of the columns.
///
/// Source: RFC 4180, with line feeds; OGC 06-103r4, section 7.
public final class CSVWriter: FeatureWriter {
  private static let flushedBytes = 1 << 16

  private let file: any ByteFile
  private let fields: [VectorField]
  private let geometryColumn: Int
  private var text = ""

  /// Begins a file with the names of its columns.
  ///
  /// - Parameters:
  ///   - file: An empty file.
  ///   - fields: The attributes, one column each.
  ///   - geometryColumn: How many columns stand before that of the shape.
  /// - Throws: What the file throws.
  public init(to file: any ByteFile, fields: [VectorField], geometryColumn: Int) throws {
    self.file = file
    self.fields = fields
    self.geometryColumn = geometryColumn
    appendRow(fields.map { Self.cell($0.name) }, geometry: "geometry")
  }

  /// Writes one row.
  ///
  /// - Throws: What the file throws.
  public func write(_ shape: Shape, values: [VectorValue]) throws {
    precondition(values.count == fields.count)
    let cells = zip(fields, values).map { field, value in
      switch value {
      case .text(let text): Self.cell(text)
      case .records: Self.cell(value.json(field.kind))
      case .integer, .real: value.json(field.kind)
      case .null: ""
      }
    }
    appendRow(cells, geometry: "\"\(Self.wellKnownText(of: shape))\"")
    if text.utf8.count >= Self.flushedBytes { try flush() }
  }

  /// Writes what is held back, and closes the file.
  ///
  /// - Throws: What the file throws.
  public func close() throws {
    try flush()
    try file.close()
  }

  private func flush() throws {
    try file.append(Array(text.utf8))
    text.removeAll(keepingCapacity: true)
  }

  private func appendRow(_ cells: [String], geometry: String) {
    var row = cells
    row.insert(geometry, at: geometryColumn)
    text += row.joined(separator: ",") + "\n"
  }

  private static func cell(_ text: String) -> String {
    guard text.utf8.contains(where: { "\",\n\r".utf8.contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func wellKnownText(of shape: Shape) -> String {
    let name = (shape.isMultiple ? shape.kind.multipleName : shape.kind.rawValue).uppercased()
    let parts = shape.parts.map { part in
      let paths = part.paths.map { path in
        "(" + path.map { "\($0.x) \($0.y)" }.joined(separator: ", ") + ")"
      }
      let text = paths.joined(separator: ", ")
      return part.kind == .polygon ? "(\(text))" : text
    }
    return name + (shape.isMultiple ? "(\(parts.joined(separator: ", ")))" : parts[0])
  }
}
