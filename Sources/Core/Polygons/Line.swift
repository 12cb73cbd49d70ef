/// An open line; a closed one repeats its first point at the end.
public struct Line: Hashable, Sendable, Codable {
  /// The points, in order; at least two.
  public var points: [Point]

  /// Makes a line through these points.
  public init(_ points: [Point]) { self.points = points }

  /// The length, in the units of the points.
  public var length: Double {
    zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).length }
  }

  /// The corners of the smallest upright rectangle around the points.
  public var bounds: (low: Point, high: Point) { Ring(points).bounds }

  /// The line with every point moved by `move`.
  public func mapped(_ move: (Point) -> Point) -> Line { Line(points.map(move)) }

  /// The line without the points that lie within a tolerance of the line between those kept; the
  /// ends stay.
  ///
  /// Source: Douglas and Peucker 1973.
  ///
  /// - Parameter tolerance: In the units of the points.
  /// - Complexity: O(points²) at worst, O(points log points) as a rule.
  public func simplified(tolerance: Double) -> Line {
    guard points.count > 2, let first = points.first, let last = points.last else { return self }
    if first == last {
      let ring = Ring(Array(points.dropLast())).simplified(tolerance: tolerance)
      let start = ring.points.firstIndex(of: first) ?? 0
      let turned = Array(ring.points[start...] + ring.points[..<start])
      return Line(turned + turned.prefix(1))
    }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var open = [(0, points.count - 1)]
    while let (start, end) = open.popLast() {
      var worst = start
      var distance = tolerance * tolerance
      for index in start + 1..<max(end, start + 1) {
        let here = points[index].squaredDistance(toSegmentFrom: points[start], to: points[end])
        if here > distance { (worst, distance) = (index, here) }
      }
      guard worst != start else { continue }
      isKept[worst] = true
      open.append((start, worst))
      open.append((worst, end))
    }
    return Line(points.indices.filter { isKept[$0] }.map { points[$0] })
  }

  /// The line with its points moved towards the middle of their neighbours; the ends stay.
  ///
  /// - Parameter reach: How many neighbours on either side count, fewer near the ends.
  /// - Complexity: O(points × reach).
  func smoothed(reach: Int) -> Line {
    let isClosed = points.count > 2 && points.first == points.last
    let count = isClosed ? points.count - 1 : points.count
    var smooth = (0..<count).map { index -> Point in
      let around = isClosed ? min(reach, (count - 1) / 2) : min(reach, index, count - 1 - index)
      var sum = Point.zero
      var weights = 0.0
      for offset in -around...around {
        let weight = Double(around + 1 - abs(offset))
        sum = sum + points[(index + offset + count) % count] * weight
        weights += weight
      }
      return sum * (1 / weights)
    }
    if isClosed { smooth.append(smooth[0]) }
    return Line(smooth)
  }

  /// How far along the line the place nearest to a point lies; the first of equals.
  ///
  /// - Complexity: O(points).
  func distanceAlong(nearestTo point: Point) -> Double {
    var (best, least, along) = (0.0, Double.infinity, 0.0)
    for (start, end) in zip(points, points.dropFirst()) {
      let step = end - start
      let share =
        step.squaredLength > 0
        ? min(1, max(0, (point - start).dot(step) / step.squaredLength)) : 0
      let distance = (point - (start + step * share)).squaredLength
      if distance < least { (best, least) = (along + share * step.length, distance) }
      along += step.length
    }
    return best
  }

  /// The place so far along the line; an end for what lies beyond.
  ///
  /// - Complexity: O(points).
  public func point(along distance: Double) -> Point {
    var rest = max(0, distance)
    for (start, end) in zip(points, points.dropFirst()) {
      let length = (end - start).length
      if rest <= length, length > 0 { return start + (end - start) * (rest / length) }
      rest -= length
    }
    return points.last ?? .zero
  }

  /// The stretch between two distances along the line.
  ///
  /// - Complexity: O(points).
  func stretch(from start: Double, to end: Double) -> Line {
    var inner: [Point] = []
    var along = 0.0
    for (a, b) in zip(points, points.dropFirst()) {
      if along > start, along < end { inner.append(a) }
      along += (b - a).length
    }
    return Line([point(along: start)] + inner + [point(along: end)])
  }
}
