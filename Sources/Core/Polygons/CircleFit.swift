/// The circle nearest to some points.
///
/// Source: Kåsa 1976, the algebraic fit.
struct CircleFit {
  let center: Point
  let radius: Double
  /// The sum of squared distances of the points from the circle.
  let squaredError: Double

  /// Fits a circle; nil when the points lie on a line.
  ///
  /// - Complexity: O(points).
  init?(through points: [Point]) {
    let share = 1 / Double(points.count)
    let mean = points.reduce(Point.zero, +) * share
    var (uu, vv, uv, uz, vz, z) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for point in points {
      let (u, v) = (point.x - mean.x, point.y - mean.y)
      let square = u * u + v * v
      uu += u * u
      vv += v * v
      uv += u * v
      uz += u * square
      vz += v * square
      z += square
    }
    let determinant = uu * vv - uv * uv
    guard determinant > 1e-9 * z * z else { return nil }
    let shift = Point(
      x: (uz * vv - vz * uv) / (2 * determinant), y: (vz * uu - uz * uv) / (2 * determinant))
    let center = mean + shift
    let radius = (shift.squaredLength + z * share).squareRoot()
    self.center = center
    self.radius = radius
    squaredError = points.reduce(0) { sum, point in
      let off = (point - center).length - radius
      return sum + off * off
    }
  }

  /// A regular ring of 12 to 48 corners with the circle's area, its first corner on `axis`.
  func ring(from axis: Direction) -> Ring {
    let count = max(12, min(48, Int((2 * .pi * radius / 4).rounded()) / 4 * 4))
    let turn = Direction.part(of: count)
    let reach = radius * (2 * .pi / Double(count) / turn.y).squareRoot()
    var corners: [Point] = []
    var direction = axis
    for _ in 0..<count {
      corners.append(center + direction.vector * reach)
      direction = direction.turned(by: turn)
    }
    return Ring(corners)
  }
}

extension Direction {
  /// The direction of the `count`-th part of a full turn, by the sine's and cosine's series.
  fileprivate static func part(of count: Int) -> Direction {
    let angle = 2 * .pi / Double(count)
    var (sine, cosine) = (0.0, 0.0)
    var term = 1.0
    for order in 0..<20 {
      switch order % 4 {
      case 0: cosine += term
      case 1: sine += term
      case 2: cosine -= term
      default: sine -= term
      }
      term *= angle / Double(order + 1)
    }
    return Direction(of: Point(x: cosine, y: sine)) ?? .alongX
  }
}
