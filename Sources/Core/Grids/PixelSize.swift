/// The extent of a raster in pixels.
public struct PixelSize: Hashable, Sendable, Codable {
  /// Columns, in pixels.
  public var width: Int
  /// Rows, in pixels.
  public var height: Int

  /// Makes a size of `width` columns and `height` rows.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// The number of pixels.
  public var area: Int { width * height }
}

extension PixelSize: CustomStringConvertible {
  /// The value in words.
  public var description: String { "\(width)×\(height)" }
}
