import GeoFiles
import GeoParquet
public import Grids
import Polygons
import VectorTiles

/// Writes the footprints of all shards into files that people open.
///
/// Features come in the order of their canonical pixels, attributes and coordinates are rounded
/// where they are made, and nothing tells of time or place: the same footprints make the same
/// bytes. Files are in the schema's reference system; GeoJSON, CSV and tiles are in longitude and
/// latitude anyway. What is in longitude and latitude is cut at the antimeridian (RFC 7946), but for
/// tiles, which go around the world. Memory does not grow with the number of footprints, except as a format's own index
/// does.
public struct FootprintExporter: Sendable {
  /// A file to be written.
  public struct Output: Hashable, Sendable {
    /// Where it is written; the caller moves it to its published name when all is done.
    public let path: String
    /// Its format.
    public let format: FootprintFormat

    /// Names a file and its format.
    public init(path: String, format: FootprintFormat) {
      self.path = path
      self.format = format
    }
  }

  private let grid: RunGrid
  private let schema: FootprintSchema
  private let provenance: FootprintProvenance
  private let style: VectorStyle

  /// Prepares an export.
  ///
  /// - Parameters:
  ///   - grid: The run's.
  ///   - schema: The attributes, their names and the reference system.
  ///   - provenance: What all footprints have in common, and the scenes.
  public init(grid: RunGrid, schema: FootprintSchema, provenance: FootprintProvenance) {
    self.grid = grid
    self.schema = schema
    self.provenance = provenance
    style = FootprintStyle(schema: schema, className: provenance.className).vectorStyle
  }

  /// The reference system of a format's files.
  ///
  /// - Throws: `GeoFileError` when PROJ's database is not found.
  public func reference(of format: FootprintFormat) throws -> CoordinateReference {
    isLonLat(format) ? try CoordinateReference.wgs84 : grid.crs
  }

  private func isLonLat(_ format: FootprintFormat) -> Bool { format.isLonLat || schema.isLonLat }

  /// Merges fragments into files.
  ///
  /// - Parameters:
  ///   - fragments: One per shard; those of shards that were set aside are left out.
  ///   - outputs: Files that do not exist yet, or may be replaced.
  ///   - layer: The name of the layer in formats that have layers.
  ///   - part: What of the footprints is written.
  ///   - step: Called for every footprint that was written.
  /// - Returns: What was written.
  /// - Throws: ``FootprintError`` for fragments, `GeoFileError` for files. Files are incomplete
  ///   then, and are to be deleted.
  public func export(
    _ fragments: [FootprintFragment], to outputs: [Output], layer: String,
    part: LayerPart = .whole, step: () -> Void = {}
  ) throws -> FootprintSummary {
    let fragments = fragments.filter { part.cell?.intersects($0.core) ?? true }
    var places = FootprintPlaces(
      local: try PolygonPlacer(from: grid.crs, to: grid.crs),
      lonLat: try PolygonPlacer(from: grid.crs, to: try CoordinateReference.wgs84))
    let crosses = places.crossAntimeridian(fragments.map(\.core), on: grid)
    // A database cannot take back what was committed: it comes last.
    let ordered =
      outputs.filter { $0.format != .postgis } + outputs.filter { $0.format == .postgis }
    let writers = try ordered.map { output in
      let isLonLat = isLonLat(output.format)
      return (
        writer: try open(
          output, layer: layer, crs: try reference(of: output.format), parts: isLonLat && crosses),
        place: !isLonLat
          ? FootprintPlaces.Kind.local : output.format == .tiles || !crosses ? .lonLat : .cut
      )
    }
    let naming = FootprintNaming(grid: grid)
    var sight = SceneSight(of: provenance.scenes)
    var summary = FootprintSummary()
    var merger = FootprintMerger(fragments)
    while let footprint = try merger.next() {
      guard part.holds(footprint) else { continue }
      places.footprint = footprint.polygon
      let values = schema.values(
        of: footprint, id: naming.id(of: footprint), provenance: provenance,
        scenes: sight.scenes(at: footprint.canonicalPixel))
      for (writer, place) in writers {
        try writer.write(try places.parts(place), values: values)
      }
      summary.add(footprint)
      step()
    }
    for (writer, _) in writers { try writer.close() }
    return summary
  }

  private func open(
    _ output: Output, layer: String, crs: CoordinateReference, parts: Bool
  ) throws -> any FeatureWriter {
    let fields = schema.fields
    if let format = output.format.vectorFormat {
      return GDALFeatureWriter(
        try VectorWriter(
          creating: output.path, format: format, layer: layer, crs: crs, fields: fields,
          hasIdentifier: fields.contains { $0.name == "id" }, parts: parts, style: style))
    }
    let file = try OutputFile(creating: output.path)
    switch output.format {
    case .geoParquet:
      return try GeoParquetWriter(
        to: file, fields: fields, reference: schema.isLonLat ? nil : try crs.projJSON(),
        creator: "mapwright version \(provenance.version)")
    case .postgis:
      return try DatabaseTable(
        loading: layer, crs: crs, fields: fields, parts: parts, receipt: file)
    case .tiles:
      return try TileArchiveWriter(
        to: file, layer: layer, fields: fields, description: "\(provenance.className) footprints",
        makeScratch: { try OutputFile.scratch(at: output.path + ".scratch") })
    default:
      return try CSVWriter(to: file, fields: fields, geometryColumn: schema.geometryColumn)
    }
  }
}

/// Lets noncopyable writers lie in a list until they are closed.
private final class GDALFeatureWriter: FeatureWriter {
  private var writer: VectorWriter?

  init(_ writer: consuming VectorWriter) { self.writer = consume writer }

  func write(_ parts: [Polygon], values: [VectorValue]) throws {
    try writer?.write(parts, values: values)
  }

  func close() throws {
    if let writer = writer.take() { try writer.close() }
  }
}
