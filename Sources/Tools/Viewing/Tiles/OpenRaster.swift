import GeoFiles
import Grids

/// A raster file that is kept open between tiles, by one thread.
final class OpenRaster {
  let dataset: Dataset

  init(_ path: String) throws { dataset = try Dataset(opening: path) }

  /// So many pixels are decoded for a tile at most: where a file has no smaller copies of itself, the
  /// tiles of low levels stay empty instead of taking minutes.
  static let mostDecoded = 32_000_000

  /// A piece of the raster, read as small as a tile needs it.
  struct Piece {
    /// The pixels of the raster that it holds.
    var window: PixelWindow
    /// The extent in which they were read.
    var size: PixelSize
    /// How many of the raster's pixels one of the piece is wide.
    var factor: Int
  }

  /// The piece of the file that holds places of a tile; nil where there is none, or too much would
  /// have to be decoded.
  ///
  /// - Parameters:
  ///   - window: The file's pixels on the raster that the places are of.
  ///   - scale: How many pixels of it a pixel of the tile is wide.
  func piece(_ places: PixelWindow, of window: PixelWindow, scale: Double) -> Piece? {
    var factor = 1
    while Double(factor * 2) <= scale * 1.001 { factor *= 2 }
    // One more of the smaller pixels on each side, for those who look between them.
    let wanted = places.outset(by: 2 * factor).intersection(window)
    guard !wanted.isEmpty else { return nil }
    // Edges on whole smaller pixels of the file, so that its copies are read as they are.
    let left = (wanted.x - window.x) / factor * factor
    let top = (wanted.y - window.y) / factor * factor
    let right = min(window.width, (wanted.maxX - window.x + factor - 1) / factor * factor)
    let bottom = min(window.height, (wanted.maxY - window.y + factor - 1) / factor * factor)
    let copy = dataset.copy(for: factor)
    guard (right - left) / copy * ((bottom - top) / copy) <= Self.mostDecoded else { return nil }
    return Piece(
      window: PixelWindow(
        x: window.x + left, y: window.y + top, width: right - left, height: bottom - top),
      size: PixelSize(
        width: (right - left + factor - 1) / factor, height: (bottom - top + factor - 1) / factor),
      factor: factor)
  }
}
