/// What counts as a road on a grid, and how far a centreline depends on what lies around it.
///
/// Every length is bounded, so that a pixel of a centreline is decided by the pixels within
/// ``reach`` alone: cut the plane as you like, the same pixels come out.
public struct CenterlineRules: Hashable, Sendable {
  /// How far a branch must go on beyond the road it leaves, in m; shorter ones are the rim's
  /// roughness.
  public let spur: Double
  /// How wide a road may be, in m; of wider areas the rim is followed.
  public let widest: Double
  /// The side of the largest hole that is filled, in m.
  public let hole: Double
  /// The width and height of a pixel on the ground, in m.
  public let pixel: Point

  /// Makes rules.
  ///
  /// - Parameter pixel: The same for all shards of a run.
  public init(spur: Double, widest: Double, hole: Double, pixel: Point) {
    self.spur = spur
    self.widest = widest
    self.hole = hole
    self.pixel = pixel
  }

  /// How many times branches are taken away; what is left of a fork may be a branch again.
  static let prunings = 2
  /// The neighbours along a centreline that tell its direction, to either side.
  static let directionReach = 6
  /// Units of ``CenterlinePixel/squaredRadius`` along a pixel's side.
  static let radiusUnits = 64.0

  /// The side of a square as large as a pixel, in m.
  public var side: Double { (pixel.x * pixel.y).squareRoot() }

  /// The greatest distance to the rim at which a pixel is road and no square, by steps over pixels'
  /// sides: of a road that runs askew, √2 times its half width.
  var depth: Int { pixels(widest / 2 * 1.4143) + 1 }

  /// How often thinning peels: once per pixel of depth, and a few times for what is left.
  var peelings: Int { depth + 8 }

  /// How far beyond its half width water beside a road is looked for, in pixels.
  var bank: Int { max(2, pixels(2)) }

  /// Junctions that lie together within a square of this side, in pixels, are one.
  var crossing: Int { 2 * depth }

  /// How far a pixel of a centreline depends on what lies around it, in pixels.
  public var reach: Int {
    let prune = pixels(spur + widest) + 3
    return pixels(hole) + 2 + depth + 2 * peelings + Self.prunings * prune
      + max(crossing + 2 * depth, depth + bank + Self.directionReach) + 4
  }

  func pixels(_ meters: Double) -> Int { Int((meters / min(pixel.x, pixel.y)).rounded(.up)) }

  /// How far apart two neighbours are, in m.
  func step(_ dx: Int, _ dy: Int) -> Double {
    let (x, y) = (Double(dx) * pixel.x, Double(dy) * pixel.y)
    return (x * x + y * y).squareRoot()
  }

  /// A radius as it is kept, in m.
  public func meters(ofSquaredRadius squared: Int) -> Double {
    Double(squared).squareRoot() / Self.radiusUnits * side
  }

  /// Whole numbers in proportion to a pixel's width and height, so that radii are exact.
  var weights: (x: Int, y: Int) {
    (
      max(1, Int((pixel.x / side * Self.radiusUnits).rounded())),
      max(1, Int((pixel.y / side * Self.radiusUnits).rounded()))
    )
  }
}
