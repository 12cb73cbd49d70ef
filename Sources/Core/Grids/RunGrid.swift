/// The one pixel lattice of a run.
///
/// Pixel (0, 0) lies at the origin of the coordinate reference system, displaced only by the
/// scenes' own sub-pixel phase. So the place of a pixel, a chip or a shard depends on the ground
/// alone: add a scene in the west and nothing else moves, and neighbouring regions line up.
public struct RunGrid: Hashable, Sendable, Codable {
  /// The system that ground coordinates are in.
  public let crs: CoordinateReference
  /// From lattice pixels to ground.
  public let transform: GeoTransform

  /// The largest distance from whole pixels at which a scene still shares the grid, in pixels.
  public static let largestPhase = 0.01
  /// The largest relative difference in pixel size at which a scene still shares the grid.
  public static let largestStretch = 1e-6

  /// Takes the grid of a scene, with its origin moved to the CRS's by whole pixels.
  ///
  /// - Precondition: `scene` is invertible.
  public init(of scene: GeoTransform, crs: CoordinateReference) {
    let origin = scene.pixel(x: 0, y: 0)
    self.crs = crs
    // Phases of half a pixel are common (Landsat): a tie must fall to the same side everywhere,
    // north and south of the equator, so the tie is moved to where phases are rare.
    self.transform = scene.translated(
      byX: (origin.x - 0.02).rounded(), y: (origin.y - 0.02).rounded())
  }

  /// Where on the lattice the first pixel of a raster lies.
  ///
  /// - Parameters:
  ///   - raster: The raster's own transform, in this grid's CRS.
  ///   - size: Its extent; drift over the whole extent counts.
  /// - Throws: ``GridError/notOnGrid(reason:)`` when pixels differ in size or rotation by more than
  ///   ``largestStretch``, or when any corner is more than ``largestPhase`` px off whole pixels.
  public func offset(of raster: GeoTransform, size: PixelSize) throws(GridError) -> (
    x: Int, y: Int
  ) {
    let unit = max(
      abs(transform.columnX) + abs(transform.columnY), abs(transform.rowX) + abs(transform.rowY))
    let pairs = [
      (raster.columnX, transform.columnX), (raster.rowX, transform.rowX),
      (raster.columnY, transform.columnY), (raster.rowY, transform.rowY),
    ]
    guard pairs.allSatisfy({ abs($0 - $1) <= Self.largestStretch * unit }) else {
      throw .notOnGrid(
        reason: """
          pixels of \(raster.columnX) × \(raster.rowY) differ from \(transform.columnX) × \
          \(transform.rowY) (\(crs))
          """)
    }
    let first = transform.pixel(x: raster.originX, y: raster.originY)
    let place = (x: first.x.rounded(), y: first.y.rounded())
    let phase = max(abs(first.x - place.x), abs(first.y - place.y))
    guard phase <= Self.largestPhase else {
      throw .notOnGrid(
        reason: "the origins lie \(phase) px off whole pixels; at most \(Self.largestPhase) is read"
      )
    }
    return (Int(place.x), Int(place.y))
  }

  /// The transform of a raster whose first pixel is the first pixel of `window`.
  public func transform(of window: PixelWindow) -> GeoTransform {
    transform.translated(byX: Double(window.x), y: Double(window.y))
  }
}
