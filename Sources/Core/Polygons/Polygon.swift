/// A position in the plane: pixels or ground units, as its owner says.
public struct Point: Hashable, Sendable, Codable {
  /// Columns, or easting.
  public var x: Double
  /// Rows, or northing.
  public var y: Double

  /// Makes a point.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A closed line without crossings; the first point is not repeated at the end.
public struct Ring: Hashable, Sendable, Codable {
  /// The corners, in order; at least three.
  public var points: [Point]

  /// Makes a ring through these points.
  public init(_ points: [Point]) { self.points = points }

  /// The signed area by the shoelace formula, positive when the ring runs
  /// counter-clockwise in axes with y up.
  ///
  /// - Complexity: O(points).
  public var signedArea: Double {
    guard let first = points.first, var previous = points.last else { return 0 }
    var twice = 0.0
    for point in points {
      twice += (previous.x - first.x) * (point.y - first.y)
      twice -= (point.x - first.x) * (previous.y - first.y)
      previous = point
    }
    return twice / 2
  }
}

/// An outline with the holes in it.
public struct Polygon: Hashable, Sendable, Codable {
  /// The outline.
  public var outer: Ring
  /// The holes, none of which meets another or leaves the outline.
  public var holes: [Ring]

  /// Makes a polygon.
  public init(outer: Ring, holes: [Ring] = []) {
    self.outer = outer
    self.holes = holes
  }

  /// The area inside the outline and outside the holes, in square units of the points.
  public var area: Double {
    holes.reduce(abs(outer.signedArea)) { $0 - abs($1.signedArea) }
  }
}

extension [Polygon] {
  /// The corners of the smallest upright rectangle around all of them.
  ///
  /// - Complexity: O(points).
  public var bounds: (low: Point, high: Point) {
    reduce((Point(x: .infinity, y: .infinity), Point(x: -.infinity, y: -.infinity))) { all, part in
      let one = part.outer.bounds
      return (
        Point(x: Swift.min(all.0.x, one.low.x), y: Swift.min(all.0.y, one.low.y)),
        Point(x: Swift.max(all.1.x, one.high.x), y: Swift.max(all.1.y, one.high.y))
      )
    }
  }
}
