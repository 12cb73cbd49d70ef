import Foundation
import GeoFiles
import Grids
import Mosaicking

/// How often each byte occurs in every block of a layer of the map.
struct BlockCounts {
  private let files: [(path: String, window: PixelWindow)]

  /// Prepares to count; nil when the run writes no such layer, or has lost a file of it.
  init?(of layer: MosaicLayer, plan: RunPlan, in folder: RunFolder) {
    guard plan.rasters.contains(layer) else { return nil }
    files = plan.mosaicLayout.sheets.map {
      (folder.file(plan.mosaicPath(of: layer, sheet: $0)).path, $0.window)
    }
    guard files.allSatisfy({ FileManager.default.fileExists(atPath: $0.path) }) else { return nil }
  }

  /// Counts block after block.
  ///
  /// - Parameter body: Called with the block's pixels, on the lattice, and 256 counts.
  /// - Complexity: Reads the layer once, a row of blocks at a time.
  func visit(_ body: (PixelWindow, [Int]) throws -> Void) throws {
    for (path, window) in files {
      let file = try Dataset(opening: path)
      for y in stride(from: 0, to: window.height, by: GeoTIFFWriter.block) {
        let rows = min(GeoTIFFWriter.block, window.height - y)
        let strip = try file.readBytes(
          in: PixelWindow(x: 0, y: y, width: window.width, height: rows), bands: [1])
        for x in stride(from: 0, to: window.width, by: GeoTIFFWriter.block) {
          let block = PixelWindow(
            x: window.x + x, y: window.y + y, width: min(GeoTIFFWriter.block, window.width - x),
            height: rows)
          try body(block, Self.counts(strip, x, block, rowStride: window.width))
        }
      }
    }
  }

  private static func counts(
    _ strip: [UInt8], _ column: Int, _ block: PixelWindow, rowStride: Int
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    strip.withUnsafeBufferPointer { strip in
      for row in 0..<block.height {
        let first = row * rowStride + column
        for value in strip[first..<first + block.width] { counts[Int(value)] += 1 }
      }
    }
    return counts
  }
}
