import Foundation
import GeoFiles
import Grids
import Imagery
import Mosaicking
import Polygons

/// How much ground each class covers, counted from the class layer.
struct ClassAreas {
  /// A class: its pixels, and their ground in m² on the ellipsoid.
  struct Share {
    var pixels = 0
    var squareMeters = 0.0
  }

  /// One for each published class.
  let shares: [Share]

  /// Counts the classes of a finished run; nil when it writes no class layer.
  ///
  /// A block of pixels has the area of its middle pixel, which is right to a hundred-millionth: the
  /// ground that a pixel covers changes with latitude, and over a block all but evenly.
  ///
  /// - Complexity: Reads the layer once, a row of blocks at a time.
  init?(of folder: RunFolder, plan: RunPlan) throws {
    guard plan.rasters.contains(.classes) else { return nil }
    let ground = try GroundGeometry(crs: plan.grid.crs)
    var shares = [Share](repeating: Share(), count: plan.model.scheme.published.count)
    for sheet in plan.mosaicLayout.sheets {
      let path = folder.file(plan.mosaicPath(of: .classes, sheet: sheet)).path
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let file = try Dataset(opening: path)
      let (width, height) = (sheet.window.width, sheet.window.height)
      for y in stride(from: 0, to: height, by: GeoTIFFWriter.block) {
        let rows = min(GeoTIFFWriter.block, height - y)
        let strip = try file.readBytes(
          in: PixelWindow(x: 0, y: y, width: width, height: rows), bands: [1])
        for x in stride(from: 0, to: width, by: GeoTIFFWriter.block) {
          let columns = min(GeoTIFFWriter.block, width - x)
          let pixel = try ground.pixelSizeMeters(
            of: plan.grid.transform, x: Double(sheet.window.x + x) + Double(columns) / 2,
            y: Double(sheet.window.y + y) + Double(rows) / 2)
          for (value, count) in Self.counts(strip, x..<x + columns, width, rows).enumerated()
          where value < shares.count {
            shares[value].pixels += count
            shares[value].squareMeters += Double(count) * pixel.x * pixel.y
          }
        }
      }
    }
    self.shares = shares
  }

  private static func counts(
    _ strip: [UInt8], _ columns: Range<Int>, _ width: Int, _ rows: Int
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: 256)
    strip.withUnsafeBufferPointer { strip in
      for row in 0..<rows {
        for value in strip[row * width + columns.lowerBound..<row * width + columns.upperBound] {
          counts[Int(value)] += 1
        }
      }
    }
    return counts
  }
}
