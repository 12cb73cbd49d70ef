public import Grids

/// A sheet's file of one layer.
public struct SheetFile: Hashable, Sendable {
  /// The COG.
  public let path: String
  /// Its pixels, on the lattice.
  public let window: PixelWindow

  /// Names a sheet's file.
  public init(path: String, window: PixelWindow) {
    self.path = path
    self.window = window
  }

  /// What GDAL calls a smaller copy inside a GeoTIFF; level 0 is the full picture.
  static func path(ofLevel level: Int, in path: String) -> String {
    level == 0 ? path : "GTIFF_DIR:\(level + 1):\(path)"
  }
}
