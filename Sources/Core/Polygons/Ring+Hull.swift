extension Ring {
  /// The smallest convex ring that holds every point, counter-clockwise with y up.
  ///
  /// Source: Andrew's monotone chain, 1979.
  ///
  /// - Complexity: O(points log points).
  public var convexHull: Ring {
    let sorted = points.sorted { $0.x != $1.x ? $0.x < $1.x : $0.y < $1.y }
    guard sorted.count > 2 else { return self }
    let lower = Self.chain(sorted)
    let upper = Self.chain(sorted.reversed())
    return Ring(lower.dropLast() + upper.dropLast())
  }

  private static func chain(_ points: [Point]) -> [Point] {
    var chain: [Point] = []
    for point in points {
      while chain.count > 1 {
        let before = chain[chain.count - 2]
        let last = chain[chain.count - 1]
        guard (last - before).cross(point - before) <= 0 else { break }
        chain.removeLast()
      }
      chain.append(point)
    }
    return chain
  }

  /// The direction of a side of the least rectangle around the points; nil when they lie on a line.
  ///
  /// One side of that rectangle lies on a side of the hull (Freeman and Shapira 1975).
  ///
  /// - Complexity: O(points log points + hull²).
  package var leastRectangleDirection: Direction? {
    let hull = convexHull.points
    guard hull.count > 2, var previous = hull.last else { return nil }
    var best: Direction?
    var least = Double.infinity
    for corner in hull {
      if let side = Direction(of: corner - previous) {
        let along = hull.map { $0.dot(side.vector) }
        let beside = hull.map { $0.dot(side.normal) }
        let area =
          ((along.max() ?? 0) - (along.min() ?? 0)) * ((beside.max() ?? 0) - (beside.min() ?? 0))
        if area < least { (best, least) = (side, area) }
      }
      previous = corner
    }
    return best
  }
}
