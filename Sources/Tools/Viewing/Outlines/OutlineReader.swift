import GeoFiles
import Grids
import Polygons

/// A layer of outlines that is kept open between tiles, by one thread.
final class OutlineReader {
  private let reader: VectorReader
  private let toFile: CoordinateConverter
  private let fromFile: CoordinateConverter
  private let confidence: Int?

  /// So many features of a tile are drawn with their corners at most.
  static let mostShapes = 20_000
  /// Steps of a pixel in which corners are told.
  private static let fineness = 16.0

  /// Opens a layer's files.
  init(of files: [String]) throws {
    reader = try VectorReader(joining: files)
    guard let crs = reader.crs else { throw GeoFileError.missingCRS(path: files[0]) }
    let mercator = try Mercator.reference()
    toFile = try CoordinateConverter(from: mercator, to: crs)
    fromFile = try CoordinateConverter(from: crs, to: mercator)
    confidence = Self.confidenceField(of: reader.fields)
  }

  /// The field that says how sure a feature is, by its name.
  static func confidenceField(of fields: [VectorField]) -> Int? {
    fields.firstIndex { $0.name == "confidence" && $0.kind == .real }
      ?? fields.firstIndex { $0.kind == .real && $0.name.hasSuffix("confidence") }
  }

  /// The features of a tile with their corners, as numbers of 16 bits; nil where there are too many.
  ///
  /// Each feature is told as: the lower and the upper half of its number, its confidence in 255ths or
  /// 256 where it has none, 1 for an area and 0 for lines, the number of its paths, and for each path
  /// the number of its corners and their columns and rows in sixteenths of a pixel.
  func shapes(_ tile: TileAddress) throws -> [UInt16]? {
    let (pixel, corner) = (tile.pixel, tile.corner)
    let side = pixel * Double(TileAddress.side)
    // Lines are drawn some pixels wide, and reach into the next tile.
    let box = try fileBox(
      west: corner.x - 4 * pixel, south: corner.y - side - 4 * pixel,
      east: corner.x + side + 4 * pixel, north: corner.y + 4 * pixel)
    var features: [DrawnFeature] = []
    try reader.visitDrawn(in: box, values: confidence.map { [$0] } ?? []) { feature in
      features.append(feature)
      return features.count <= Self.mostShapes
    }
    guard features.count <= Self.mostShapes else { return nil }
    let points = try fromFile.convert(features.flatMap { $0.paths.flatMap { $0 } })
    var (told, next): ([UInt16], Int) = ([], 0)
    for feature in features {
      var number = 256
      if case .real(let value)? = feature.values.first { number = Int(min(max(value, 0), 1) * 255) }
      told.append(UInt16(truncatingIfNeeded: feature.number))
      told.append(UInt16(truncatingIfNeeded: feature.number >> 16))
      told += [UInt16(number), feature.isArea ? 1 : 0, UInt16(clamping: feature.paths.count)]
      for path in feature.paths {
        let own = points[next..<next + path.count]
        next += path.count
        let corners = Self.simplified(
          own.map {
            (($0.x - corner.x) / pixel * Self.fineness, (corner.y - $0.y) / pixel * Self.fineness)
          }, isRing: feature.isArea)
        told.append(UInt16(clamping: corners.count))
        for place in corners.prefix(Int(UInt16.max)) {
          told.append(UInt16(bitPattern: Int16(clamping: Int(place.0.rounded()))))
          told.append(UInt16(bitPattern: Int16(clamping: Int(place.1.rounded()))))
        }
      }
    }
    return told
  }

  /// Leaves out corners less than half a pixel from the last one that is kept.
  private static func simplified(
    _ corners: [(Double, Double)], isRing: Bool
  ) -> [(Double, Double)] {
    let least = fineness / 2 * (fineness / 2)
    let fewest = isRing ? 4 : 2
    guard corners.count > fewest, var last = corners.first else { return corners }
    var kept = [last]
    for (place, corner) in corners.enumerated().dropFirst() {
      let (dx, dy) = (corner.0 - last.0, corner.1 - last.1)
      let isEnd = !isRing && place == corners.count - 1
      guard dx * dx + dy * dy >= least || isEnd else { continue }
      kept.append(corner)
      last = corner
    }
    return kept.count >= fewest ? kept : corners
  }

  /// The attributes of the features at a place in web mercator, those on top first.
  ///
  /// - Parameter reach: How far from a line a place may lie, in metres of web mercator.
  func attributes(
    at place: Point, reach: Double
  ) throws -> [(number: Int, pairs: [(name: String, json: String)])] {
    let box = try fileBox(
      west: place.x - reach, south: place.y - reach, east: place.x + reach, north: place.y + reach)
    let fields = reader.fields
    var found: [DrawnFeature] = []
    try reader.visitDrawn(in: box, values: Array(fields.indices)) { feature in
      found.append(feature)
      return found.count < 256
    }
    let there = try toFile.convert([place])[0]
    return found.filter { !$0.isArea || Self.contains($0.paths, there) }.prefix(8).map { feature in
      let told = zip(fields, feature.values).filter { $1 != .null }
      return (feature.number, told.map { ($0.name, $1.json($0.kind)) })
    }
  }

  /// Whether a place lies in rings, by the even-odd rule.
  private static func contains(_ rings: [[Point]], _ place: Point) -> Bool {
    var isInside = false
    for ring in rings {
      guard var previous = ring.last else { continue }
      for corner in ring {
        if (corner.y > place.y) != (previous.y > place.y),
          place.x < (previous.x - corner.x) * (place.y - corner.y) / (previous.y - corner.y)
            + corner.x
        {
          isInside.toggle()
        }
        previous = corner
      }
    }
    return isInside
  }

  /// A box of web mercator in the coordinates of the file.
  private func fileBox(
    west: Double, south: Double, east: Double, north: Double
  ) throws -> GroundBounds {
    let (x, y) = ((west + east) / 2, (south + north) / 2)
    let border = [west, x, east].flatMap { x in [south, y, north].map { Point(x: x, y: $0) } }
    let there = try toFile.convert(border)
    let (xs, ys) = (there.map(\.x), there.map(\.y))
    return GroundBounds(
      west: xs.min() ?? 0, south: ys.min() ?? 0, east: xs.max() ?? 0, north: ys.max() ?? 0)
  }
}
