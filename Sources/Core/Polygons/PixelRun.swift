/// A stretch of neighbouring pixels in one row.
public struct PixelRun: Hashable, Sendable {
  /// The first column, on the lattice.
  public let x: Int
  /// The row, on the lattice.
  public let y: Int
  /// How many pixels; at least one.
  public let count: Int

  /// The column after the last.
  public var maxX: Int { x + count }

  /// Makes the run of `count` pixels that begins in column `x`, row `y`.
  public init(x: Int, y: Int, count: Int) {
    self.x = x
    self.y = y
    self.count = count
  }
}
