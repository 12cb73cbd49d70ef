import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons

/// Writes drawn footprints in one format, and prints how long it took, how large the file is, and
/// how much memory the process ever had.
@main struct Bench {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard let word = arguments.first, let format = FootprintFormat(rawValue: word),
      let count = arguments.dropFirst().first.flatMap({ Int($0) }), arguments.count == 3,
      let folder = arguments.last
    else {
      FileHandle.standardError.write(
        Data("usage: mapwright-bench-footprints FORMAT COUNT FOLDER\n".utf8))
      exit(64)
    }
    try measure(format, count, in: folder)
  }

  private static func measure(_ format: FootprintFormat, _ count: Int, in folder: String) throws {
    GDALRuntime.start(cacheMegabytes: 64)
    let town = Town(count: count)
    let grid = RunGrid(
      of: GeoTransform(west: 450_000, north: 135_000, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    let fragments = try town.fragments(in: folder)
    let exporter = FootprintExporter(
      grid: grid, schema: .mapwright,
      provenance: FootprintProvenance(
        className: "building", model: "drawn.onnx 0123456789abcdef", version: "bench"))
    let start = ContinuousClock.now
    var size = 0
    for part in try LayerPart.parts(of: fragments, cells: LayerPart.cells(of: town.window)) {
      let path = "\(folder)/town\(part.suffix).\(format.fileExtension)"
      _ = try exporter.export(
        fragments, to: [.init(path: path, format: format)], layer: "town", part: part)
      size += try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      try FileManager.default.removeItem(atPath: path)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    let cpu =
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    print(
      String(
        format: "| %@ | %d | %.1f | %.1f | %.1f | %d |", format.rawValue, count, seconds, cpu,
        Double(size) / 1e6, usage.ru_maxrss / 1024))
  }
}

/// Houses in rows of a thousand, 20 m apart, each a little different.
private struct Town {
  let count: Int
  private static let perRow = 1000
  private static let rowsPerFragment = 25

  /// The pixels that the town covers.
  var window: PixelWindow {
    let rows = (count + Self.perRow - 1) / Self.perRow
    return PixelWindow(x: 0, y: 0, width: Self.perRow * 40, height: rows * 40)
  }

  func fragments(in folder: String) throws -> [FootprintFragment] {
    let rows = (count + Self.perRow - 1) / Self.perRow
    return try stride(from: 0, to: rows, by: Self.rowsPerFragment).map { first in
      let numbers =
        (first * Self.perRow)..<min(count, (first + Self.rowsPerFragment) * Self.perRow)
      let fragment = FootprintFragment(
        path: "\(folder)/\(first).footprints",
        core: PixelWindow(
          x: 0, y: first * 40, width: Self.perRow * 40, height: Self.rowsPerFragment * 40))
      try fragment.write(numbers.map(house))
      return fragment
    }
  }

  private func house(_ number: Int) -> Footprint {
    let (column, row) = (number % Self.perRow, number / Self.perRow)
    let (x, y) = (450_000 + 20 * Double(column), 135_000 - 20 * Double(row))
    let (width, height) = (6 + Double(number * 7919 % 1000) / 125, 8 + Double(number % 6))
    let outline = Ring([
      Point(x: x, y: y), Point(x: x, y: y - height), Point(x: x + width, y: y - height),
      Point(x: x + width, y: y - 3), Point(x: x + 3, y: y - 3), Point(x: x + 3, y: y),
    ])
    return Footprint(
      canonicalPixel: LatticePixel(x: column * 40, y: row * 40),
      polygon: Polygon(outer: outline), method: .ortho, direction: 0,
      confidence: Double(500 + number * 104_729 % 500) / 1000,
      areaSquareMeters: ((width * height - 9) * 100).rounded() / 100,
      latitude: ((1.22 - 0.00018 * Double(row)) * 1e7).rounded() / 1e7,
      longitude: ((32.55 + 0.00018 * Double(column)) * 1e7).rounded() / 1e7)
  }
}
