import Foundation
import GeoFiles
import Grids
import Imagery
import Mosaicking

/// What became of the pixels of a run, counted from its coverage layer.
struct CoverageTally {
  let area: MapResult.Area

  /// Counts the pixels of a finished run; nil when it writes no coverage layer.
  ///
  /// - Complexity: Reads the layer once, a row of blocks at a time.
  init?(of folder: RunFolder, plan: RunPlan) throws {
    guard plan.rasters.contains(.coverage) else { return nil }
    var counts = [Int](repeating: 0, count: 256)
    for sheet in plan.mosaicLayout.sheets {
      let path = folder.file(plan.mosaicPath(of: .coverage, sheet: sheet)).path
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      let file = try Dataset(opening: path)
      for y in stride(from: 0, to: sheet.window.height, by: GeoTIFFWriter.block) {
        let rows = min(GeoTIFFWriter.block, sheet.window.height - y)
        let strip = PixelWindow(x: 0, y: y, width: sheet.window.width, height: rows)
        for value in try file.readBytes(in: strip, bands: [1]) { counts[Int(value)] += 1 }
      }
    }
    func count(_ coverage: Coverage) -> Int { counts[Int(coverage.rawValue)] }
    area = MapResult.Area(
      mapped: count(.mapped), nodata: count(.nodata), outside: count(.outside),
      setAside: count(.setAside))
  }
}
