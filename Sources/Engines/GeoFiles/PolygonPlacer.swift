public import Grids
public import Polygons

/// Brings polygons into another system, in the form that vector formats want.
///
/// Outlines run counter-clockwise and holes clockwise (RFC 7946, GeoPackage).
public struct PolygonPlacer {
  private let converter: CoordinateConverter?
  private let isLonLat: Bool

  /// Prepares to carry polygons from a system to another, or to leave them where they are.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)``.
  public init(
    from source: CoordinateReference, to target: CoordinateReference
  ) throws(GeoFileError) {
    converter = source == target ? nil : try CoordinateConverter(from: source, to: target)
    isLonLat = target.isGeographic
  }

  /// The polygon in the other system.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func placed(_ polygon: Polygon) throws(GeoFileError) -> Polygon {
    var placed = Polygon(outer: try placed(polygon.outer, isCounterClockwise: true))
    for hole in polygon.holes {
      placed.holes.append(try self.placed(hole, isCounterClockwise: false))
    }
    return placed
  }

  private func placed(_ ring: Ring, isCounterClockwise: Bool) throws(GeoFileError) -> Ring {
    var points = try converter?.convert(ring.points) ?? ring.points
    if converter != nil, isLonLat {
      // A ring over the antimeridian goes on beyond 180° rather than around the world.
      for index in points.indices.dropFirst() {
        while points[index].x - points[index - 1].x > 180 { points[index].x -= 360 }
        while points[index].x - points[index - 1].x < -180 { points[index].x += 360 }
      }
    }
    // A tenth of a millimetre, as far as footprints go.
    if converter != nil, isLonLat {
      points = points.map {
        Point(x: ($0.x * 1e9).rounded() / 1e9, y: ($0.y * 1e9).rounded() / 1e9)
      }
    }
    let placed = Ring(points)
    return (placed.signedArea >= 0) == isCounterClockwise ? placed : placed.reversed
  }
}
