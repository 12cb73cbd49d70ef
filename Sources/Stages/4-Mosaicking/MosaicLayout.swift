public import Grids

/// Which sheets the map of a run consists of.
///
/// A map of up to 28,672 px a side is one sheet. A larger one is a grid of sheets whose edges lie on
/// the lattice, at multiples of the greatest whole number of shards that fits: a shard is never cut
/// by an edge inside the map, and sheets of neighbouring runs line up.
///
/// Sheets cover the given window to the pixel. They are not widened to whole blocks, because a
/// border without content would have to be explained to everyone who opens the map, and because a
/// map as large as its scene lies on it without thought.
public struct MosaicLayout: Hashable, Sendable {
  /// The largest side of a sheet, in pixels.
  public static let largestSide = 28_672

  /// The pixels of the run on the lattice: where scenes and region meet.
  public let window: PixelWindow
  /// The sheets, row by row from the north-west.
  public let sheets: [MosaicSheet]

  /// Cuts a run's pixels into sheets.
  public init(window: PixelWindow, shards: ShardLayout) {
    self.init(window: window, shardSide: shards.side, largestSide: Self.largestSide)
  }

  init(window: PixelWindow, shardSide: Int, largestSide: Int) {
    self.window = window
    guard max(window.width, window.height) > largestSide else {
      sheets = window.isEmpty ? [] : [MosaicSheet(window: window, row: nil, column: nil)]
      return
    }
    let side = largestSide / shardSide * shardSide
    let (left, top) = (floorDivide(window.x, side), floorDivide(window.y, side))
    let columns = left...floorDivide(window.maxX - 1, side)
    let rows = top...floorDivide(window.maxY - 1, side)
    sheets = rows.flatMap { row in
      columns.map { column in
        let cell = PixelWindow(x: column * side, y: row * side, width: side, height: side)
        return MosaicSheet(
          window: cell.intersection(window), row: row - top, column: column - left)
      }
    }
  }
}
