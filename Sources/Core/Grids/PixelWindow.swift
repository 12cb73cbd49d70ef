/// A rectangle of pixels, half-open: it holds the columns `x..<x + width`, rows `y..<y + height`.
///
/// On the lattice of a run the corner may be negative; inside a file it starts at (0, 0).
public struct PixelWindow: Hashable, Sendable, Codable {
  /// The first column.
  public var x: Int
  /// The first row.
  public var y: Int
  /// Columns, never negative.
  public var width: Int
  /// Rows, never negative.
  public var height: Int

  /// Makes a window; a negative extent counts as none.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The whole of a raster of this size.
  public init(_ size: PixelSize) {
    self.init(x: 0, y: 0, width: size.width, height: size.height)
  }

  /// The column after the last.
  public var maxX: Int { x + width }
  /// The row after the last.
  public var maxY: Int { y + height }
  /// The extent without the place.
  public var size: PixelSize { PixelSize(width: width, height: height) }
  /// The number of pixels.
  public var area: Int { width * height }
  /// Whether the window holds no pixel.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// The pixels that both windows hold; empty, at the nearer corner, when there are none.
  public func intersection(_ other: PixelWindow) -> PixelWindow {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return PixelWindow(
      x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }

  /// The smallest window that holds both; an empty window adds nothing.
  public func union(_ other: PixelWindow) -> PixelWindow {
    if isEmpty { return other }
    if other.isEmpty { return self }
    let left = min(x, other.x)
    let top = min(y, other.y)
    return PixelWindow(
      x: left, y: top, width: max(maxX, other.maxX) - left, height: max(maxY, other.maxY) - top)
  }

  /// Whether the windows share a pixel.
  public func intersects(_ other: PixelWindow) -> Bool { !intersection(other).isEmpty }

  /// Whether every pixel of `other` is in this window.
  public func contains(_ other: PixelWindow) -> Bool {
    other.isEmpty || intersection(other) == other
  }

  /// Whether the window holds the pixel in column `x`, row `y`.
  public func contains(x column: Int, y row: Int) -> Bool {
    column >= x && column < maxX && row >= y && row < maxY
  }

  /// The window grown by `margin` pixels on each side; shrunk when negative.
  public func outset(by margin: Int) -> PixelWindow {
    PixelWindow(
      x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }

  /// The window moved by whole pixels.
  public func translated(byX columns: Int, y rows: Int) -> PixelWindow {
    PixelWindow(x: x + columns, y: y + rows, width: width, height: height)
  }
}

extension PixelWindow: CustomStringConvertible {
  /// The value in words.
  public var description: String { "\(width)×\(height)@(\(x), \(y))" }
}
