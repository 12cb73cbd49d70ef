import CGDAL
public import Polygons

/// Whether a polygon is what Simple Features call valid, and what becomes of it otherwise.
public enum PolygonValidity: Hashable, Sendable {
  /// Rings neither cross nor overlap, and holes lie inside.
  case valid
  /// A rule is broken; what GEOS makes of the polygon, which may be nothing.
  case invalid(reason: String, repaired: [Polygon])
}

extension Polygon {
  /// What Simple Features say of the polygon, as GEOS reads them.
  ///
  /// An invalid one is taken apart where its lines cross and put together again, without its inside
  /// and outside changing places (`MakeValid`); what has no area is dropped.
  ///
  /// Source: OGC 06-103r4, Simple Feature Access 1.2.1, section 6.1.11.1.
  ///
  /// - Complexity: O(n log n) for n corners.
  public var validity: PolygonValidity {
    let (validity, _) = GDALListener.listen { () -> PolygonValidity in
      guard let shape = OGR_G_CreateGeometry(wkbPolygon) else { return .valid }
      defer { OGR_G_DestroyGeometry(shape) }
      for ring in [outer] + holes {
        let line = OGR_G_CreateGeometry(wkbLinearRing)
        for point in ring.points { OGR_G_AddPoint_2D(line, point.x, point.y) }
        if let first = ring.points.first { OGR_G_AddPoint_2D(line, first.x, first.y) }
        OGR_G_AddGeometryDirectly(shape, line)
      }
      let (isValid, said) = GDALListener.listen { OGR_G_IsValid(shape) != 0 }
      if isValid { return .valid }
      guard let repaired = OGR_G_MakeValid(shape) else {
        return .invalid(reason: said.heard, repaired: [])
      }
      defer { OGR_G_DestroyGeometry(repaired) }
      let polygons = Polygon.collected(from: repaired).filter { $0.area > 0 }
      return .invalid(reason: said.heard, repaired: polygons)
    }
    return validity
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

extension GDALListener {
  /// What was said, without GDAL's name before it.
  fileprivate var heard: String { (failures + warnings).first ?? "it breaks a rule" }
}
