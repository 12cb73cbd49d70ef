import CZstd
public import Polygons

/// Writes features into a GeoParquet file, row group after row group.
///
/// Geometry is well-known binary in the column `geometry`; `bbox` holds the box around it, so that
/// readers skip row groups by the least and greatest values in the footer. Features stay in the
/// order in which they come: neighbours that come together lie together. Columns are plain and
/// compressed with Zstandard. The same features make the same bytes.
///
/// Memory is that of one row group, and 2 KB per row group for the footer.
///
/// Source: GeoParquet 1.1.0, https://geoparquet.org/releases/v1.1.0;
/// https://github.com/apache/parquet-format.
public final class GeoParquetWriter: FeatureWriter {
  /// The rows of a row group at most; few enough that a small window reads little.
  public static let rowsPerGroup = 20_000
  /// The bytes of a row group's geometry at most, about.
  static let bytesPerGroup = 32 << 20
  private static let compressionLevel: Int32 = 6
  private static let magic = Array("PAR1".utf8)

  private let file: any ByteFile
  private let kind: Shape.Kind
  private let schema: ParquetSchema
  private let reference: String?
  private let creator: String
  private var columns: [ParquetColumn]
  private var rows = 0
  private var allRows = 0
  private var groups = ThriftCompact()
  private var groupCount = 0
  private var hasParts = false
  private var low = Point(x: .infinity, y: .infinity)
  private var high = Point(x: -.infinity, y: -.infinity)

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - file: An empty file.
  ///   - fields: The attributes; none may be called `geometry` or `bbox`.
  ///   - kind: What the features are.
  ///   - reference: The reference system of the features in PROJJSON; nil for longitude and latitude
  ///     on WGS 84.
  ///   - creator: What the file says of its maker.
  /// - Throws: What the file throws.
  public init(
    to file: any ByteFile, fields: [VectorField], of kind: Shape.Kind = .polygon,
    reference: String?, creator: String
  ) throws {
    precondition(!fields.contains { ["geometry", "bbox"].contains($0.name) })
    self.file = file
    self.kind = kind
    self.reference = reference
    self.creator = creator
    schema = ParquetSchema(fields: fields)
    columns = schema.columns
    try file.append(Self.magic)
  }

  /// Writes one feature; a row group goes to the file when it is full.
  ///
  /// - Throws: What the file throws.
  public func write(_ shape: Shape, values: [VectorValue]) throws {
    precondition(values.count == schema.fields.count && shape.kind == kind)
    var column = 0
    for (field, value) in zip(schema.fields, values) {
      if case .records(let inner) = field.kind {
        append(value, inner.count, at: column)
        column += inner.count
      } else {
        columns[column].append(value)
        column += 1
      }
    }
    // A box around parts on both sides of the antimeridian goes around the world: readers that skip row
    // groups by the least and greatest sides then miss nothing.
    let bounds = shape.bounds
    for side in [bounds.low.x, bounds.low.y, bounds.high.x, bounds.high.y] {
      columns[column].append(.real(side))
      column += 1
    }
    columns[column].append(WellKnownBinary.bytes(of: shape))
    low = Point(x: min(low.x, bounds.low.x), y: min(low.y, bounds.low.y))
    high = Point(x: max(high.x, bounds.high.x), y: max(high.y, bounds.high.y))
    if shape.isMultiple { hasParts = true }
    rows += 1
    if rows == Self.rowsPerGroup || columns[column].size >= Self.bytesPerGroup {
      try writeGroup()
    }
  }

  /// Appends a list of records to the columns of their attributes.
  private func append(_ value: VectorValue, _ width: Int, at first: Int) {
    var records: [[VectorValue]] = []
    if case .records(let some) = value { records = some }
    for offset in 0..<width {
      if records.isEmpty { columns[first + offset].appendNothing(level: 0) }
      for (index, record) in records.enumerated() {
        columns[first + offset].append(record[offset], continuesList: index > 0)
      }
    }
  }

  /// Writes the last row group and the footer, and closes the file.
  ///
  /// - Throws: What the file throws.
  public func close() throws {
    try writeGroup()
    let start = file.count
    try file.append(footer())
    var end: [UInt8] = []
    end.appendLittleEndian(UInt32(file.count - start))
    try file.append(end + Self.magic)
    try file.close()
  }

  // MARK: Row groups

  private func writeGroup() throws {
    guard rows > 0 else { return }
    var chunks = ThriftCompact()
    var (plain, compressed) = (0, 0)
    let start = file.count
    for column in columns {
      let offset = file.count
      let page = column.page()
      let packed = Self.compress(page)
      let header = Self.header(of: column, plain: page.count, compressed: packed.count)
      try file.append(header)
      try file.append(packed)
      let sizes = (plain: header.count + page.count, compressed: header.count + packed.count)
      plain += sizes.plain
      compressed += sizes.compressed
      chunks.element { Self.describe(column, at: offset, sizes: sizes, in: &$0) }
    }
    groups.element { group in
      group.list(1, of: .structure, count: columns.count)
      group.elements(encoded: chunks.bytes)
      group.int64(2, plain)
      group.int64(3, rows)
      group.int64(5, start)
      group.int64(6, compressed)
    }
    groupCount += 1
    allRows += rows
    rows = 0
    columns = columns.map(\.emptied)
  }

  private static func compress(_ bytes: [UInt8]) -> [UInt8] {
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&packed, packed.count, bytes, bytes.count, compressionLevel)
    precondition(ZSTD_isError(count) == 0, "the bound is always enough")
    return Array(packed[..<count])
  }

  private static func header(
    of column: ParquetColumn, plain: Int, compressed: Int
  ) -> [UInt8] {
    var thrift = ThriftCompact()
    thrift.element { page in
      page.int32(1, 0)  // a data page
      page.int32(2, plain)
      page.int32(3, compressed)
      page.structure(5) { data in
        data.int32(1, column.count)
        data.int32(2, Encoding.plain)
        data.int32(3, Encoding.runs)
        data.int32(4, Encoding.runs)
      }
    }
    return thrift.bytes
  }

  private enum Encoding {
    static let plain = 0
    static let runs = 3
  }

  private static func describe(
    _ column: ParquetColumn, at offset: Int, sizes: (plain: Int, compressed: Int),
    in thrift: inout ThriftCompact
  ) {
    let zstd = 6
    thrift.int64(2, offset)
    thrift.structure(3) { data in
      data.int32(1, column.kind.rawValue)
      data.list(2, of: .int32, count: 2)
      data.element(Encoding.plain)
      data.element(Encoding.runs)
      data.list(3, of: .binary, count: column.path.count)
      for name in column.path { data.element(name) }
      data.int32(4, zstd)
      data.int64(5, column.count)
      data.int64(6, sizes.plain)
      data.int64(7, sizes.compressed)
      data.int64(9, offset)
      data.structure(12) { statistics in
        statistics.int64(3, column.nullCount)
        guard let bounds = column.bounds else { return }
        statistics.binary(5, bounds.greatest)
        statistics.binary(6, bounds.least)
      }
    }
  }

  // MARK: The footer

  private func footer() -> [UInt8] {
    var thrift = ThriftCompact()
    thrift.element { footer in
      footer.int32(1, 2)
      schema.write(into: &footer, as: 2)
      footer.int64(3, allRows)
      footer.list(4, of: .structure, count: groupCount)
      footer.elements(encoded: groups.bytes)
      footer.list(5, of: .structure, count: 1)
      footer.element {
        $0.text(1, "geo")
        $0.text(2, geoMetadata)
      }
      footer.text(6, creator)
      // Least and greatest are by each type's own order.
      footer.list(7, of: .structure, count: columns.count)
      for _ in columns { footer.element { $0.structure(1) { _ in } } }
    }
    return thrift.bytes
  }

  private var geoMetadata: String {
    let sides = ParquetSchema.sides.map { "\"\($0)\":[\"\(ParquetSchema.bounds)\",\"\($0)\"]" }
    var members = [
      "\"encoding\":\"WKB\"",
      "\"geometry_types\":[\"\(kind.rawValue)\"\(hasParts ? ",\"\(kind.multipleName)\"" : "")]",
      "\"covering\":{\"\(ParquetSchema.bounds)\":{\(sides.joined(separator: ","))}}",
    ]
    if kind == .polygon { members.append("\"orientation\":\"counterclockwise\"") }
    if let reference { members.append("\"crs\":\(reference)") }
    if allRows > 0 { members.append("\"bbox\":[\(low.x),\(low.y),\(high.x),\(high.y)]") }
    return "{\"version\":\"1.1.0\",\"primary_column\":\"\(ParquetSchema.geometry)\",\"columns\":"
      + "{\"\(ParquetSchema.geometry)\":{\(members.joined(separator: ","))}}}"
  }
}
