extension Ring {
  /// The direction in which most walls stand, along or across, between −45° and 45°.
  ///
  /// The mean of the sides' directions times four, so that right angles fall together, weighted by
  /// squared length; then three times the mean of those within 12° of it.
  ///
  /// - Complexity: O(points).
  var dominantDirection: Direction {
    guard var previous = points.last else { return .alongX }
    var sides: [(direction: Direction, weight: Double)] = []
    for corner in points {
      let side = corner - previous
      previous = corner
      if let direction = Direction(of: side) { sides.append((direction, side.squaredLength)) }
    }
    var axis = Self.mean(of: sides)
    for _ in 0..<3 {
      let near = sides.filter { side in
        let along = abs(side.direction.vector.dot(axis.vector))
        let beside = abs(side.direction.vector.cross(axis.vector))
        return min(along, beside) < Self.tangentOf12Degrees * max(along, beside)
      }
      if !near.isEmpty { axis = Self.mean(of: near) }
    }
    return axis
  }

  private static let tangentOf12Degrees = 0.212557

  private static func mean(of sides: [(direction: Direction, weight: Double)]) -> Direction {
    let sum = sides.reduce(Point.zero) { sum, side in
      sum + side.direction.doubled.doubled.vector * side.weight
    }
    return Direction(of: sum)?.halved.halved ?? .alongX
  }
}

extension Direction {
  /// The same cross of four directions, named by the one between −45° and 45°.
  package var asAxis: Direction { doubled.doubled.halved.halved }
}
