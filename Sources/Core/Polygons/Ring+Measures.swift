extension Ring {
  /// The length of the line all around.
  ///
  /// - Complexity: O(points).
  public var perimeter: Double {
    guard var previous = points.last else { return 0 }
    var sum = 0.0
    for point in points {
      sum += (point - previous).length
      previous = point
    }
    return sum
  }

  /// The corners of the smallest upright rectangle around the points.
  ///
  /// - Complexity: O(points).
  public var bounds: (low: Point, high: Point) {
    var low = Point(x: .infinity, y: .infinity)
    var high = Point(x: -.infinity, y: -.infinity)
    for point in points {
      low = Point(x: min(low.x, point.x), y: min(low.y, point.y))
      high = Point(x: max(high.x, point.x), y: max(high.y, point.y))
    }
    return (low, high)
  }

  /// The centre of mass of the area inside; the mean of the points when there is none.
  ///
  /// - Complexity: O(points).
  public var centroid: Point {
    guard let first = points.first, var previous = points.last.map({ $0 - first }) else {
      return .zero
    }
    var twice = 0.0
    var moment = Point.zero
    var sum = Point.zero
    for point in points {
      let current = point - first
      let cross = previous.cross(current)
      twice += cross
      moment = moment + (previous + current) * cross
      sum = sum + current
      previous = current
    }
    guard twice != 0 else { return first + sum * (1 / Double(points.count)) }
    return first + moment * (1 / (3 * twice))
  }

  /// Whether a point is inside, by the even-odd rule; on the line it may be either.
  ///
  /// - Complexity: O(points).
  public func contains(_ point: Point) -> Bool {
    guard var previous = points.last else { return false }
    var isInside = false
    for corner in points {
      if (corner.y > point.y) != (previous.y > point.y) {
        let share = (point.y - corner.y) / (previous.y - corner.y)
        if point.x < corner.x + share * (previous.x - corner.x) { isInside.toggle() }
      }
      previous = corner
    }
    return isInside
  }

  /// The same ring walked the other way around, from the same first point.
  public var reversed: Ring {
    guard let first = points.first else { return self }
    return Ring([first] + points.dropFirst().reversed())
  }

  /// The square of the distance from a point to the line.
  ///
  /// - Complexity: O(points).
  package func squaredDistance(to point: Point) -> Double {
    guard var previous = points.last else { return .infinity }
    var least = Double.infinity
    for corner in points {
      least = min(least, point.squaredDistance(toSegmentFrom: previous, to: corner))
      previous = corner
    }
    return least
  }
}

extension Polygon {
  /// The number of corners of the outline and of all holes.
  public var vertexCount: Int { holes.reduce(outer.points.count) { $0 + $1.points.count } }

  /// The outline, then the holes.
  public var rings: [Ring] { [outer] + holes }

  /// The centre of mass of the area inside the outline and outside the holes.
  public var centroid: Point {
    let start = outer.centroid
    var mass = abs(outer.signedArea)
    var moment = Point.zero
    for hole in holes {
      let area = abs(hole.signedArea)
      moment = moment - (hole.centroid - start) * area
      mass -= area
    }
    return mass > 0 ? start + moment * (1 / mass) : start
  }

  /// Whether a point is inside the outline and outside the holes.
  public func contains(_ point: Point) -> Bool {
    outer.contains(point) && !holes.contains { $0.contains(point) }
  }

  /// The polygon with every point moved by `move`.
  public func mapped(_ move: (Point) -> Point) -> Polygon {
    Polygon(
      outer: Ring(outer.points.map(move)), holes: holes.map { Ring($0.points.map(move)) })
  }
}
