public import GeoFiles
public import Grids

/// A scene of a run: a raster file, and where on the lattice its pixels lie.
public struct Scene: Hashable, Sendable, Codable {
  /// The file, as found.
  public let path: String
  /// Every file that pixels, mask or place come from, the named one first: what a virtual raster is
  /// made of, masks and side files beside it.
  public let files: [String]
  /// The scene's pixels, on the lattice; of a warped scene, the smallest window that holds them.
  public let window: PixelWindow
  /// The numbers of the chosen bands in the file, in the order a network sees them.
  public let bands: [Int]
  /// When the picture was taken, in ISO 8601; nil when the file does not tell.
  public let acquired: String?
  /// Whether its values are bytes, and are read as they are.
  public let holdsBytes: Bool
  /// The share of clouds in percent; nil when the file does not tell.
  public var cloudCover: Double?
  /// The band that tells which of its pixels are clouds; nil where none is asked for.
  public var mask: SceneMask?
  /// How its numbers become 0 to 255; nil where they are taken as they are.
  public var stretch: Stretch?
  /// The type of its numbers, where that is not the set's.
  public var elementType: ElementType?
  /// How the scene is carried to the lattice; nil when it shares it, and is read as it is.
  public let warp: Warp?

  /// Every file that is read, its mask's among them.
  public var sources: [String] {
    files + (mask?.files ?? []).filter { !files.contains($0) }
  }

  /// Whether the scene may have a pixel in a window; where it is not warped, whether it has.
  ///
  /// A warped scene slants in its window, whose corners it may leave empty.
  public func meets(_ window: PixelWindow) -> Bool {
    guard self.window.intersects(window) else { return false }
    return warp?.outline.meets(window) ?? true
  }

  /// Whether every pixel of a window is the scene's, as far as is known without a look at each.
  public func covers(_ window: PixelWindow) -> Bool {
    guard self.window.contains(window) else { return false }
    return warp?.outline.covers(window) ?? true
  }
}
