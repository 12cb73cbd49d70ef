/// A direction in the plane, kept as a unit vector.
///
/// Nothing here calls sine, cosine or arctangent of the C library, whose last bit depends on the
/// processor: turning is complex multiplication, and half an angle is two square roots.
public struct Direction: Hashable, Sendable {
  /// The cosine of the angle from the x axis.
  public let x: Double
  /// The sine of the angle from the x axis.
  public let y: Double

  /// The direction of the x axis.
  public static let alongX = Direction(unitX: 1, unitY: 0)
  /// The direction of the y axis.
  public static let alongY = Direction(unitX: 0, unitY: 1)
  /// Half way between the axes.
  static let diagonal = Direction(unitX: 0.5.squareRoot(), unitY: 0.5.squareRoot())
  /// Half way between the x axis and the opposite of the y axis.
  static let antidiagonal = Direction(unitX: 0.5.squareRoot(), unitY: -0.5.squareRoot())

  private init(unitX: Double, unitY: Double) {
    x = unitX
    y = unitY
  }

  /// The direction of a vector; nil for a vector without length.
  public init?(of vector: Point) {
    let length = vector.length
    guard length > 0, length.isFinite else { return nil }
    self.init(unitX: vector.x / length, unitY: vector.y / length)
  }

  /// The direction as a vector of length 1.
  package var vector: Point { Point(x: x, y: y) }

  /// This direction turned a quarter to the left.
  package var normal: Point { Point(x: -y, y: x) }

  /// The direction whose angle is the sum of both angles.
  package func turned(by other: Direction) -> Direction {
    Direction(unitX: x * other.x - y * other.y, unitY: x * other.y + y * other.x)
  }

  /// The direction of twice the angle.
  package var doubled: Direction { turned(by: self) }

  /// The direction of half the angle, which is taken between −180° and 180°.
  package var halved: Direction {
    if x > 0 {
      let cosine = ((1 + x) / 2).squareRoot()
      return Direction(unitX: cosine, unitY: y / (2 * cosine))
    }
    let sine = ((1 - x) / 2).squareRoot()
    return Direction(unitX: abs(y) / (2 * sine), unitY: y < 0 ? -sine : sine)
  }

  /// The direction in which points with these second moments are spread most.
  ///
  /// - Returns: An angle between −90° and 90°; along x when they are spread evenly.
  package static func principal(xx: Double, yy: Double, xy: Double) -> Direction {
    Direction(of: Point(x: xx - yy, y: 2 * xy))?.halved ?? .alongX
  }

  /// The angle from the x axis in degrees, −180…180, right to about 1e-14.
  public var degrees: Double {
    let steep = abs(y) > abs(x)
    let first = arctangent(steep ? abs(x) / abs(y) : abs(y) / abs(x))
    let quarter = steep ? 90 - first : first
    let half = x < 0 ? 180 - quarter : quarter
    return y < 0 ? -half : half
  }
}

/// The arctangent of a ratio between 0 and 1, in degrees.
///
/// Halves the angle twice, then sums Gregory's series: the same bits on every processor.
private func arctangent(_ ratio: Double) -> Double {
  var small = ratio
  for _ in 0..<2 { small = small / (1 + (1 + small * small).squareRoot()) }
  var term = small
  var sum = 0.0
  for order in 0..<16 {
    sum += term / Double(2 * order + 1)
    term *= -(small * small)
  }
  return 4 * sum * 180 / .pi
}
