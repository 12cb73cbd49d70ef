public import Polygons

/// One object's outline on the ground, and what is known of it.
public struct Footprint: Hashable, Sendable {
  /// The first of its pixels, row by row, on the run's lattice: its place in the order of all.
  public let canonicalPixel: LatticePixel
  /// The outline in the run's coordinates; the outer ring runs counter-clockwise with y up.
  public let polygon: Polygon
  /// How the outline was found.
  public let method: OutlineMethod
  /// The direction of its walls, in degrees clockwise from the y axis, 0..<90; nil without walls.
  public let direction: Double?
  /// The mean probability over its pixels, 0…1, in thousandths.
  public let confidence: Double
  /// The area on the ellipsoid, in m², in hundredths.
  public let areaSquareMeters: Double
  /// The latitude of the centre of mass, in degrees, to seven places.
  public let latitude: Double
  /// The longitude of the centre of mass, in degrees, to seven places.
  public let longitude: Double

  /// Makes a footprint from all that is known of it.
  public init(
    canonicalPixel: LatticePixel, polygon: Polygon, method: OutlineMethod, direction: Double?,
    confidence: Double, areaSquareMeters: Double, latitude: Double, longitude: Double
  ) {
    self.canonicalPixel = canonicalPixel
    self.polygon = polygon
    self.method = method
    self.direction = direction
    self.confidence = confidence
    self.areaSquareMeters = areaSquareMeters
    self.latitude = latitude
    self.longitude = longitude
  }
}
