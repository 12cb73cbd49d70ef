import CGDAL
public import Grids
public import Polygons

/// A table of features being loaded into PostgreSQL with PostGIS, feature after feature.
///
/// The database is the one that libpq finds by itself: `PGSERVICE` and `~/.pg_service.conf`, `PGHOST`,
/// `PGDATABASE`, `PGUSER` and their kin, passwords from `~/.pgpass`. So no connection is ever named to
/// Mapwright, and none can end up in a run's folder, a log or an error.
///
/// All is one transaction: others see the old table, or none, until ``close()`` has read back what was
/// loaded. A table of the same name is replaced when its comment says that it was made here.
public final class DatabaseTable: FeatureWriter {
  private let name: String
  private let fields: [VectorField]
  private let receipt: OutputFile
  private let kind: Shape.Kind
  private let isMultiple: Bool
  private let tally = VectorTally()
  private var dataset: GDALDatasetH?
  private var layer: OGRLayerH?

  /// The comment that marks a table as ours to replace.
  private static let mark = "Made by Mapwright, which replaces it when it loads it again"

  /// Begins a table.
  ///
  /// - Parameters:
  ///   - layerName: What the table is called, once letters, digits and `_` are left of it.
  ///   - kind: What the features are.
  ///   - crs: The system of the features.
  ///   - fields: The attributes.
  ///   - parts: Whether features may have several parts.
  ///   - receipt: An empty file, which tells what was loaded when all is done.
  /// - Throws: ``GeoFileError/cannotLoad(table:reason:)``, ``GeoFileError/tableOfOthers(table:)``,
  ///   ``GeoFileError/unknownCRS(definition:reason:)``.
  public init(
    loading layerName: String, of kind: Shape.Kind, crs: CoordinateReference, fields: [VectorField],
    parts: Bool, receipt: OutputFile
  ) throws(GeoFileError) {
    name = Self.tableName(of: layerName)
    self.fields = fields
    self.receipt = receipt
    self.kind = kind
    isMultiple = parts
    let reference = try SpatialReference(crs)
    let (dataset, said) = GDALListener.listen {
      GDALOpenEx(
        "PG:", UInt32(GDAL_OF_VECTOR | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    }
    guard let dataset else { throw .cannotLoad(table: name, reason: said.words) }
    self.dataset = dataset
    guard answer(to: "SELECT extname FROM pg_extension WHERE extname = 'postgis'") != nil else {
      throw .cannotLoad(
        table: name, reason: "the database has no PostGIS: `CREATE EXTENSION postgis` adds it")
    }
    try attempt { GDALDatasetStartTransaction(dataset, 0) == OGRERR_NONE }
    try makeRoom()
    let options = [
      "GEOMETRY_NAME=geom", "FID=fid", "LAUNDER=NO", "SPATIAL_INDEX=GIST",
      "DESCRIPTION=\(Self.mark)",
    ]
    let type = parts ? kind.multipleType : kind.type
    try attempt {
      layer = VectorWriter.makeLayer(in: dataset, name, reference, type, options, fields)
      return layer != nil
    }
  }

  /// Ends the connection, and with it a transaction that was not committed.
  deinit {
    guard let dataset else { return }
    _ = GDALListener.listen {
      GDALDatasetRollbackTransaction(dataset)
      return mw_gdal_close(dataset)
    }
  }

  /// Loads one feature.
  ///
  /// - Throws: ``GeoFileError/cannotLoad(table:reason:)``.
  public func write(_ shape: Shape, values: [VectorValue]) throws(GeoFileError) {
    precondition(values.count == fields.count && shape.kind == kind)
    guard let layer else { return }
    try attempt { VectorWriter.add(shape, values, fields, asMultiple: isMultiple, to: layer) }
    tally.add(shape)
  }

  /// Reads back what was loaded, shows it to others, and writes the receipt.
  ///
  /// - Throws: ``GeoFileError/cannotLoad(table:reason:)``, and what the receipt's file throws.
  public func close() throws(GeoFileError) {
    guard let dataset, let layer else { return }
    let found = VectorTally()
    try attempt {
      found.count(layer)
      return true
    }
    if let reason = found.difference(from: tally) { throw .cannotLoad(table: name, reason: reason) }
    try attempt { GDALDatasetCommitTransaction(dataset) == OGRERR_NONE }
    self.dataset = nil
    try attempt { mw_gdal_close(dataset) }
    let numbers = "\"features\": \(tally.features), \"points\": \(tally.points)"
    try receipt.append(Array("{\"table\": \"\(name)\", \(numbers)}\n".utf8))
    try receipt.close()
  }

  /// PostgreSQL's names are at most 63 bytes; without capitals and signs they need no quotes.
  private static func tableName(of layerName: String) -> String {
    let letters = layerName.utf8.prefix(63).map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
      default: UInt8(ascii: "_")
      }
    }
    return String(decoding: letters, as: UTF8.self)
  }

  /// Removes a table of the same name that was made here.
  private func makeRoom() throws(GeoFileError) {
    let comment = answer(
      to: """
        SELECT coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_class c \
        JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = current_schema() AND c.relname = '\(name)'
        """)
    guard let comment else { return }
    guard comment == Self.mark else { throw .tableOfOthers(table: name) }
    let dataset = self.dataset
    let name = self.name
    try attempt {
      GDALDatasetReleaseResultSet(
        dataset, GDALDatasetExecuteSQL(dataset, "DROP TABLE \"\(name)\"", nil, nil))
      return true
    }
  }

  /// The first cell of a query's first row.
  private func answer(to query: String) -> String? {
    GDALListener.listen { () -> String? in
      guard let result = GDALDatasetExecuteSQL(dataset, query, nil, nil) else { return nil }
      defer { GDALDatasetReleaseResultSet(dataset, result) }
      guard let row = OGR_L_GetNextFeature(result) else { return nil }
      defer { OGR_F_Destroy(row) }
      return String(cString: OGR_F_GetFieldAsString(row, 0))
    }.value
  }

  private func attempt(_ body: () -> Bool) throws(GeoFileError) {
    let (isDone, said) = GDALListener.listen(body)
    guard isDone, said.isContent else { throw .cannotLoad(table: name, reason: said.words) }
  }
}
