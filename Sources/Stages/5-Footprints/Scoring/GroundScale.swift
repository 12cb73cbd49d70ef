public import Polygons

/// Turns coordinates around a place into metres, as far as an outline reaches.
///
/// A unit of a reference system covers other lengths of ground at other places: a degree of
/// longitude, a metre of web mercator. Scales are asked for once in each square of a coarse grid.
public final class GroundScale {
  private let ground: any GroundMeasuring
  private let side: Double
  private var known: [Square: Point] = [:]

  private struct Square: Hashable {
    let column: Int
    let row: Int
  }

  /// Measures with `ground`, once in each square of coordinates.
  ///
  /// - Parameter side: Of a square, in coordinates: so small that scales hardly differ in it.
  public init(_ ground: any GroundMeasuring, side: Double) {
    self.ground = ground
    self.side = side
  }

  /// Metres per unit along x and along y.
  ///
  /// - Throws: What `ground` throws.
  public func metersPerUnit(at place: Point) throws -> (x: Double, y: Double) {
    let square = Square(
      column: Int((place.x / side).rounded(.down)), row: Int((place.y / side).rounded(.down)))
    if let scale = known[square] { return (scale.x, scale.y) }
    let middle = Point(
      x: (Double(square.column) + 0.5) * side, y: (Double(square.row) + 0.5) * side)
    let scale = try ground.metersPerUnit(at: middle)
    known[square] = Point(x: scale.x, y: scale.y)
    return scale
  }

  /// Carries polygons to metres from a place.
  ///
  /// - Throws: What `ground` throws.
  public func meters(_ polygons: [Polygon], around place: Point) throws -> [Polygon] {
    let scale = try metersPerUnit(at: place)
    return polygons.map { polygon in
      polygon.mapped {
        Point(x: ($0.x - place.x) * scale.x, y: ($0.y - place.y) * scale.y)
      }
    }
  }
}
