public import GeoFiles
public import Grids
import Polygons

/// Writes the footprints of all shards into files that people open.
///
/// Features come in the order of their canonical pixels, attributes and coordinates are rounded
/// where they are made, and nothing tells of time or place: the same footprints make the same
/// bytes. GeoPackage and FlatGeobuf are in the run's reference system, GeoJSON in longitude and
/// latitude. Memory does not grow with the number of footprints, except as a format's own index
/// does.
public struct FootprintExporter: Sendable {
  /// A file to be written.
  public struct Output: Hashable, Sendable {
    /// Where it is written; the caller moves it to its published name when all is done.
    public let path: String
    /// Its format.
    public let format: VectorFormat

    /// Names a file and its format.
    public init(path: String, format: VectorFormat) {
      self.path = path
      self.format = format
    }
  }

  /// The attributes of every footprint, in their order.
  public static let fields = [
    VectorField(name: "id", kind: .text),
    VectorField(name: "class", kind: .text),
    VectorField(name: "confidence", kind: .real),
    VectorField(name: "area_in_meters", kind: .real),
    VectorField(name: "latitude", kind: .real),
    VectorField(name: "longitude", kind: .real),
    VectorField(name: "vertices", kind: .integer),
    VectorField(name: "method", kind: .text),
    VectorField(name: "direction", kind: .real),
    VectorField(name: "model", kind: .text),
    VectorField(name: "version", kind: .text),
  ]

  private let grid: RunGrid
  private let className: String
  private let model: String
  private let version: String

  /// Prepares an export.
  ///
  /// - Parameters:
  ///   - grid: The run's.
  ///   - className: The class of all footprints.
  ///   - model: What the class map was computed with, such as a file name and a hash.
  ///   - version: The version of the program.
  public init(grid: RunGrid, className: String, model: String, version: String) {
    self.grid = grid
    self.className = className
    self.model = model
    self.version = version
  }

  /// Merges fragments into files.
  ///
  /// - Parameters:
  ///   - fragments: One per shard; those of shards that were set aside are left out.
  ///   - outputs: Files that do not exist yet, or may be replaced.
  ///   - layer: The name of the layer in formats that have layers.
  ///   - step: Called for every footprint that was written.
  /// - Returns: What was written.
  /// - Throws: ``FootprintError`` for fragments, `GeoFileError` for files. Files are incomplete
  ///   then, and are to be deleted.
  public func export(
    _ fragments: [FootprintFragment], to outputs: [Output], layer: String,
    step: () -> Void = {}
  ) throws -> FootprintSummary {
    let writers = try outputs.map { output in
      OpenWriter(
        try VectorWriter(
          creating: output.path, format: output.format, layer: layer, crs: grid.crs,
          fields: Self.fields))
    }
    let naming = FootprintNaming(grid: grid)
    var summary = FootprintSummary()
    var merger = FootprintMerger(fragments)
    while let footprint = try merger.next() {
      let values = values(of: footprint, id: naming.id(of: footprint))
      for writer in writers { try writer.write(footprint, values: values) }
      summary.add(footprint)
      step()
    }
    for writer in writers { try writer.close() }
    return summary
  }

  private func values(of footprint: Footprint, id: String) -> [VectorValue] {
    [
      .text(id), .text(className), .real(footprint.confidence),
      .real(footprint.areaSquareMeters), .real(footprint.latitude), .real(footprint.longitude),
      .integer(Int64(footprint.polygon.vertexCount)), .text(footprint.method.rawValue),
      footprint.direction.map(VectorValue.real) ?? .null, .text(model), .text(version),
    ]
  }
}

/// Lets noncopyable writers lie in a list until they are closed.
private final class OpenWriter {
  private var writer: VectorWriter?

  init(_ writer: consuming VectorWriter) { self.writer = consume writer }

  func write(_ footprint: Footprint, values: [VectorValue]) throws {
    try writer?.write(footprint.polygon, values: values)
  }

  func close() throws {
    if let writer = writer.take() { try writer.close() }
  }
}
