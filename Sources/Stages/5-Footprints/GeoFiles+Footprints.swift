public import GeoFiles
public import Grids
public import Polygons

extension GroundGeometry: GroundMeasuring {
  /// The area of a polygon, in m².
  public func squareMeters(of polygon: Polygon) throws -> Double { try area(of: polygon) }

  /// The length of a line, in m.
  public func meters(along line: Line) throws -> Double { try length(of: line) }

  /// Longitude and latitude of a place, in degrees of WGS 84.
  public func geographic(_ place: Point) throws -> (longitude: Double, latitude: Double) {
    try lonLat(of: place)
  }

  /// How many metres one unit along x and one along y are at a place, over about 10 m.
  public func metersPerUnit(at place: Point) throws -> (x: Double, y: Double) {
    let step = crs.isGeographic ? 1e-4 : 10
    let square = GeoTransform(west: place.x, north: place.y, pixel: step)
    let size = try pixelSizeMeters(of: square, x: 0, y: 0)
    return (size.x / step, size.y / step)
  }
}

extension Region: RasterSource {
  /// 1 where a footprint may begin, 0 elsewhere.
  public func bytes(in window: PixelWindow) -> [UInt8] { mask(of: window) }
}
