public import Polygons

/// Chooses outlines by where they lie: those whose centre of mass is in one of some polygons.
public struct GroundSelection: Sendable {
  private let polygons: [Polygon]
  private let index: BoxIndex

  /// Selects what lies in polygons.
  public init(_ polygons: [Polygon]) {
    self.polygons = polygons
    index = BoxIndex(polygons)
  }

  /// Whether an outline's centre of mass lies in a polygon.
  ///
  /// - Complexity: O(corners of the polygons around it).
  public func contains(_ outline: Polygon) -> Bool {
    let centre = outline.centroid
    return index.meeting(Box(low: centre, high: centre)).contains { polygons[$0].contains(centre) }
  }
}
