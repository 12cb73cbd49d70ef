/// The affine map from pixels to ground, in GDAL's order of six numbers.
///
///     ground x = originX + column · columnX + row · rowX
///     ground y = originY + column · columnY + row · rowY
///
/// (0, 0) is the outer corner of the first pixel; its centre is (0.5, 0.5). Ground units are those
/// of the coordinate reference system, x before y (easting or longitude first). A north-up raster
/// has `columnY == rowX == 0` and a negative `rowY`.
///
/// Source: GDAL raster data model, "Affine GeoTransform".
public struct GeoTransform: Hashable, Sendable, Codable {
  /// Ground x of the outer corner of the first pixel.
  public var originX: Double
  /// Ground x gained by one column.
  public var columnX: Double
  /// Ground x gained by one row; not zero when the raster is rotated.
  public var rowX: Double
  /// Ground y of the outer corner of the first pixel.
  public var originY: Double
  /// Ground y gained by one column; not zero when the raster is rotated.
  public var columnY: Double
  /// Ground y gained by one row; negative when north is up.
  public var rowY: Double

  /// Makes a transform from its six numbers, in GDAL's order.
  public init(
    originX: Double, columnX: Double, rowX: Double, originY: Double, columnY: Double, rowY: Double
  ) {
    self.originX = originX
    self.columnX = columnX
    self.rowX = rowX
    self.originY = originY
    self.columnY = columnY
    self.rowY = rowY
  }

  /// Makes a north-up transform with square pixels.
  public init(west: Double, north: Double, pixel: Double) {
    self.init(
      originX: west, columnX: pixel, rowX: 0, originY: north, columnY: 0, rowY: -pixel)
  }

  /// The six numbers in GDAL's order.
  public var coefficients: [Double] { [originX, columnX, rowX, originY, columnY, rowY] }

  /// Whether rows run along one ground axis and columns along the other.
  public var isAxisAligned: Bool { rowX == 0 && columnY == 0 }

  /// The signed ground area of one pixel, in square CRS units; negative when north is up.
  public var determinant: Double { columnX * rowY - rowX * columnY }

  /// The ground position of a pixel position.
  public func ground(x column: Double, y row: Double) -> (x: Double, y: Double) {
    (originX + column * columnX + row * rowX, originY + column * columnY + row * rowY)
  }

  /// The pixel position of a ground position.
  ///
  /// - Precondition: ``determinant`` is not zero.
  public func pixel(x groundX: Double, y groundY: Double) -> (x: Double, y: Double) {
    let dx = groundX - originX
    let dy = groundY - originY
    return ((dx * rowY - dy * rowX) / determinant, (dy * columnX - dx * columnY) / determinant)
  }

  /// The same map with its origin moved by whole or broken pixels.
  public func translated(byX columns: Double, y rows: Double) -> GeoTransform {
    var moved = self
    (moved.originX, moved.originY) = ground(x: columns, y: rows)
    return moved
  }

  /// The smallest ground rectangle that holds a window of pixels.
  public func bounds(of window: PixelWindow) -> GroundBounds {
    let corners = [
      ground(x: Double(window.x), y: Double(window.y)),
      ground(x: Double(window.maxX), y: Double(window.y)),
      ground(x: Double(window.x), y: Double(window.maxY)),
      ground(x: Double(window.maxX), y: Double(window.maxY)),
    ]
    let xs = corners.map(\.x)
    let ys = corners.map(\.y)
    return GroundBounds(
      west: xs.min() ?? originX, south: ys.min() ?? originY, east: xs.max() ?? originX,
      north: ys.max() ?? originY)
  }
}
