import Foundation
import GeoFiles
import Grids
import Imagery
import TestSupport
import Testing

@testable import Tiling

/// Files from the tests of GDAL, rasterio and others, beside the repository where they are at hand.
private enum StressFiles {
  static let paths: [String] = {
    var url = URL(fileURLWithPath: #filePath)
    while url.path != "/" {
      url.deleteLastPathComponent()
      let manifest = url.appendingPathComponent("Package.swift").path
      if FileManager.default.fileExists(atPath: manifest) { break }
    }
    let folder = url.deletingLastPathComponent().appendingPathComponent("shared/data/stress").path
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".tif") }.sorted().map { "\(folder)/\($0)" }
  }()
}

@Suite(.enabled(if: !StressFiles.paths.isEmpty, "needs the stress files beside the repository"))
struct `Scenes from the wild` {
  @Test(arguments: StressFiles.paths)
  func `a scene gives chips or is refused in three lines`(_ path: String) {
    do throws(TilingError) {
      let scenes = try SceneSet(opening: [path])
      let reader = ChipReader(of: scenes)
      let whole = scenes.window
      for (x, y) in [(whole.x, whole.y), (whole.maxX, whole.maxY)] {
        let window = PixelWindow(x: x - 32, y: y - 32, width: 64, height: 64)
        let tiled = try reader.read(window)
        for (place, band) in [(0, 0), (0, scenes.bandCount - 1), (window.area - 1, 0)] {
          let isValid = tiled.chip.validity.pixels[place] == 1
          #expect(!isValid || tiled.chip.pixels[band * window.area + place].isFinite)
        }
        let shared = window.intersection(whole)
        let outside = tiled.coverage.count { $0 == Coverage.outside.rawValue }
        #expect(outside == window.area - shared.area)
      }
    } catch {
      #expect("\(error)".split(separator: "\n").count == 3, "\(error)")
    }
  }
}
