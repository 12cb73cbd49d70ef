public import Polygons

/// Measures on the ellipsoid what lies in the coordinates of the run.
public protocol GroundMeasuring {
  /// The area of a polygon, in m².
  func squareMeters(of polygon: Polygon) throws -> Double

  /// The length of a line, in m.
  func meters(along line: Line) throws -> Double

  /// Longitude and latitude of a place, in degrees of WGS 84.
  func geographic(_ place: Point) throws -> (longitude: Double, latitude: Double)

  /// How many metres one unit along x and one along y are at a place.
  func metersPerUnit(at place: Point) throws -> (x: Double, y: Double)
}
