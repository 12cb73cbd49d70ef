public import Grids
public import Polygons

/// Brings shapes into another system, in the form that vector formats want.
///
/// Outlines run counter-clockwise and holes clockwise (RFC 7946, GeoPackage).
public struct ShapePlacer {
  private let converter: CoordinateConverter?
  private let isLonLat: Bool

  /// Prepares to carry shapes from a system to another, or to leave them where they are.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)``.
  public init(
    from source: CoordinateReference, to target: CoordinateReference
  ) throws(GeoFileError) {
    converter = source == target ? nil : try CoordinateConverter(from: source, to: target)
    isLonLat = target.isGeographic
  }

  /// The shape in the other system.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func placed(_ shape: Shape) throws(GeoFileError) -> Shape {
    switch shape {
    case .polygons(let polygons):
      var all: [Polygon] = []
      for polygon in polygons { all.append(try placed(polygon)) }
      return .polygons(all)
    case .lines(let lines):
      var all: [Line] = []
      for line in lines { all.append(Line(try placed(line.points))) }
      return .lines(all)
    case .point(let point): return .point(try placed([point])[0])
    }
  }

  private func placed(_ polygon: Polygon) throws(GeoFileError) -> Polygon {
    var placed = Polygon(outer: try placed(polygon.outer, isCounterClockwise: true))
    for hole in polygon.holes {
      let ring = try self.placed(hole, isCounterClockwise: false)
      placed.holes.append(isLonLat ? ring.onTheTurn(of: placed.outer) : ring)
    }
    return placed
  }

  private func placed(_ ring: Ring, isCounterClockwise: Bool) throws(GeoFileError) -> Ring {
    let placed = Ring(try self.placed(ring.points))
    return (placed.signedArea >= 0) == isCounterClockwise ? placed : placed.reversed
  }

  private func placed(_ line: [Point]) throws(GeoFileError) -> [Point] {
    guard let converter else { return line }
    var points = try converter.convert(line)
    guard isLonLat else { return points }
    // A line over the antimeridian goes on beyond 180° rather than around the world.
    for index in points.indices.dropFirst() {
      while points[index].x - points[index - 1].x > 180 { points[index].x -= 360 }
      while points[index].x - points[index - 1].x < -180 { points[index].x += 360 }
    }
    // A tenth of a millimetre, as far as footprints go.
    return points.map {
      Point(x: ($0.x * 1e9).rounded() / 1e9, y: ($0.y * 1e9).rounded() / 1e9)
    }
  }
}

extension Ring {
  /// The ring as often around the world as another.
  fileprivate func onTheTurn(of outer: Ring) -> Ring {
    guard let here = points.first, let there = outer.points.first else { return self }
    let degrees = ((there.x - here.x) / 360).rounded() * 360
    return degrees == 0 ? self : Ring(points.map { Point(x: $0.x + degrees, y: $0.y) })
  }
}
