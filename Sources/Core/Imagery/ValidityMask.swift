public import Grids

/// Which pixels of a window hold a picture.
///
/// Nodata values, alpha and mask bands all end up here: 1 where there is a picture, 0 where there is
/// none. Row-major, one byte per pixel.
public struct ValidityMask: Hashable, Sendable {
  /// The window the mask covers.
  public let window: PixelWindow
  /// 1 or 0 per pixel, row-major, `window.area` of them.
  public var pixels: [UInt8]

  /// Makes a mask of one value for the whole window.
  public init(window: PixelWindow, isValid: Bool) {
    self.init(window: window, pixels: [UInt8](repeating: isValid ? 1 : 0, count: window.area))
  }

  /// Makes a mask from its pixels.
  ///
  /// - Precondition: `pixels.count == window.area`.
  public init(window: PixelWindow, pixels: [UInt8]) {
    precondition(pixels.count == window.area)
    self.window = window
    self.pixels = pixels
  }

  /// Whether no pixel holds a picture.
  ///
  /// - Complexity: O(pixels).
  public var isEmpty: Bool { !pixels.contains { $0 != 0 } }
  /// The number of pixels that hold a picture.
  public var validCount: Int { pixels.reduce(0) { $0 + Int($1) } }

  /// What the pixels of a part are, `Coverage.rawValue`, where all are wanted that hold a picture.
  ///
  /// - Precondition: ``window`` contains `part`.
  /// - Complexity: O(pixels of `part`).
  public func coverage(of part: PixelWindow) -> [UInt8] {
    precondition(window.contains(part))
    return (part.y..<part.maxY).flatMap { row in
      let start = (row - window.y) * window.width + part.x - window.x
      return pixels[start..<start + part.width].map {
        ($0 != 0 ? Coverage.mapped : Coverage.nodata).rawValue
      }
    }
  }
}
