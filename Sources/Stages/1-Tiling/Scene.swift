public import Grids

/// A scene of a run: a raster file, and where on the lattice its pixels lie.
public struct Scene: Hashable, Sendable, Codable {
  /// The file, as found.
  public let path: String
  /// Every file that pixels, mask or place come from, the named one first: what a virtual raster is
  /// made of, masks and side files beside it.
  public let files: [String]
  /// The scene's pixels, on the lattice.
  public let window: PixelWindow
  /// The numbers of the chosen bands in the file, in the order a network sees them.
  public let bands: [Int]
  /// When the picture was taken, in ISO 8601; nil when the file does not tell.
  public let acquired: String?
}
