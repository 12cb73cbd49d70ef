import CGDAL
import Polygons

extension Shape {
  /// The shape as OGR has it, every ring closed by its first corner; the caller destroys it or hands
  /// it over.
  ///
  /// - Parameter asMultiple: Whether one part, too, is written as several would be.
  func makeShape(asMultiple: Bool = false) -> OGRGeometryH? {
    guard isMultiple || asMultiple else { return makePart() }
    let shape = OGR_G_CreateGeometry(kind.multipleType)
    for part in parts { OGR_G_AddGeometryDirectly(shape, part.makePart()) }
    return shape
  }

  /// The only part.
  private func makePart() -> OGRGeometryH? {
    let shape = OGR_G_CreateGeometry(kind.type)
    guard kind == .polygon else {
      for point in paths.joined() { OGR_G_AddPoint_2D(shape, point.x, point.y) }
      return shape
    }
    for path in paths {
      let line = OGR_G_CreateGeometry(wkbLinearRing)
      for point in path { OGR_G_AddPoint_2D(line, point.x, point.y) }
      OGR_G_AddGeometryDirectly(shape, line)
    }
    return shape
  }
}

extension Shape.Kind {
  /// The kind as OGR has it.
  var type: OGRwkbGeometryType {
    switch self {
    case .polygon: wkbPolygon
    case .line: wkbLineString
    case .point: wkbPoint
    }
  }

  /// Several of the kind as one, as OGR has it.
  var multipleType: OGRwkbGeometryType {
    switch self {
    case .polygon: wkbMultiPolygon
    case .line: wkbMultiLineString
    case .point: wkbMultiPoint
    }
  }
}

extension Polygon {
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
