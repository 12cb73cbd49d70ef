extension Point {
  /// The middle of the plane's axes.
  package static let zero = Point(x: 0, y: 0)

  package static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
  package static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
  package static func * (a: Point, factor: Double) -> Point {
    Point(x: a.x * factor, y: a.y * factor)
  }

  /// The scalar product of two vectors.
  package func dot(_ other: Point) -> Double { x * other.x + y * other.y }

  /// The area of the parallelogram of two vectors, positive when `other` lies to the left.
  package func cross(_ other: Point) -> Double { x * other.y - y * other.x }

  /// The square of a vector's length.
  package var squaredLength: Double { x * x + y * y }

  /// A vector's length.
  package var length: Double { squaredLength.squareRoot() }

  /// The square of the distance to the segment from `a` to `b`.
  package func squaredDistance(toSegmentFrom a: Point, to b: Point) -> Double {
    let share = self.share(alongSegmentFrom: a, to: b)
    return (self - (a + (b - a) * share)).squaredLength
  }

  /// How far along the segment from `a` to `b` its nearest place lies, 0…1.
  package func share(alongSegmentFrom a: Point, to b: Point) -> Double {
    let along = b - a
    let whole = along.squaredLength
    guard whole > 0 else { return 0 }
    return min(1, max(0, (self - a).dot(along) / whole))
  }
}
