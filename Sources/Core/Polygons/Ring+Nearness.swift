extension Ring {
  /// The length of those parts of the line that lie within a distance of any of other lines.
  ///
  /// Exact up to rounding: what lies within a distance of a segment is convex, so that it cuts one
  /// stretch out of each side; the stretches of a side are joined.
  ///
  /// - Parameters:
  ///   - rings: The other lines, in the same coordinates.
  ///   - distance: In the units of the points.
  /// - Complexity: O(n · m) for n sides and m sides of others.
  package func length(within distance: Double, of rings: [Ring]) -> Double {
    guard var previous = points.last else { return 0 }
    var sum = 0.0
    var stretches: [(from: Double, to: Double)] = []
    for corner in points {
      defer { previous = corner }
      let length = (corner - previous).length
      guard length > 0 else { continue }
      let side = Side(
        start: previous, direction: (corner - previous) * (1 / length), length: length)
      stretches.removeAll(keepingCapacity: true)
      for ring in rings {
        guard var last = ring.points.last else { continue }
        for next in ring.points {
          if let stretch = side.stretch(within: distance, ofSegmentFrom: last, to: next) {
            stretches.append(stretch)
          }
          last = next
        }
      }
      sum += joinedLength(of: &stretches)
    }
    return sum
  }

  private func joinedLength(of stretches: inout [(from: Double, to: Double)]) -> Double {
    stretches.sort { $0.from < $1.from }
    var (sum, end) = (0.0, -Double.infinity)
    for stretch in stretches where stretch.to > end {
      sum += stretch.to - max(end, stretch.from)
      end = stretch.to
    }
    return sum
  }
}

/// A side of a ring, as a way of some length into a direction.
private struct Side {
  let start: Point
  let direction: Point
  let length: Double

  /// The stretch of the side within a distance of a segment, as lengths from the start.
  ///
  /// That ground is a rectangle with a disc at each end. The side meets each of the three in one
  /// stretch, and their union, which is convex, in one as well.
  func stretch(
    within distance: Double, ofSegmentFrom a: Point, to b: Point
  ) -> (from: Double, to: Double)? {
    var (from, to) = (Double.infinity, -Double.infinity)
    for centre in [a, b] {
      let away = centre - start
      let middle = away.dot(direction)
      let beside = away.cross(direction)
      let half = distance * distance - beside * beside
      if half >= 0 {
        from = min(from, middle - half.squareRoot())
        to = max(to, middle + half.squareRoot())
      }
    }
    if let inside = stretch(inRectangleAround: a, b, distance) {
      from = min(from, inside.from)
      to = max(to, inside.to)
    }
    (from, to) = (max(0, from), min(length, to))
    return from < to ? (from, to) : nil
  }

  private func stretch(
    inRectangleAround a: Point, _ b: Point, _ distance: Double
  ) -> (from: Double, to: Double)? {
    let extent = (b - a).length
    guard extent > 0 else { return nil }
    let axis = (b - a) * (1 / extent)
    var (from, to) = (0.0, length)
    let limits = [
      (value: (start - a).dot(axis), slope: direction.dot(axis), low: 0, high: extent),
      (value: axis.cross(start - a), slope: axis.cross(direction), low: -distance, high: distance),
    ]
    for limit in limits {
      if limit.slope == 0 {
        guard limit.value >= limit.low, limit.value <= limit.high else { return nil }
        continue
      }
      let first = (limit.low - limit.value) / limit.slope
      let second = (limit.high - limit.value) / limit.slope
      from = max(from, min(first, second))
      to = min(to, max(first, second))
    }
    return from < to ? (from, to) : nil
  }
}
