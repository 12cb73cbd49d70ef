/// A pixel by its column and row on the run's lattice; either may be negative.
///
/// Pixels are ordered row-major: by row, then by column. This is the order of footprints in every
/// file.
public struct LatticePixel: Hashable, Sendable, Codable {
  /// The column.
  public var x: Int
  /// The row.
  public var y: Int

  /// Names the pixel in column `x`, row `y`.
  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

extension LatticePixel: Comparable {
  /// Whether `a` comes before `b`, row by row.
  public static func < (a: LatticePixel, b: LatticePixel) -> Bool {
    a.y != b.y ? a.y < b.y : a.x < b.x
  }
}
