import CGDAL
public import Polygons

extension Polygon {
  /// The polygon in longitude and latitude, cut where it crosses the antimeridian.
  ///
  /// Longitudes may go on beyond ±180°; those of the parts do not. Outlines run counter-clockwise and
  /// holes clockwise. One part, the polygon itself, where nothing is to be cut.
  ///
  /// Source: RFC 7946, section 3.1.9. The cut is GEOS's.
  public func cutAtAntimeridian() -> [Polygon] {
    let bounds = outer.bounds
    guard bounds.low.x < -180 || bounds.high.x > 180 else { return [self] }
    let turns =
      Int(
        ((bounds.low.x + 180) / 360).rounded(.down))...Int(
        ((bounds.high.x + 180) / 360).rounded(.down))
    return turns.flatMap { turn in
      part(west: Double(turn) * 360 - 180).map { part in
        part.moved(west: Double(turn) * 360).orientedOutwards
      }
    }
  }

  /// What lies between a meridian and the one a whole turn east of it.
  private func part(west: Double) -> [Polygon] {
    let strip = Polygon(
      outer: Ring([
        Point(x: west, y: -90), Point(x: west + 360, y: -90), Point(x: west + 360, y: 90),
        Point(x: west, y: 90),
      ]))
    return GDALListener.listen { () -> [Polygon] in
      guard let shape = makeShape() else { return [] }
      defer { OGR_G_DestroyGeometry(shape) }
      guard let frame = strip.makeShape() else { return [] }
      defer { OGR_G_DestroyGeometry(frame) }
      guard let part = OGR_G_Intersection(shape, frame) else { return [] }
      defer { OGR_G_DestroyGeometry(part) }
      return Polygon.collected(from: part).filter { $0.area > 0 }
    }.value
  }

  /// Moved to the west by whole turns, to a tenth of a millimetre.
  private func moved(west degrees: Double) -> Polygon {
    mapped { point in
      Point(x: ((point.x - degrees) * 1e9).rounded() / 1e9, y: (point.y * 1e9).rounded() / 1e9)
    }
  }

  private var orientedOutwards: Polygon {
    Polygon(
      outer: outer.signedArea >= 0 ? outer : outer.reversed,
      holes: holes.map { $0.signedArea <= 0 ? $0 : $0.reversed })
  }
}
