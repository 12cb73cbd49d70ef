import CGDAL
import Polygons

extension Polygon {
  /// The polygon as OGR has it, every ring closed by its first corner; the caller destroys it or hands
  /// it over.
  func makeShape() -> OGRGeometryH? {
    let shape = OGR_G_CreateGeometry(wkbPolygon)
    for ring in rings {
      let line = OGR_G_CreateGeometry(wkbLinearRing)
      for point in ring.points { OGR_G_AddPoint_2D(line, point.x, point.y) }
      if let first = ring.points.first { OGR_G_AddPoint_2D(line, first.x, first.y) }
      OGR_G_AddGeometryDirectly(shape, line)
    }
    return shape
  }

  /// Several polygons as one of OGR's shapes, as ``makeShape()``.
  static func makeShape(of parts: [Polygon]) -> OGRGeometryH? {
    let shape = OGR_G_CreateGeometry(wkbMultiPolygon)
    for part in parts { OGR_G_AddGeometryDirectly(shape, part.makeShape()) }
    return shape
  }

  /// The polygons that a shape of OGR's is made of; points and lines are passed over.
  static func collected(from shape: OGRGeometryH) -> [Polygon] {
    let parts = (0..<OGR_G_GetGeometryCount(shape)).compactMap { OGR_G_GetGeometryRef(shape, $0) }
    guard OGR_GT_Flatten(OGR_G_GetGeometryType(shape)) == wkbPolygon else {
      return parts.filter { OGR_G_GetGeometryType($0) != wkbLineString }.flatMap(collected)
    }
    let rings = parts.map(Ring.init(reading:))
    guard let outer = rings.first, outer.points.count >= 3 else { return [] }
    return [Polygon(outer: outer, holes: rings.dropFirst().filter { $0.points.count >= 3 })]
  }

  /// The lines that a shape of OGR's is made of; points and polygons are passed over.
  static func lines(of shape: OGRGeometryH) -> [[Point]] {
    if OGR_GT_Flatten(OGR_G_GetGeometryType(shape)) == wkbLineString {
      let points = (0..<OGR_G_GetPointCount(shape)).map {
        Point(x: OGR_G_GetX(shape, $0), y: OGR_G_GetY(shape, $0))
      }
      return points.count > 1 ? [points] : []
    }
    guard OGR_GT_Flatten(OGR_G_GetGeometryType(shape)) != wkbPolygon else { return [] }
    return (0..<OGR_G_GetGeometryCount(shape)).compactMap { OGR_G_GetGeometryRef(shape, $0) }
      .flatMap(lines)
  }
}

extension Ring {
  /// The corners of a line of OGR's, without the last where it repeats the first.
  fileprivate init(reading line: OGRGeometryH) {
    var points = (0..<OGR_G_GetPointCount(line)).map {
      Point(x: OGR_G_GetX(line, $0), y: OGR_G_GetY(line, $0))
    }
    if points.count > 1, points.first == points.last { points.removeLast() }
    self.init(points)
  }
}
