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
  private let placers: [ShapePlacer]
  /// Whether any file is in the run's system, and in longitude and latitude.
  private let areNeeded: [Bool]

  /// Opens files, which do not exist yet or may be replaced.
  init(
    _ outputs: [FootprintExporter.Output], of content: Content, on grid: RunGrid, version: String
  ) throws {
    let lonLat = try CoordinateReference.wgs84
    let local = content.isLonLat ? lonLat : grid.crs
    let writers = try outputs.map { output in
      OpenWriter(
        try Self.open(
          output, content, crs: output.format.isLonLat ? lonLat : local, version: version),
        isLonLat: output.format.isLonLat || content.isLonLat)
    }
    placers = [
      try ShapePlacer(from: grid.crs, to: grid.crs), try ShapePlacer(from: grid.crs, to: lonLat),
    ]
    areNeeded = [writers.contains { !$0.isLonLat }, writers.contains { $0.isLonLat }]
    self.writers = writers
  }

  /// Writes one feature into all files.
  ///
  /// - Parameter shape: In the run's coordinates.
  func write(_ shape: Shape, values: [VectorValue]) throws {
    let shapes = try (0..<2).map { areNeeded[$0] ? try placers[$0].placed(shape) : nil }
    for writer in writers {
      guard let placed = shapes[writer.isLonLat ? 1 : 0] else { continue }
      try writer.write(placed, values: values)
    }
  }

  /// Finishes the files.
  func close() throws {
    for writer in writers { try writer.close() }
  }

  private static func open(
    _ output: FootprintExporter.Output, _ content: Content, crs: CoordinateReference,
    version: String
  ) throws -> any FeatureWriter {
    let fields = content.fields
    if let format = output.format.vectorFormat {
      return GDALFeatureWriter(
        try VectorWriter(
          creating: output.path, format: format, layer: content.layer, of: content.kind, crs: crs,
          fields: fields, hasIdentifier: fields.contains { $0.name == "id" }, style: content.style))
    }
    let file = try OutputFile(creating: output.path)
    switch output.format {
    case .geoParquet:
      return try GeoParquetWriter(
        to: file, fields: fields, of: content.kind,
        reference: content.isLonLat ? nil : try crs.projJSON(),
        creator: "mapwright version \(version)")
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

/// A writer, and which of a feature's two places it takes.
private struct OpenWriter {
  private let writer: any FeatureWriter
  let isLonLat: Bool

  init(_ writer: any FeatureWriter, isLonLat: Bool) {
    self.writer = writer
    self.isLonLat = isLonLat
  }

  func write(_ shape: Shape, values: [VectorValue]) throws {
    try writer.write(shape, values: values)
  }

  func close() throws { try writer.close() }
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
