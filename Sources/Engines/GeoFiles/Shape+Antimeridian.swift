import CGDAL
public import Polygons

extension Shape {
  /// The shape in longitude and latitude, cut where it crosses the antimeridian.
  ///
  /// Longitudes may go on beyond ±180°; those of the parts do not. Outlines run counter-clockwise and
  /// holes clockwise. The shape itself, where nothing is to be cut or moved.
  ///
  /// Source: RFC 7946, section 3.1.9. The cut through areas is GEOS's.
  public func cutAtAntimeridian() -> Shape {
    let bounds = self.bounds
    guard bounds.low.x < -180 || bounds.high.x > 180 else { return self }
    let cut: Shape =
      switch self {
      case .polygons(let polygons): .polygons(polygons.flatMap { $0.cutAtAntimeridian() })
      case .lines(let lines): .lines(lines.flatMap { $0.cutAtAntimeridian() })
      case .point(let point): .point(point.moved(west: 360 * Double(point.turn)))
      }
    return cut.paths.isEmpty ? self : cut
  }
}

extension Point {
  /// How often around the world a longitude has gone to the east.
  fileprivate var turn: Int { Int(((x + 180) / 360).rounded(.down)) }

  /// Moved to the west, to a tenth of a millimetre.
  fileprivate func moved(west degrees: Double) -> Point {
    Point(x: ((x - degrees) * 1e9).rounded() / 1e9, y: (y * 1e9).rounded() / 1e9)
  }
}

extension Line {
  /// The stretches between one crossing and the next; those without any length are left out.
  fileprivate func cutAtAntimeridian() -> [Line] {
    let turns = points.map(\.turn)
    var stretches: [[Point]] = []
    var stretch: [Point] = []
    func end(_ turn: Int) {
      let moved = stretch.map { $0.moved(west: 360 * Double(turn)) }
      if let first = moved.first, moved.contains(where: { $0 != first }) { stretches.append(moved) }
    }
    for (index, point) in points.enumerated() {
      if let last = stretch.last, turns[index] != turns[index - 1] {
        let (before, here) = (turns[index - 1], turns[index])
        // Lines are short: no segment crosses twice.
        let meridian = Double(max(before, here)) * 360 - 180
        let share = (meridian - last.x) / (point.x - last.x)
        let crossing = Point(x: meridian, y: last.y + share * (point.y - last.y))
        if last != crossing { stretch.append(crossing) }
        end(before)
        stretch = crossing == point ? [] : [crossing]
      }
      stretch.append(point)
    }
    if let turn = turns.last { end(turn) }
    return stretches.map(Line.init)
  }
}

extension Polygon {
  fileprivate func cutAtAntimeridian() -> [Polygon] {
    let bounds = outer.bounds
    guard bounds.low.x < -180 || bounds.high.x > 180 else { return [self] }
    return (bounds.low.turn...bounds.high.turn).flatMap { turn in
      part(west: Double(turn) * 360 - 180).map { part in
        part.mapped { $0.moved(west: Double(turn) * 360) }.orientedOutwards
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
      guard let shape = Shape.polygon(self).makeShape() else { return [] }
      defer { OGR_G_DestroyGeometry(shape) }
      guard let frame = Shape.polygon(strip).makeShape() else { return [] }
      defer { OGR_G_DestroyGeometry(frame) }
      guard let part = OGR_G_Intersection(shape, frame) else { return [] }
      defer { OGR_G_DestroyGeometry(part) }
      return Polygon.collected(from: part).filter { $0.area > 0 }
    }.value
  }

  private var orientedOutwards: Polygon {
    Polygon(
      outer: outer.signedArea >= 0 ? outer : outer.reversed,
      holes: holes.map { $0.signedArea <= 0 ? $0 : $0.reversed })
  }
}
