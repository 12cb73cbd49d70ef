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
      guard let shape = Shape.polygon(self).makeShape() else { return .valid }
      defer { OGR_G_DestroyGeometry(shape) }
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
}

extension GDALListener {
  /// What was said, without GDAL's name before it.
  fileprivate var heard: String { (failures + warnings).first ?? "it breaks a rule" }
}
