import Grids
import Polygons

/// A plane in which pixels have area 1 and right angles are right angles on the ground.
///
/// Outlines are fitted here: x points east and y north, as far as the coordinate reference system's
/// axes do. On a grid of degrees, or one that is rotated or sheared, this is not the pixel plane.
struct MetricFrame {
  private let xx: Double
  private let xy: Double
  private let yx: Double
  private let yy: Double

  /// The steps in which the ratio of the axes' scales is counted.
  ///
  /// They are fine enough for angles right to 0.03°, and coarse enough that the last bits of the
  /// ellipsoid's arithmetic do not matter.
  static let ratioSteps = 1024.0

  /// The frame of a grid at a place.
  ///
  /// - Parameters:
  ///   - transform: From pixels to coordinates.
  ///   - metersPerUnit: The scale of the coordinates at the place.
  init(of transform: GeoTransform, metersPerUnit: (x: Double, y: Double)) {
    let ratio = metersPerUnit.x / metersPerUnit.y
    let stretch =
      ratio.isFinite && ratio > 0
      ? max(1, (ratio * Self.ratioSteps).rounded()) / Self.ratioSteps : 1
    let pixel = (abs(transform.determinant) * stretch).squareRoot()
    xx = transform.columnX * stretch / pixel
    xy = transform.rowX * stretch / pixel
    yx = transform.columnY / pixel
    yy = transform.rowY / pixel
  }

  /// From pixels to the frame.
  func framed(_ pixel: Point) -> Point {
    Point(x: xx * pixel.x + xy * pixel.y, y: yx * pixel.x + yy * pixel.y)
  }

  /// From the frame to pixels.
  func pixel(_ framed: Point) -> Point {
    let determinant = xx * yy - xy * yx
    return Point(
      x: (framed.x * yy - framed.y * xy) / determinant,
      y: (framed.y * xx - framed.x * yx) / determinant)
  }
}
