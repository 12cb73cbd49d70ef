public import Grids
public import Polygons

/// A region of interest on the lattice of a run: the pixels whose centres lie in its polygons.
///
/// A pixel's answer depends on the polygons and the pixel alone, never on the window it is asked
/// in, so masks of neighbouring windows fit together whatever the cut.
public struct Region: Sendable {
  /// The smallest window that holds all pixels of the region.
  public let window: PixelWindow
  private let parts: [RegionPart]

  /// Reads the polygons of a file of any vector format, in any reference system.
  ///
  /// - Parameter grid: The lattice; polygons are carried to it with edges true to a tenth of a pixel.
  /// - Throws: ``GeoFileError/cannotOpenVector(path:reason:)``, ``GeoFileError/missingCRS(path:)``,
  ///   ``GeoFileError/noPolygons(path:)``, ``GeoFileError/cannotConvert(from:to:reason:)``.
  public init(reading path: String, in grid: RunGrid) throws(GeoFileError) {
    let reader = try VectorReader(opening: path)
    let pixel = abs(grid.transform.determinant).squareRoot()
    let features = try reader.features(in: grid.crs, tolerance: 0.1 * pixel)
    let polygons = features.flatMap(\.polygons)
    guard !polygons.isEmpty else { throw .noPolygons(path: path) }
    self.init(polygons, on: grid.transform)
  }

  /// The corners of the polygons of a file, as longitudes and latitudes in degrees on WGS 84.
  ///
  /// - Throws: As ``init(reading:in:)``.
  public static func lonLats(inFile path: String) throws(GeoFileError) -> [Point] {
    let features = try VectorReader(opening: path).features(
      in: try CoordinateReference.wgs84, tolerance: .infinity)
    let corners = features.flatMap(\.polygons).flatMap(\.outer.points)
    guard !corners.isEmpty else { throw .noPolygons(path: path) }
    return corners
  }

  /// Makes a region of polygons in ground coordinates.
  package init(_ polygons: [Polygon], on transform: GeoTransform) {
    parts = polygons.map { RegionPart($0, on: transform) }
    window = parts.reduce(PixelWindow(x: 0, y: 0, width: 0, height: 0)) { $0.union($1.window) }
  }

  /// Tells which pixels of a window are in the region: 1 or 0 each, row by row.
  ///
  /// - Complexity: O(pixels + edges in the window's rows).
  public func mask(of window: PixelWindow) -> [UInt8] {
    var mask = [UInt8](repeating: 0, count: window.area)
    mask.withUnsafeMutableBufferPointer { buffer in
      for part in parts where part.window.intersects(window) { part.fill(buffer, window) }
    }
    return mask
  }

  /// Whether the pixel in column `x`, row `y` is in the region.
  public func contains(x: Int, y: Int) -> Bool {
    mask(of: PixelWindow(x: x, y: y, width: 1, height: 1)) == [1]
  }

  /// Whether every pixel of a window is known, without a look at each, to be in the region.
  ///
  /// False where an edge of the region's polygons may run through the window.
  public func contains(_ window: PixelWindow) -> Bool {
    parts.contains { $0.uniform(window) == true }
  }

  /// Whether no pixel of a window is in the region, as far as is known without a look at each.
  ///
  /// False where an edge of the region's polygons may run through the window.
  public func misses(_ window: PixelWindow) -> Bool {
    parts.allSatisfy { $0.uniform(window) == false }
  }
}
