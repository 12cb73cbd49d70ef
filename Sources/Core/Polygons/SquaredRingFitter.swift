/// Fits one contour.
struct SquaredRingFitter {
  private let contour: Ring
  private let samples: ContourSamples
  private let cuts: [Int]
  private let axes: [Direction]
  private let allowsCircle: Bool
  private let acceptance: FitAcceptance

  /// Prepares to fit a contour.
  ///
  /// - Parameters:
  ///   - contour: A simple ring, in square pixels.
  ///   - axis: The axis of the building whose hole this is; nil for an outline, which may be round.
  private init(_ contour: Ring, within axis: Direction? = nil) {
    let sides = contour.simplified(tolerance: ContourSamples.sideTolerance)
    let samples = ContourSamples(of: contour, sides: sides)
    self.contour = contour
    self.samples = samples
    cuts = Self.cuts(of: samples)
    axes = [sides.dominantDirection] + [axis, contour.leastRectangleDirection].compactMap { $0 }
    allowsCircle = axis == nil
    acceptance = FitAcceptance(of: samples)
  }

  /// The outline of a contour; nothing is fitted to one that is too short for walls.
  static func fitted(_ contour: Ring, within axis: Direction? = nil) -> SquaredRing {
    guard contour.perimeter >= SquaredRing.smallestPerimeter else {
      return SquaredRing(
        ring: contour.simplified(tolerance: SquaredRing.fallbackTolerance), method: .fallback,
        axis: axis ?? contour.dominantDirection)
    }
    return SquaredRingFitter(contour, within: axis).fitted()
  }

  /// The samples at the contour's corners, and the number of samples.
  private static func cuts(of samples: ContourSamples) -> [Int] {
    let ring = Ring(samples.points)
    var tolerance = SquaredRing.cutTolerance
    while true {
      let kept = ring.keptCorners(tolerance: tolerance, from: 0)
      if kept.count <= SquaredRing.mostCuts { return kept + [samples.points.count] }
      tolerance *= 2
    }
  }

  /// By how much walls of this contour are dearer than those of a smooth and small one.
  private var rise: Double {
    let noise = samples.roughness / SquaredRing.smooth
    let wandering = samples.wandering / SquaredRing.steady
    let area = abs(contour.signedArea) / (SquaredRing.large * SquaredRing.large)
    let ofNoise = min(SquaredRing.largestRise, noise * noise)
    let ofWandering = min(SquaredRing.largestRiseOfWandering, wandering * wandering)
    return max(1, ofNoise, ofWandering) * max(1, area)
  }

  /// The first fit that is near enough, from the highest price down.
  private func fitted() -> SquaredRing {
    let rise = rise
    for price in SquaredRing.prices.map({ $0 * rise }) {
      let (walls, cost, axis) = bestWalls(price: price)
      if allowsCircle, let circle = circle(cheaperThan: cost, price: price, axis: axis) {
        return circle
      }
      guard let ring = WallLines(through: walls, of: samples, axis: axis).ring(),
        acceptance.accepts(ring)
      else { continue }
      let method: OutlineMethod = walls.allSatisfy(\.label.isSquare) ? .ortho : .mixed
      return SquaredRing(ring: ring, method: method, axis: axis.asAxis)
    }
    return SquaredRing(
      ring: contour.simplified(tolerance: SquaredRing.fallbackTolerance), method: .fallback,
      axis: axes[0].asAxis)
  }

  /// The cheapest walls over all axes; each is turned to fit its walls, three times at most.
  private func bestWalls(price: Double) -> (walls: [WallRun], cost: Double, axis: Direction) {
    var best: (walls: [WallRun], cost: Double, axis: Direction) = ([], .infinity, axes[0])
    for first in axes {
      var axis = first
      var found: (walls: [WallRun], cost: Double) = ([], .infinity)
      for _ in 0..<3 {
        found = WallSegmentation(samples: samples, cuts: cuts, axis: axis, price: price).best()
        let refined = WallLines.refined(axis, by: found.walls, of: samples)
        if abs(refined.vector.cross(axis.vector)) < 2e-3 { break }
        axis = refined
      }
      if found.cost < best.cost - 1e-9 { best = (found.walls, found.cost, axis) }
    }
    return best
  }

  private func circle(cheaperThan cost: Double, price: Double, axis: Direction) -> SquaredRing? {
    guard let circle = CircleFit(through: samples.points),
      circle.radius >= SquaredRing.smallestRadius,
      circle.squaredError * samples.step + SquaredRing.circlePrice * price < cost,
      (circle.squaredError / Double(samples.points.count)).squareRoot() < SquaredRing.circleError
    else { return nil }
    let ring = circle.ring(from: axis)
    let turned = (ring.signedArea < 0) == (contour.signedArea < 0) ? ring : ring.reversed
    return SquaredRing(ring: turned, method: .circle, axis: axis.asAxis)
  }
}
