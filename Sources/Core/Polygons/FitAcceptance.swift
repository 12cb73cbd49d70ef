/// Decides whether a fitted ring is near enough to its contour.
struct FitAcceptance {
  private let contour: Polygon
  private let samples: [Point]
  private let area: Double
  /// How far the contour wanders beyond what is steady, in pixels.
  private let wandering: Double

  /// The cosine of 35°, the sharpest corner.
  static let sharpestCosine = 0.819152
  /// The least intersection over union.
  static let leastOverlap = 0.8
  /// The farthest a sample may lie from the ring: pixels, a share of the square root of area, a share of
  /// what that has beyond ``SquaredRing/large``, and a multiple of what the contour wanders.
  static let farthest = (pixels: 2.2, share: 0.03, ofLarge: 0.06, wandering: 4.5)
  /// The same for the root mean square of all samples.
  static let typical = (pixels: 0.9, share: 0.01, ofLarge: 0.02, wandering: 1.5)
  /// The distance from which lines touch, in pixels.
  static let touching = 1e-6

  /// Compares with a contour by its samples, so that no contour is too long to be compared.
  init(of samples: ContourSamples) {
    let contour = Ring(samples.points)
    self.contour = Polygon(outer: contour)
    self.samples = samples.points
    wandering = max(0, samples.wandering - SquaredRing.steady)
    area = contour.signedArea
  }

  /// Whether the ring is simple, runs the contour's way, has no sharp corner and lies near it.
  func accepts(_ ring: Ring) -> Bool {
    ring.signedArea * area > 0 && !hasSharpCorner(ring) && isNear(ring)
      && ring.isSimple(tolerance: Self.touching)
      && Polygon(outer: ring).intersectionOverUnion(with: contour) >= Self.leastOverlap
  }

  private func hasSharpCorner(_ ring: Ring) -> Bool {
    let corners = ring.points
    let count = corners.count
    return corners.indices.contains { index in
      let before = corners[(index + count - 1) % count] - corners[index]
      let after = corners[(index + 1) % count] - corners[index]
      return before.dot(after) > Self.sharpestCosine * before.length * after.length
    }
  }

  private func isNear(_ ring: Ring) -> Bool {
    let size = abs(area).squareRoot()
    let more = max(0, size - SquaredRing.large)
    let farthest =
      Self.farthest.pixels + Self.farthest.share * size
      + Self.farthest.ofLarge * more + Self.farthest.wandering * wandering
    var sum = 0.0
    for sample in samples {
      let distance = ring.squaredDistance(to: sample)
      guard distance <= farthest * farthest else { return false }
      sum += distance
    }
    let typical =
      Self.typical.pixels + Self.typical.share * size
      + Self.typical.ofLarge * more + Self.typical.wandering * wandering
    return (sum / Double(samples.count)).squareRoot() <= typical
  }
}
