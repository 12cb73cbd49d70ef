/// How a ring of an outline was found.
public enum OutlineMethod: String, Hashable, Sendable, Codable, CaseIterable {
  /// Right angles only.
  case ortho
  /// Right angles, with slanted walls among them.
  case mixed
  /// A circle.
  case circle
  /// No walls fitted well enough: the contour, simplified by one pixel.
  case fallback
  /// The contour, simplified, as was asked for.
  case simplified
  /// The contour itself.
  case raw
}

/// Fits straight walls to a contour: the optimal outline of a building.
///
/// The contour is parted into walls along or across one axis, into diagonals and free lines, each
/// at its price, so that the sum of squared distances and prices is least. Where the result strays
/// too far from the contour the price is lowered, down to a last resort, the simplified contour.
/// A circle is taken where it is cheaper. Lengths are in pixels, which must be square.
struct SquaredRing {
  let ring: Ring
  let method: OutlineMethod
  let axis: Direction

  /// The prices of a wall that are tried, in px³.
  static let prices = [16, 10, 6, 4, 2.5, 1.5]
  /// How far from the contour's corners walls may end, in pixels.
  static let cutTolerance = 0.4
  /// The most places where walls may end; on longer contours they are fewer and farther apart.
  static let mostCuts = 400
  /// The perimeter from which walls are looked for, in pixels: four of the shortest.
  static let smallestPerimeter = 10.0
  /// What a circle costs, in prices of a wall.
  static let circlePrice = 5.0
  /// The radius from which circles are looked for, in pixels.
  static let smallestRadius = 5.0
  /// The largest root mean square distance of a circle from its contour, in pixels.
  static let circleError = 0.8
  /// The simplification of the last resort, in pixels.
  static let fallbackTolerance = 1.0
}

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
    acceptance = FitAcceptance(samples: samples.points)
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

  /// The first fit that is near enough, from the highest price down.
  private func fitted() -> SquaredRing {
    for price in SquaredRing.prices {
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
