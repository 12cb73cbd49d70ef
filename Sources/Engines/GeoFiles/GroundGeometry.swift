import CGDAL
import CPROJ
public import Grids
public import Polygons

/// Lengths and areas on the ellipsoid, for geometry in any reference system.
///
/// A square metre of a map is not one of the ground: a web-mercator pixel at 60° covers a quarter of
/// its nominal area, and a degree is no length at all. Positions are carried to longitude and
/// latitude on the system's own datum, and measured along geodesics (Karney 2013,
/// doi:10.1007/s00190-012-0578-z, as PROJ implements it). Not `Sendable`.
public final class GroundGeometry {
  /// The system the geometry is in.
  public let crs: CoordinateReference
  private let toDegrees: CoordinateConverter
  private let toWGS84: CoordinateConverter
  private let unitsPerDegree: Double
  private let metersPerUnit: Double
  private var ellipsoid = geod_geodesic()

  /// Prepares to measure what is given in `crs`.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)`` when the system has no ellipsoid.
  public init(crs: CoordinateReference) throws(GeoFileError) {
    let own = try SpatialReference(crs)
    guard let base = try SpatialReference(geographicPartOf: own), let value = try base.value()
    else {
      throw .cannotConvert(
        from: "\(crs)", to: "longitude and latitude", reason: "the system has no datum")
    }
    self.crs = crs
    toDegrees = try CoordinateConverter(from: crs, own, to: value, base)
    toWGS84 = try CoordinateConverter(from: crs, to: try CoordinateReference.wgs84)
    unitsPerDegree = base.radiansPerUnit * 180 / .pi
    metersPerUnit = crs.isGeographic ? own.radiansPerUnit * 6_371_000 : own.metersPerUnit
    let shape = base.ellipsoid
    geod_init(&ellipsoid, shape.semiMajor, shape.flattening)
  }

  /// The area of a polygon on the ellipsoid, in m².
  ///
  /// Edges are straight in ``crs``; they are cut into pieces of at most 25 m (at most 1,000 per
  /// edge), between which a geodesic runs within a hundredth of a millimetre.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func area(of polygon: Polygon) throws(GeoFileError) -> Double {
    var area = try self.area(of: polygon.outer)
    for hole in polygon.holes { area -= try self.area(of: hole) }
    return area
  }

  /// The size of a pixel on the ground, in m along rows and along columns.
  ///
  /// - Parameters:
  ///   - x: The place in pixels, such as half the width.
  ///   - y: The place in pixels.
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func pixelSizeMeters(
    of transform: GeoTransform, x: Double, y: Double
  ) throws(GeoFileError) -> (x: Double, y: Double) {
    let places = [(x - 0.5, y), (x + 0.5, y), (x, y - 0.5), (x, y + 0.5)].map {
      let ground = transform.ground(x: $0, y: $1)
      return Point(x: ground.x, y: ground.y)
    }
    return (try length(from: places[0], to: places[1]), try length(from: places[2], to: places[3]))
  }

  /// The length of the shortest way over the ellipsoid, in m.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func length(from first: Point, to second: Point) throws(GeoFileError) -> Double {
    let ends = try degrees([first, second])
    var length = 0.0
    geod_inverse(&ellipsoid, ends[0].y, ends[0].x, ends[1].y, ends[1].x, &length, nil, nil)
    return length
  }

  /// The length of a line over the ellipsoid, in m: geodesics from point to point.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func length(of line: Line) throws(GeoFileError) -> Double {
    let places = try degrees(line.points)
    var sum = 0.0
    for (first, second) in zip(places, places.dropFirst()) {
      var length = 0.0
      geod_inverse(&ellipsoid, first.y, first.x, second.y, second.x, &length, nil, nil)
      sum += length
    }
    return sum
  }

  /// The longitude and latitude of a point, in degrees on WGS 84.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func lonLat(of point: Point) throws(GeoFileError) -> (longitude: Double, latitude: Double)
  {
    let place = try toWGS84.convert([point])[0]
    // A grid in degrees may go on beyond the antimeridian.
    let turns = ((place.x + 180) / 360).rounded(.down)
    return (abs(place.x) > 180 ? place.x - 360 * turns : place.x, place.y)
  }

  /// The longitude and latitude of a polygon's centre of gravity, in degrees on WGS 84.
  ///
  /// - Throws: ``GeoFileError/cannotConvert(from:to:reason:)``.
  public func centroidLonLat(
    of polygon: Polygon
  ) throws(GeoFileError) -> (longitude: Double, latitude: Double) {
    try lonLat(of: polygon.centroid)
  }

  private func area(of ring: Ring) throws(GeoFileError) -> Double {
    guard var previous = ring.points.last else { return 0 }
    var path: [Point] = []
    for point in ring.points {
      let (dx, dy) = (point.x - previous.x, point.y - previous.y)
      let length = (dx * dx + dy * dy).squareRoot() * metersPerUnit
      let count = max(1, min(1_000, (length / 25).rounded(.up)))
      for step in 1...Int(count) {
        let part = Double(step) / count
        path.append(
          step == Int(count) ? point : Point(x: previous.x + dx * part, y: previous.y + dy * part))
      }
      previous = point
    }
    var outline = geod_polygon()
    geod_polygon_init(&outline, 0)
    for place in try degrees(path) { geod_polygon_addpoint(&ellipsoid, &outline, place.y, place.x) }
    var area = 0.0
    geod_polygon_compute(&ellipsoid, &outline, 0, 1, &area, nil)
    return abs(area)
  }

  private func degrees(_ points: [Point]) throws(GeoFileError) -> [Point] {
    try toDegrees.convert(points).map {
      Point(x: $0.x * unitsPerDegree, y: $0.y * unitsPerDegree)
    }
  }
}

extension Polygon {
  /// The centre of gravity; the mean of the corners when there is no area.
  fileprivate var centroid: Point {
    guard let origin = outer.points.first else { return Point(x: 0, y: 0) }
    var (weight, sumX, sumY) = (0.0, 0.0, 0.0)
    for ring in [outer] + holes {
      let sign = (ring == outer) == (ring.signedArea >= 0) ? 1.0 : -1.0
      guard var last = ring.points.last else { continue }
      for point in ring.points {
        let (ax, ay) = (last.x - origin.x, last.y - origin.y)
        let (bx, by) = (point.x - origin.x, point.y - origin.y)
        let cross = sign * (ax * by - bx * ay)
        weight += cross
        sumX += cross * (ax + bx)
        sumY += cross * (ay + by)
        last = point
      }
    }
    if weight != 0 {
      return Point(x: origin.x + sumX / (3 * weight), y: origin.y + sumY / (3 * weight))
    }
    let count = Double(outer.points.count)
    return Point(
      x: outer.points.reduce(0) { $0 + $1.x } / count,
      y: outer.points.reduce(0) { $0 + $1.y } / count)
  }
}
