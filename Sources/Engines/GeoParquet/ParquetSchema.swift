import Polygons

/// The columns of a file of features, and the tree that Parquet's footer names them by.
struct ParquetSchema {
  static let geometry = "geometry"
  static let bounds = "bbox"
  static let sides = ["xmin", "ymin", "xmax", "ymax"]

  let fields: [VectorField]

  /// The columns, empty: those of the fields in order, the sides of the box, the geometry.
  var columns: [ParquetColumn] {
    fields.flatMap(Self.columns)
      + Self.sides.map { ParquetColumn([Self.bounds, $0], .double) }
      + [ParquetColumn([Self.geometry], .bytes)]
  }

  private static func columns(of field: VectorField) -> [ParquetColumn] {
    guard case .records(let inner) = field.kind else {
      return [
        ParquetColumn([field.name], kind(of: field), isText: field.kind == .text, deepest: 1)
      ]
    }
    return inner.map {
      ParquetColumn(
        [field.name, "list", "element", $0.name], kind(of: $0), isText: $0.kind == .text,
        deepest: 2, isRepeated: true)
    }
  }

  private static func kind(of field: VectorField) -> ParquetColumn.Kind {
    switch field.kind {
    case .integer: .int64
    case .real: .double
    case .text, .records: .bytes
    }
  }

  // MARK: The footer's tree, in depth-first order

  private enum Repetition: Int {
    case required = 0
    case optional = 1
    case repeated = 2
  }

  /// Writes the list of elements as a field of the footer.
  func write(into thrift: inout ThriftCompact, as number: Int16) {
    var elements = ThriftCompact()
    var count = 0
    func add(
      _ name: String, _ repetition: Repetition? = nil, _ kind: ParquetColumn.Kind? = nil,
      children: Int? = nil, isText: Bool = false, isList: Bool = false
    ) {
      count += 1
      elements.element { element in
        if let kind { element.int32(1, kind.rawValue) }
        if let repetition { element.int32(3, repetition.rawValue) }
        element.text(4, name)
        if let children { element.int32(5, children) }
        // What old readers know, then what new ones do: UTF8 is 0 and 1, LIST is 3 and 3.
        if isText { element.int32(6, 0) }
        if isList { element.int32(6, 3) }
        if isText { element.structure(10) { $0.structure(1) { _ in } } }
        if isList { element.structure(10) { $0.structure(3) { _ in } } }
      }
    }
    add("schema", children: fields.count + 2)
    for field in fields {
      if case .records(let inner) = field.kind {
        add(field.name, .required, children: 1, isList: true)
        add("list", .repeated, children: 1)
        add("element", .required, children: inner.count)
        for leaf in inner {
          add(leaf.name, .optional, Self.kind(of: leaf), isText: leaf.kind == .text)
        }
      } else {
        add(field.name, .optional, Self.kind(of: field), isText: field.kind == .text)
      }
    }
    add(Self.bounds, .required, children: Self.sides.count)
    for side in Self.sides { add(side, .required, .double) }
    add(Self.geometry, .required, .bytes)
    thrift.list(number, of: .structure, count: count)
    thrift.elements(encoded: elements.bytes)
  }
}
