extension Ring {
  /// How far two outlines lie apart, in the units of the points: the PoLiS distance.
  ///
  /// The mean distance from the corners of this ring to the line of the other, and the mean distance
  /// from the other's corners to the line of this one, averaged. It is symmetric, and zero only for
  /// rings that draw the same line.
  ///
  /// Source: Avbelj, Müller and Bamler 2015, "A metric for polygon comparison and building
  /// extraction evaluation", doi:10.1109/LGRS.2014.2330695, equation 2.
  ///
  /// - Complexity: O(n · m) for n and m corners.
  package func polisDistance(to other: Ring) -> Double {
    (meanDistance(to: other) + other.meanDistance(to: self)) / 2
  }

  /// The distance from each corner to the nearest corner of another ring.
  ///
  /// - Complexity: O(n · m) for n and m corners.
  package func cornerDistances(to other: Ring) -> [Double] {
    points.map { corner in
      other.points.reduce(.infinity) { min($0, (corner - $1).squaredLength) }.squareRoot()
    }
  }

  /// The direction of the walls, along or across; nil for a ring that has no such direction.
  ///
  /// There is one where sides within 12° of it, or of its normal, hold half of all squared lengths:
  /// a rectangle has a direction, a circle has none.
  ///
  /// - Complexity: O(n).
  package var wallDirection: Direction? {
    guard var previous = points.last else { return nil }
    let axis = dominantDirection.vector
    var (all, along) = (0.0, 0.0)
    for corner in points {
      let side = corner - previous
      previous = corner
      all += side.squaredLength
      let (near, far) = (abs(side.dot(axis)), abs(side.cross(axis)))
      if min(near, far) < Self.tangentOf12Degrees * max(near, far) { along += side.squaredLength }
    }
    return along >= all / 2 && all > 0 ? Direction(of: axis) : nil
  }

  private static let tangentOf12Degrees = 0.212557

  private func meanDistance(to other: Ring) -> Double {
    let sum = points.reduce(0) { $0 + other.squaredDistance(to: $1).squareRoot() }
    return points.isEmpty ? 0 : sum / Double(points.count)
  }
}

extension Direction {
  /// The angle between two crosses of four directions, 0…45 degrees.
  package func axisAngle(to other: Direction) -> Double {
    let turned = turned(by: other.mirrored)
    return abs(turned.asAxis.degrees)
  }

  /// The direction of the opposite angle.
  private var mirrored: Direction { Direction(of: Point(x: x, y: -y)) ?? .alongX }
}
