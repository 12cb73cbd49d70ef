import GeoFiles
import GeoParquet
import Grids
import Polygons
import VectorTiles

/// The files of one layer that are being written, in several formats and two reference systems.
struct LayerFiles {
  /// What the features of the layer have in common.
  struct Content {
    /// The layer's name, in formats that have layers.
    let layer: String
    /// What the features are.
    let kind: Shape.Kind
    /// Their attributes.
    let fields: [VectorField]
    /// Whether coordinates are longitude and latitude in every format.
    let isLonLat: Bool
    /// How many columns stand before the geometry in CSV.
    let geometryColumn: Int
    /// What an archive of tiles says of itself.
    let description: String
    /// How the layer is drawn.
    let style: VectorStyle
  }

  private let writers: [OpenWriter]
  private let placing: ShapePlacing

  /// Opens files, which do not exist yet or may be replaced.
  ///
  /// - Parameter cores: The pixels of the shards whose features are written.
  init(
    _ outputs: [FootprintExporter.Output], of content: Content, on grid: RunGrid,
    cores: [PixelWindow], version: String
  ) throws {
    let placing = try ShapePlacing(on: grid)
    let lonLat = try CoordinateReference.wgs84
    let crosses = placing.crossesAntimeridian(cores)
    writers = try outputs.map { output in
      let isLonLat = output.format.isLonLat || content.isLonLat
      // Tiles go on around the world: a cut would be drawn as a wall.
      let place: ShapePlaces.Kind =
        !isLonLat ? .local : output.format == .tiles || !crosses ? .lonLat : .cut
      return OpenWriter(
        writer: try Self.open(
          output, content, crs: isLonLat ? lonLat : grid.crs, parts: isLonLat && crosses,
          version: version),
        place: place, isDatabase: output.format == .postgis)
    }
    self.placing = placing
  }

  /// Writes one feature into all files.
  ///
  /// - Parameter shape: In the run's coordinates.
  func write(_ shape: Shape, values: [VectorValue]) throws {
    var places = ShapePlaces(of: shape, by: placing)
    for open in writers { try open.writer.write(try places.shape(open.place), values: values) }
  }

  /// Finishes the files of layers that belong together.
  ///
  /// A database cannot take back what was committed: it comes last.
  static func close(_ layers: [LayerFiles]) throws {
    let all = layers.flatMap(\.writers)
    for open in all where !open.isDatabase { try open.writer.close() }
    for open in all where open.isDatabase { try open.writer.close() }
  }

  private static func open(
    _ output: FootprintExporter.Output, _ content: Content, crs: CoordinateReference,
    parts: Bool, version: String
  ) throws -> any FeatureWriter {
    let fields = content.fields
    if let format = output.format.vectorFormat {
      return GDALFeatureWriter(
        try VectorWriter(
          creating: output.path, format: format, layer: content.layer, of: content.kind, crs: crs,
          fields: fields, hasIdentifier: fields.contains { $0.name == "id" },
          parts: parts && content.kind != .point, style: content.style))
    }
    let file = try OutputFile(creating: output.path)
    switch output.format {
    case .geoParquet:
      return try GeoParquetWriter(
        to: file, fields: fields, of: content.kind,
        reference: content.isLonLat ? nil : try crs.projJSON(),
        creator: "mapwright version \(version)")
    case .postgis:
      return try DatabaseTable(
        loading: content.layer, of: content.kind, crs: crs, fields: fields,
        parts: parts && content.kind != .point, receipt: file)
    case .tiles:
      return try TileArchiveWriter(
        to: file, layer: content.layer, of: content.kind, fields: fields,
        description: content.description,
        makeScratch: { try OutputFile.scratch(at: output.path + ".scratch") })
    default:
      return try CSVWriter(to: file, fields: fields, geometryColumn: content.geometryColumn)
    }
  }
}

/// A writer, and what it takes.
private struct OpenWriter {
  let writer: any FeatureWriter
  let place: ShapePlaces.Kind
  let isDatabase: Bool
}

/// Lets noncopyable writers lie in a list until they are closed.
private final class GDALFeatureWriter: FeatureWriter {
  private var writer: VectorWriter?

  init(_ writer: consuming VectorWriter) { self.writer = consume writer }

  func write(_ shape: Shape, values: [VectorValue]) throws {
    try writer?.write(shape, values: values)
  }

  func close() throws {
    if let writer = writer.take() { try writer.close() }
  }
}
