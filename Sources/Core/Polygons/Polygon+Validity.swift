extension Ring {
  /// Whether the line neither crosses nor touches itself.
  ///
  /// - Parameter tolerance: The distance from which lines touch, in the units of the points.
  /// - Complexity: O(points log points) for compact shapes, O(points²) at worst.
  public func isSimple(tolerance: Double) -> Bool {
    SegmentSweep.areApart([self], tolerance: tolerance)
  }
}

extension Polygon {
  /// Whether no line crosses or touches another, holes lie inside and none lies in another.
  ///
  /// This is stricter than the Simple Features standard, which lets rings touch in a point.
  ///
  /// - Parameter tolerance: The distance from which lines touch, in the units of the points.
  public func isValid(tolerance: Double) -> Bool {
    guard outer.signedArea != 0, SegmentSweep.areApart(rings, tolerance: tolerance) else {
      return false
    }
    let boxes = holes.map(\.bounds)
    return holes.indices.allSatisfy { index in
      guard let corner = holes[index].points.first, outer.contains(corner) else { return false }
      return !holes.indices.contains {
        $0 != index && boxes[$0].low.x <= corner.x && corner.x <= boxes[$0].high.x
          && boxes[$0].low.y <= corner.y && corner.y <= boxes[$0].high.y
          && holes[$0].contains(corner)
      }
    }
  }
}

/// Looks for sides of rings that meet elsewhere than at their common corner.
private struct SegmentSweep {
  private struct Segment {
    let from: Point
    let to: Point
    let ring: Int
    let index: Int
    let count: Int

    var left: Double { min(from.x, to.x) }
    var right: Double { max(from.x, to.x) }

    func follows(_ other: Segment) -> Bool {
      ring == other.ring && (other.index + 1) % count == index
    }
  }

  static func areApart(_ rings: [Ring], tolerance: Double) -> Bool {
    guard rings.allSatisfy({ $0.points.count > 2 }) else { return false }
    var segments: [Segment] = []
    for (number, ring) in rings.enumerated() {
      let count = ring.points.count
      for index in 0..<count {
        segments.append(
          Segment(
            from: ring.points[index], to: ring.points[(index + 1) % count], ring: number,
            index: index, count: count))
      }
    }
    segments.sort { $0.left < $1.left }
    var active: [Segment] = []
    for segment in segments {
      guard (segment.to - segment.from).length > tolerance else { return false }
      active.removeAll { $0.right < segment.left - tolerance }
      for other in active where !areApart(segment, other, tolerance: tolerance) { return false }
      active.append(segment)
    }
    return true
  }

  private static func areApart(_ a: Segment, _ b: Segment, tolerance: Double) -> Bool {
    let limit = tolerance * tolerance
    if a.follows(b) { return !turnsBack(b, a, limit: limit) }
    if b.follows(a) { return !turnsBack(a, b, limit: limit) }
    if max(a.from.y, a.to.y) + tolerance < min(b.from.y, b.to.y)
      || max(b.from.y, b.to.y) + tolerance < min(a.from.y, a.to.y)
    {
      return true
    }
    let along = a.to - a.from
    let beside = b.to - b.from
    if along.cross(b.from - a.from) * along.cross(b.to - a.from) < 0
      && beside.cross(a.from - b.from) * beside.cross(a.to - b.from) < 0
    {
      return false
    }
    return a.from.squaredDistance(toSegmentFrom: b.from, to: b.to) > limit
      && a.to.squaredDistance(toSegmentFrom: b.from, to: b.to) > limit
      && b.from.squaredDistance(toSegmentFrom: a.from, to: a.to) > limit
      && b.to.squaredDistance(toSegmentFrom: a.from, to: a.to) > limit
  }

  /// Whether the second of two consecutive sides runs back along the first.
  private static func turnsBack(_ first: Segment, _ second: Segment, limit: Double) -> Bool {
    (first.to - first.from).dot(second.to - second.from) < 0
      && (second.to.squaredDistance(toSegmentFrom: first.from, to: first.to) <= limit
        || first.from.squaredDistance(toSegmentFrom: second.from, to: second.to) <= limit)
  }
}
