public import Grids
import Polygons

/// Writes the footprints of all shards into files that people open.
///
/// Features come in the order of their canonical pixels, attributes and coordinates are rounded
/// where they are made, and nothing tells of time or place: the same footprints make the same
/// bytes. Files are in the schema's reference system; GeoJSON, CSV and tiles are in longitude and
/// latitude anyway. What is in longitude and latitude is cut at the antimeridian (RFC 7946), but for
/// tiles, which go around the world. Memory does not grow with the number of footprints, except as a
/// format's own index does.
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
  }

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
    let files = try LayerFiles(
      outputs,
      of: LayerFiles.Content(
        layer: layer, kind: .polygon, fields: schema.fields(of: provenance.className),
        isLonLat: schema.isLonLat,
        geometryColumn: schema.geometryColumn,
        description: "\(provenance.className) footprints",
        style: FootprintStyle(schema: schema, className: provenance.className).vectorStyle),
      on: grid, cores: fragments.map(\.core), version: provenance.version)
    let naming = FootprintNaming(grid: grid)
    var sight = SceneSight(of: provenance.scenes)
    var summary = FootprintSummary()
    var merger = FootprintMerger(fragments)
    while let footprint = try merger.next() {
      guard part.holds(footprint.canonicalPixel) else { continue }
      let values = schema.values(
        of: footprint, id: naming.id(of: footprint), provenance: provenance,
        scenes: sight.scenes(at: footprint.canonicalPixel))
      try files.write(.polygon(footprint.polygon), values: values)
      summary.add(footprint)
      step()
    }
    try LayerFiles.close([files])
    return summary
  }
}
