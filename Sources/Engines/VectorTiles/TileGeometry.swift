import Glibc
import Polygons

/// Puts shapes into tiles: on the plane of web mercator, cut at the tile's edge, in whole units.
///
/// Source: Mapbox Vector Tile Specification 2.1, section 4.3.
enum TileGeometry {
  /// The units along a tile's side.
  static let extent = 4096
  /// How far a shape goes on beyond the tile's edge, in units, so that strokes meet.
  static let buffer = 64

  /// Longitude and latitude on the unit square of web mercator, y down.
  ///
  /// Source: EPSG guidance note 7-2, method 1024.
  static func place(_ point: Point) -> Point {
    let latitude = max(-85.06, min(85.06, point.y)) * .pi / 180
    return Point(
      x: (point.x + 180) / 360, y: 0.5 - asinh(tan(latitude)) / (2 * .pi))
  }

  /// The tiles of a zoom that a box on the unit square touches, their buffers included.
  static func tiles(
    touching bounds: (low: Point, high: Point), zoom: Int
  ) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>) {
    let count = 1 << zoom
    let margin = Double(buffer) / Double(extent)
    func number(_ coordinate: Double, _ move: Double) -> Int {
      Int((coordinate * Double(count) + move).rounded(.down))
    }
    let rows = [number(bounds.low.y, -margin), number(bounds.high.y, margin)]
      .map { max(0, min(count - 1, $0)) }
    return (
      number(bounds.low.x, -margin)...number(bounds.high.x, margin), rows[0]...rows[1]
    )
  }

  /// A shape's rings, the pieces of lines, or a place in the units of a tile, cut at its buffer;
  /// empty when nothing is left.
  ///
  /// - Parameters:
  ///   - shape: On the unit square.
  ///   - column: May lie beyond the antimeridian.
  static func paths(of shape: Shape, zoom: Int, column: Int, row: Int) -> [[TilePoint]] {
    if case .polygons(let polygons) = shape {
      return polygons.flatMap { rings(of: $0, zoom: zoom, column: column, row: row) }
    }
    let scale = Double(1 << zoom) * Double(extent)
    let (left, top) = (Double(column * extent), Double(row * extent))
    return shape.paths.flatMap { path in
      let moved = path.map { Point(x: $0.x * scale - left, y: $0.y * scale - top) }
      return LineClip(low: Double(-buffer), high: Double(extent + buffer)).pieces(of: moved)
        .map { piece in
          var points: [TilePoint] = []
          for point in piece {
            let place = TilePoint(x: Int(point.x.rounded()), y: Int(point.y.rounded()))
            if place != points.last { points.append(place) }
          }
          return points
        }.filter { shape.kind == .point ? $0.count == 1 : $0.count > 1 }
    }
  }

  /// A polygon's rings in the units of a tile, cut at its buffer; empty when nothing is left.
  ///
  /// - Parameters:
  ///   - polygon: On the unit square.
  ///   - column: May lie beyond the antimeridian.
  static func rings(of polygon: Polygon, zoom: Int, column: Int, row: Int) -> [[TilePoint]] {
    let scale = Double(1 << zoom) * Double(extent)
    let (left, top) = (Double(column * extent), Double(row * extent))
    var rings: [[TilePoint]] = []
    for (index, ring) in polygon.rings.enumerated() {
      let moved = ring.points.map { Point(x: $0.x * scale - left, y: $0.y * scale - top) }
      var points: [TilePoint] = []
      for point in cut(moved) {
        let place = TilePoint(x: Int(point.x.rounded()), y: Int(point.y.rounded()))
        if place != points.last { points.append(place) }
      }
      while points.count > 1, points.first == points.last { points.removeLast() }
      let area = TilePoint.doubledArea(of: points)
      guard points.count > 2, area != 0 else {
        if index == 0 { return [] }
        continue
      }
      // Outlines have a positive area with y down, holes a negative one.
      rings.append((area > 0) == (index == 0) ? points : points.reversed())
    }
    return rings
  }

  /// Cuts a ring at the buffer around the tile, side by side.
  ///
  /// Source: Sutherland and Hodgman 1974.
  private static func cut(_ ring: [Point]) -> [Point] {
    let (low, high) = (Double(-buffer), Double(extent + buffer))
    if ring.allSatisfy({ $0.x >= low && $0.x <= high && $0.y >= low && $0.y <= high }) {
      return ring
    }
    var points = ring
    for (axis, bound, isUpper) in [
      (\Point.x, low, false), (\Point.x, high, true), (\Point.y, low, false),
      (\Point.y, high, true),
    ] {
      guard var previous = points.last else { return [] }
      var kept: [Point] = []
      for point in points {
        let isIn = isUpper ? point[keyPath: axis] <= bound : point[keyPath: axis] >= bound
        let wasIn = isUpper ? previous[keyPath: axis] <= bound : previous[keyPath: axis] >= bound
        if isIn != wasIn {
          let share =
            (bound - previous[keyPath: axis]) / (point[keyPath: axis] - previous[keyPath: axis])
          var crossing = Point(
            x: previous.x + share * (point.x - previous.x),
            y: previous.y + share * (point.y - previous.y))
          crossing[keyPath: axis] = bound
          kept.append(crossing)
        }
        if isIn { kept.append(point) }
        previous = point
      }
      points = kept
    }
    return points
  }
}

/// A corner in the units of a tile, y down.
struct TilePoint: Hashable {
  let x: Int
  let y: Int

  /// Twice the signed area by the shoelace formula, positive when the ring runs clockwise as seen.
  static func doubledArea(of points: [TilePoint]) -> Int {
    guard var previous = points.last else { return 0 }
    var sum = 0
    for point in points {
      sum += previous.x * point.y - point.x * previous.y
      previous = point
    }
    return sum
  }
}
