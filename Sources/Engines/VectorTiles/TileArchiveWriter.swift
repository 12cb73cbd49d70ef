public import Polygons

/// Writes features into a PMTiles archive of vector tiles.
///
/// All features are in the tiles of the highest zoom; lower zooms leave out those that would be
/// smaller than ``leastUnits``, and lines shorter than its side. Every feature has its number in the
/// order of writing as its id. The same features make the same bytes.
///
/// Memory does not grow with the number of features, but for the place of each tile (32 bytes) and
/// what one tile holds; pieces of features wait for their tiles' turn in a file.
///
/// Source: PMTiles v3, https://github.com/protomaps/PMTiles, spec/v3/spec.md; Mapbox Vector Tile
/// Specification 2.1.
public final class TileArchiveWriter: FeatureWriter {
  /// The zooms that tiles are made for; a unit of the highest is 0.3 m on the equator.
  public static let zooms = 12...15
  /// The area below which a feature is left out of zooms but the highest, in square units of a tile,
  /// of which a tile has 4096 × 4096: a quarter of a pixel where tiles are drawn with 256.
  public static let leastUnits = 64

  private let file: any ByteFile
  private let layer: String
  private let kind: Shape.Kind
  private let fields: [VectorField]
  private let description: String
  private var sorter: FeatureSorter
  private var count: UInt64 = 0
  private var low = Point(x: .infinity, y: .infinity)
  private var high = Point(x: -.infinity, y: -.infinity)

  /// Begins an archive.
  ///
  /// - Parameters:
  ///   - file: An empty file.
  ///   - layer: The name of the only layer, which is the archive's name, too.
  ///   - kind: What the features are.
  ///   - fields: The attributes.
  ///   - description: What the archive says of itself.
  ///   - makeScratch: Makes an empty file that is gone when nobody holds it any more.
  /// - Throws: What the file throws.
  public convenience init(
    to file: any ByteFile, layer: String, of kind: Shape.Kind = .polygon, fields: [VectorField],
    description: String, makeScratch: @escaping () throws -> any ByteFile
  ) throws {
    try self.init(
      to: file, layer: layer, of: kind, fields: fields, description: description,
      sorter: FeatureSorter(makeFile: makeScratch))
  }

  init(
    to file: any ByteFile, layer: String, of kind: Shape.Kind = .polygon, fields: [VectorField],
    description: String, sorter: FeatureSorter
  ) throws {
    self.file = file
    self.layer = layer
    self.kind = kind
    self.fields = fields
    self.description = description
    self.sorter = sorter
    try file.append([UInt8](repeating: 0, count: Self.start))
  }

  /// Where tiles begin: behind the header and the root directory, which are written last.
  private static let start = TileArchiveHeader.byteCount + TileDirectory.rootBytes

  /// Cuts one feature into tiles.
  ///
  /// - Parameter shape: In longitude and latitude on WGS 84; longitudes may go on beyond 180°, so that
  ///   nothing has to be cut at the antimeridian.
  /// - Throws: What the files throw.
  public func write(_ shape: Shape, values: [VectorValue]) throws {
    precondition(values.count == fields.count && shape.kind == kind)
    let attributes = attributes(values)
    let placed = shape.mapped(TileGeometry.place)
    let bounds = placed.bounds
    for zoom in Self.zooms where isShown(placed, at: zoom) {
      let tiles = TileGeometry.tiles(touching: bounds, zoom: zoom)
      for row in tiles.rows {
        for column in tiles.columns {
          let paths = TileGeometry.paths(of: placed, zoom: zoom, column: column, row: row)
          guard !paths.isEmpty else { continue }
          let side = 1 << zoom
          let tile = TileAddress(zoom: zoom, column: (column % side + side) % side, row: row)
          try sorter.add(attributes + TileCoding.commands(for: paths, kind), to: tile.number)
        }
      }
    }
    let box = shape.bounds
    low = Point(x: min(low.x, box.low.x), y: min(low.y, box.low.y))
    high = Point(x: max(high.x, box.high.x), y: max(high.y, box.high.y))
    count += 1
  }

  private func isShown(_ placed: Shape, at zoom: Int) -> Bool {
    guard zoom < Self.zooms.upperBound else { return true }
    let side = Double(TileGeometry.extent << zoom)
    let least = Double(Self.leastUnits)
    switch placed {
    case .polygons(let polygons):
      return polygons.reduce(0) { $0 + $1.area } * side * side >= least
    case .lines(let lines): return lines.reduce(0) { $0 + $1.length } * side >= least.squareRoot()
    case .point: return true
    }
  }

  /// A feature's number and its values' messages, as a piece begins.
  private func attributes(_ values: [VectorValue]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendVariable(count)
    for (field, value) in zip(fields, values) {
      let message = TileCoding.message(value, field.kind)
      bytes.appendVariable(UInt64(message.count))
      bytes += message
    }
    return bytes
  }

  /// Writes the tiles, the directories and the header, and closes the file.
  ///
  /// - Throws: What the files throw.
  public func close() throws {
    var directory = TileDirectory()
    let keys = fields.map(\.name)
    try sorter.tiles { tile, pieces in
      var layer = TileLayer(name: layer, kind: kind, keys: keys)
      for piece in pieces {
        var cursor = PieceCursor(piece)
        let number = cursor.variable()
        let messages = keys.map { _ in cursor.bytes(Int(cursor.variable())) }
        layer.add(number: number, messages: messages, commands: cursor.rest)
      }
      let packed = Gzip.packed(layer.tile)
      directory.add(tile, offset: file.count - Self.start, length: packed.count)
      try file.append(packed)
    }
    let end = file.count
    let (root, leaves) = directory.packed()
    try file.append(leaves)
    let metadata = Gzip.packed(Array(self.metadata.utf8))
    try file.append(metadata)
    let first = TileArchiveHeader.byteCount
    let isEmpty = count == 0
    let header = TileArchiveHeader(
      root: first..<(first + root.count), metadata: (end + leaves.count)..<file.count,
      leaves: end..<(end + leaves.count), tiles: Self.start..<end,
      tileCount: directory.entries.count, zooms: Self.zooms,
      low: isEmpty ? Point(x: -180, y: -85) : low, high: isEmpty ? Point(x: 180, y: 85) : high)
    try file.replace(at: 0, with: header.bytes + root)
    try file.close()
  }

  /// Source: PMTiles v3, section 5; TileJSON 3.0, `vector_layers`.
  private var metadata: String {
    let types = fields.map { field in
      let type =
        switch field.kind {
        case .integer, .real: "Number"
        case .text, .records: "String"
        }
      return "\(JSONText.quoted(field.name)):\"\(type)\""
    }
    return "{\"name\":\(JSONText.quoted(layer)),\"description\":\(JSONText.quoted(description)),"
      + "\"type\":\"overlay\",\"vector_layers\":[{\"id\":\(JSONText.quoted(layer)),"
      + "\"minzoom\":\(Self.zooms.lowerBound),\"maxzoom\":\(Self.zooms.upperBound),"
      + "\"fields\":{\(types.joined(separator: ","))}}]}"
  }
}

/// Reads what a piece begins with.
private struct PieceCursor {
  private let piece: [UInt8]
  private var place = 0

  init(_ piece: [UInt8]) { self.piece = piece }

  mutating func variable() -> UInt64 {
    var (number, shift): (UInt64, UInt64) = (0, 0)
    while true {
      let byte = piece[place]
      place += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    defer { place += count }
    return Array(piece[place..<(place + count)])
  }

  var rest: [UInt8] { Array(piece[place...]) }
}
