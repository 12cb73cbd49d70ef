import Foundation
import GeoFiles
import Grids
import Pipelines
import Polygons

/// What the page is told of a run before it draws: layers, classes, places.
struct RunDescription: Encodable {
  struct Layer: Encodable {
    var id: String
    var title: String
    var kind: String
    var legend: [RunMap.Entry]
  }

  struct Outlines: Encodable {
    var id: String
    var title: String
    var areAreas: Bool
    var color: [UInt8]
    /// Whether there are any yet.
    var isThere: Bool
  }

  struct Shards: Encodable {
    /// How many corners of the lattice lie in a row.
    var across: Int
    /// The north-western corner of each shard, by its number in ``corners``.
    var places: [Int]
    /// Longitude and latitude of the lattice's corners, row by row from the north-west, one after the
    /// other.
    var corners: [Double]
  }

  var name: String
  var epoch: Int
  var version: Int
  /// West, south, east, north.
  var bounds: [Double]
  /// The level at which a pixel of the map is about a pixel of the screen.
  var nativeLevel: Int
  var layers: [Layer]
  var outlines: [Outlines]
  var shards: Shards
  var reference: String
  var pixelsWide: Int
  var pixelsHigh: Int
  var hasReport: Bool

  /// Describes a run as it is now.
  init(of map: RunMap, epoch: Int, version: Int) throws {
    (name, self.epoch, self.version) = (map.name, epoch, version)
    let mercator = try Mercator.reference()
    let box = try TilePainter.bounds(of: map.window, map.grid, in: mercator)
    let (southWest, northEast) = (
      Mercator.degrees(x: box.west, y: box.south), Mercator.degrees(x: box.east, y: box.north)
    )
    bounds = [
      southWest.longitude, southWest.latitude, northEast.longitude, northEast.latitude,
    ].map(Self.rounded)
    let pixel = (box.east - box.west) / Double(max(map.window.width, 1))
    var level = 0
    while level < TileAddress.deepest - 2, let tile = TileAddress(z: level, x: 0, y: 0),
      tile.pixel > pixel * 1.2
    {
      level += 1
    }
    nativeLevel = level
    layers =
      [Layer(id: "imagery", title: "Imagery", kind: "imagery", legend: [])]
      + map.rasters.map { Self.layer($0, of: map) }
    outlines = map.outlines.map {
      Outlines(
        id: $0.name, title: $0.name.prefix(1).uppercased() + $0.name.dropFirst(),
        areAreas: $0.areAreas, color: $0.color, isThere: !map.files(of: $0).isEmpty)
    }
    shards = try Self.shards(of: map)
    reference = "\(map.grid.crs)"
    (pixelsWide, pixelsHigh) = (map.window.width, map.window.height)
    hasReport = FileManager.default.fileExists(atPath: map.folder.page.path)
  }

  private static func layer(_ raster: RunMap.Raster, of map: RunMap) -> Layer {
    switch raster.content {
    case .classes:
      Layer(id: raster.name, title: "Class map", kind: "classes", legend: map.classes)
    case .coverage:
      Layer(id: raster.name, title: "Coverage", kind: "coverage", legend: map.coverage)
    case .probability(let name):
      Layer(
        id: raster.name, title: "Probability of \(name)", kind: "probability", legend: [])
    }
  }

  private static func shards(of map: RunMap) throws -> Shards {
    let windows = (0..<map.shards.count).map { map.shards.window(of: $0) }
    // Shards without a picture have no number, so rows are not alike; their edges are those of a lattice.
    let xs = Set(windows.flatMap { [$0.x, $0.maxX] }).sorted()
    let ys = Set(windows.flatMap { [$0.y, $0.maxY] }).sorted()
    let column = Dictionary(uniqueKeysWithValues: xs.enumerated().map { ($1, $0) })
    let row = Dictionary(uniqueKeysWithValues: ys.enumerated().map { ($1, $0) })
    let converter = try CoordinateConverter(from: map.grid.crs, to: Mercator.reference())
    let corners = ys.flatMap { y in
      xs.map { x -> Point in
        let ground = map.grid.transform.ground(x: Double(x), y: Double(y))
        return Point(x: ground.x, y: ground.y)
      }
    }
    let degrees = try converter.convert(corners).flatMap { place -> [Double] in
      let there = Mercator.degrees(x: place.x, y: place.y)
      return [rounded(there.longitude), rounded(there.latitude)]
    }
    return Shards(
      across: xs.count,
      places: windows.map { (row[$0.y] ?? 0) * xs.count + (column[$0.x] ?? 0) }, corners: degrees)
  }

  /// To a tenth of a metre or so.
  private static func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 }
}
