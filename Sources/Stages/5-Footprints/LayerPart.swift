public import Grids
import Polygons

/// A piece of a layer that is written as files of its own, because the whole would be too much.
///
/// Formats with an index hold it in memory while they write it, and programs that open a file of ten
/// million outlines are few. So a layer of more than ``mostFeatures`` is parted into the cells of the
/// map; a feature belongs to the cell that holds its canonical pixel, whatever the shards.
public struct LayerPart: Hashable, Sendable {
  /// The most features that are written as one layer.
  public static let mostFeatures = 5_000_000
  /// The side of a cell where no map says how it is parted, in pixels: that of the largest COG.
  public static let cellSide = 28_672

  /// What names of files and layers end in: `_r0c1`; nothing for a layer in one piece.
  public let suffix: String
  /// The cell, on the lattice; nil for a layer in one piece.
  public let cell: PixelWindow?

  /// A layer in one piece.
  public static let whole = LayerPart(suffix: "", cell: nil)

  /// Names a cell.
  public init(suffix: String, cell: PixelWindow?) {
    self.suffix = suffix
    self.cell = cell
  }

  /// The cells of a window, row by row from its north-western corner.
  public static func cells(of window: PixelWindow, side: Int = cellSide) -> [LayerPart] {
    stride(from: window.y, to: window.maxY, by: side).enumerated().flatMap { row, y in
      stride(from: window.x, to: window.maxX, by: side).enumerated().map { column, x in
        LayerPart(
          suffix: "_r\(row)c\(column)",
          cell: PixelWindow(x: x, y: y, width: side, height: side).intersection(window))
      }
    }
  }

  /// The parts that a layer is written in: one, or those cells that are not empty.
  ///
  /// - Parameters:
  ///   - fragments: The layer's.
  ///   - kind: What they hold; of roads, pieces are counted.
  ///   - cells: What the layer would be parted into.
  ///   - most: The most features of one part; a cell is never parted, however many it holds.
  /// - Throws: ``FootprintError`` when a fragment cannot be read.
  public static func parts<Record: FragmentRecord>(
    of fragments: [FootprintFragment], holding kind: Record.Type = Footprint.self,
    cells: [LayerPart], most: Int = mostFeatures
  ) throws(FootprintError) -> [LayerPart] {
    guard cells.count > 1 else { return [.whole] }
    var counts: [Int] = []
    for fragment in fragments { counts.append(try fragment.count(of: kind)) }
    guard counts.reduce(0, +) > most else { return [.whole] }
    // A shard that lies in several cells may have its features in any of them.
    return cells.filter { part in
      zip(fragments, counts).contains { fragment, count in
        count > 0 && part.cell?.intersects(fragment.core) ?? true
      }
    }
  }

  /// Whether a feature of this canonical pixel belongs here.
  func holds(_ pixel: LatticePixel) -> Bool {
    guard let cell else { return true }
    return cell.x <= pixel.x && pixel.x < cell.maxX && cell.y <= pixel.y && pixel.y < cell.maxY
  }
}
