/// A ring resampled at even steps, with running sums that give the scatter of any stretch at once.
struct ContourSamples {
  /// The samples in order; the first lies in the middle of the ring's longest straight side.
  let points: [Point]
  /// The distance between samples along the ring, in pixels.
  let step: Double
  /// Sums over the samples before an index.
  private let sums: [Scatter.Sums]

  /// How far a straight side may stray, in pixels, when the place to begin is looked for.
  static let sideTolerance = 0.75
  /// The distance between samples unless the ring is very long, in pixels.
  static let finestStep = 1.0
  /// The most samples.
  static let most = 1500

  /// Resamples a ring.
  ///
  /// - Complexity: O(points + samples).
  init(of ring: Ring, sides: Ring) {
    let length = ring.perimeter
    let wanted = max(Self.finestStep, length / Double(Self.most))
    let count = max(12, Int((length / wanted).rounded()))
    let step = length / Double(count)
    let samples = Self.resampled(ring, count: count, step: step)
    let middle = Self.middleOfLongestSide(of: sides)
    let first = Self.nearest(to: middle, in: samples)
    let points = Array(samples[first...] + samples[..<first])
    let center = ring.centroid
    var sums = [Scatter.Sums()]
    sums.reserveCapacity(count + 1)
    for point in points { sums.append(sums[sums.count - 1].adding(point - center)) }
    self.points = points
    self.step = step
    self.sums = sums
    self.center = center
  }

  private let center: Point

  /// The scatter of the samples `start..<end`; `end` may pass the last sample and begin anew.
  func scatter(from start: Int, to end: Int) -> Scatter {
    let count = points.count
    if end <= count { return Scatter(sums[end] - sums[start], count: end - start, from: center) }
    if start >= count { return scatter(from: start - count, to: end - count) }
    let wrapped = sums[count] - sums[start] + sums[end - count]
    return Scatter(wrapped, count: end - start, from: center)
  }

  /// How far samples typically lie from half way between those four samples before and after, in
  /// pixels: the noise of walls that look straight.
  var roughness: Double { typicalOffset(from: 4) }

  /// The same over twelve samples: how far walls that look straight wander over several metres, behind
  /// trees for instance.
  ///
  /// Only contours that are long enough for it show more than ``roughness``.
  var wandering: Double { typicalOffset(from: 12) }

  /// The median over all samples, so that corners do not count while they are few; where walls are
  /// short the neighbours are nearer, and the noise counts for less.
  ///
  /// - Complexity: O(samples log samples).
  private func typicalOffset(from neighbor: Int) -> Double {
    let count = points.count
    let reach = max(1, min(neighbor, count / 20))
    let distances = points.indices.map { index in
      let before = points[(index + count - reach) % count]
      let after = points[(index + reach) % count]
      return (points[index] - (before + after) * 0.5).squaredLength
    }
    return distances.sorted()[count / 2].squareRoot()
  }

  private static func resampled(_ ring: Ring, count: Int, step: Double) -> [Point] {
    let corners = ring.points
    var samples: [Point] = []
    samples.reserveCapacity(count)
    var side = 0
    var passed = 0.0
    var length = (corners[1 % corners.count] - corners[0]).length
    for index in 0..<count {
      let place = (Double(index) + 0.5) * step
      while passed + length < place, side < corners.count - 1 {
        passed += length
        side += 1
        length = (corners[(side + 1) % corners.count] - corners[side]).length
      }
      let share = length > 0 ? min(1, (place - passed) / length) : 0
      let a = corners[side]
      samples.append(a + (corners[(side + 1) % corners.count] - a) * share)
    }
    return samples
  }

  private static func middleOfLongestSide(of ring: Ring) -> Point {
    guard var previous = ring.points.last else { return .zero }
    var middle = previous
    var longest = -1.0
    for corner in ring.points {
      let length = (corner - previous).squaredLength
      if length > longest { (middle, longest) = ((corner + previous) * 0.5, length) }
      previous = corner
    }
    return middle
  }

  private static func nearest(to place: Point, in points: [Point]) -> Int {
    var best = 0
    var least = Double.infinity
    for (index, point) in points.enumerated() {
      let distance = (point - place).squaredLength
      if distance < least { (best, least) = (index, distance) }
    }
    return best
  }
}
