public import Grids

/// A piece of the map that is one file per layer.
public struct MosaicSheet: Hashable, Sendable, Codable {
  /// The sheet's pixels, on the lattice.
  public let window: PixelWindow
  /// The row from the north, from 0; nil when the map is one sheet.
  public let row: Int?
  /// The column from the west, from 0; nil when the map is one sheet.
  public let column: Int?

  /// Describes a sheet.
  public init(window: PixelWindow, row: Int?, column: Int?) {
    self.window = window
    self.row = row
    self.column = column
  }

  /// What its files' names end in: `_r0c1`, or nothing when the map is one sheet.
  public var suffix: String {
    guard let row, let column else { return "" }
    return "_r\(row)c\(column)"
  }
}
