import Foundation
import GeoFiles
import Grids
import Polygons

/// Web mercator: what browsers' maps are drawn in.
enum Mercator {
  /// Half the width of the world, in metres: π times the semi-major axis of WGS 84.
  static let half = 20_037_508.342789244
  private static let radius = 6_378_137.0

  /// The reference system, EPSG:3857.
  static func reference() throws -> CoordinateReference {
    try CoordinateReference(definition: "EPSG:3857")
  }

  /// Longitude and latitude of a place, in degrees.
  static func degrees(x: Double, y: Double) -> (longitude: Double, latitude: Double) {
    (x / radius * 180 / .pi, (2 * atan(exp(y / radius)) - .pi / 2) * 180 / .pi)
  }

  /// The place of a longitude and latitude.
  static func place(longitude: Double, latitude: Double) -> Point {
    let limited = min(max(latitude, -85.05), 85.05) * .pi / 180
    return Point(
      x: longitude * .pi / 180 * radius, y: log(tan(.pi / 4 + limited / 2)) * radius)
  }
}
