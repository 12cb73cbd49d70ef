import Grids
import Polygons

/// Rounds shapes to whole millimetres, or to 1e-9 degrees, and keeps outlines valid.
struct CoordinateRounding {
  /// Units of the last kept place in one unit of the coordinates.
  private let stepsPerUnit: Double

  /// The rounding for coordinates of a system.
  init(for crs: CoordinateReference) { stepsPerUnit = crs.isGeographic ? 1e9 : 1e3 }

  /// The share of a step from which lines touch.
  static let touching = 1e-3

  /// The polygon on rounded coordinates, in its published form: outer ring counter-clockwise with y
  /// up, holes clockwise, each begun at its northernmost corner.
  ///
  /// - Returns: Nil when rings would cross or touch once rounded.
  func rounded(_ polygon: Polygon) -> Polygon? {
    let outer = rounded(polygon.outer, isHole: false)
    let holes = polygon.holes.map { rounded($0, isHole: true) }
      .filter { $0.points.count > 2 }
    let whole = Polygon(outer: outer, holes: holes)
    return whole.isValid(tolerance: Self.touching / stepsPerUnit) ? whole : nil
  }

  /// The line on rounded coordinates, without points that fall together.
  ///
  /// - Returns: Nil when it has no length once rounded.
  func rounded(_ line: Line) -> Line? {
    var points: [Point] = []
    for point in line.points {
      let place = rounded(point)
      if place != points.last { points.append(place) }
    }
    return points.count > 1 ? Line(points) : nil
  }

  private func rounded(_ ring: Ring, isHole: Bool) -> Ring {
    var points: [Point] = []
    for point in ring.points {
      let place = rounded(point)
      if place != points.last { points.append(place) }
    }
    while points.count > 1, points.first == points.last { points.removeLast() }
    let result = Ring(points)
    let turned = (result.signedArea < 0) == isHole ? result : result.reversed
    return begunInTheNorth(turned)
  }

  /// The place on rounded coordinates.
  func rounded(_ point: Point) -> Point { Point(x: rounded(point.x), y: rounded(point.y)) }

  private func rounded(_ coordinate: Double) -> Double {
    (coordinate * stepsPerUnit).rounded() / stepsPerUnit
  }

  private func begunInTheNorth(_ ring: Ring) -> Ring {
    let first = ring.points.indices.min { a, b in
      let (a, b) = (ring.points[a], ring.points[b])
      return a.y != b.y ? a.y > b.y : a.x < b.x
    }
    guard let first else { return ring }
    return Ring(Array(ring.points[first...] + ring.points[..<first]))
  }
}
