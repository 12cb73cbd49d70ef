import Foundation
import GeoFiles
import Grids
import Imagery
import Mosaicking

/// A map that is a function of the place alone, so that any cut of it can be checked.
enum DrawnMap {
  static let layers = PartLayers(
    scheme: ClassScheme(
      published: [
        .init(name: "background", color: [40, 60, 40], channels: [0]),
        .init(name: "building", color: [230, 80, 60], channels: [1, 2]),
        .init(name: "water", color: [60, 110, 220], channels: [3]),
      ], contactChannel: 2), probabilities: ["building", "contact"])

  /// Half-metre pixels in UTM zone 45 north.
  static func grid() throws -> RunGrid {
    RunGrid(
      of: GeoTransform(west: 330_000.25, north: 3_060_000.25, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32645"))
  }

  /// What a layer holds at a place of the lattice: blocks, a diagonal of nodata, fine grain.
  static func value(_ layer: MosaicLayer, x: Int, y: Int) -> UInt8 {
    if (x + y) & 127 < 5 { return layer == .coverage ? Coverage.nodata.rawValue : 255 }
    let block = (x >> 4) &* 7 ^ (y >> 5) &* 3
    switch layer {
    case .classes: return UInt8((block + (x * y & 15 == 3 ? 1 : 0)) % 3 + 3) % 3
    case .coverage: return Coverage.mapped.rawValue
    case .provenance: return UInt8(truncatingIfNeeded: scene(x: x, y: y))
    case .probability(let index): return UInt8((x &* 3 ^ y &* (5 + index)) & 0xFF) % 201
    }
  }

  /// The scene that shows a place of the lattice.
  static func scene(x: Int, y: Int) -> UInt16 { UInt16(truncatingIfNeeded: x &* 3 &+ y &* 701) }

  /// The pixels of a window, row by row.
  static func pixels(_ layer: MosaicLayer, in window: PixelWindow) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(window.area)
    for y in window.y..<window.maxY {
      for x in window.x..<window.maxX { pixels.append(value(layer, x: x, y: y)) }
    }
    return pixels
  }

  /// What a network would have said.
  static func classMap(in window: PixelWindow) -> ClassMap {
    var map = ClassMap(window: window, layerCount: 2, coverage: .outside)
    map.classes = pixels(.classes, in: window)
    map.coverage = pixels(.coverage, in: window)
    map.probabilities = pixels(.probability(0), in: window) + pixels(.probability(1), in: window)
    return map
  }

  /// The cores of a window that is cut into squares from the lattice's origin, row by row.
  static func cores(of window: PixelWindow, side: Int) -> [PixelWindow] {
    let rows = floorDivide(window.y, side)...floorDivide(window.maxY - 1, side)
    let columns = floorDivide(window.x, side)...floorDivide(window.maxX - 1, side)
    return rows.flatMap { row in
      columns.map { PixelWindow(x: $0 * side, y: row * side, width: side, height: side) }
    }
  }

  /// Writes the parts of a map.
  static func writeParts(
    of window: PixelWindow, shard: Int, core: Int, in folder: TemporaryFolder,
    order: ([PixelWindow]) -> [PixelWindow] = { $0 }
  ) throws -> [MosaicPart] {
    let grid = try grid()
    return try cores(of: window, side: shard).map { cell in
      let part = cell.intersection(window)
      let path = folder.file("part-\(shard)-\(cell.x)-\(cell.y).tif")
      var writer = try PartWriter(creating: path, window: part, grid: grid, layers: layers)
      for core in order(cores(of: part, side: core)) { try writer.add(classMap(in: core)) }
      _ = try writer.finish()
      return MosaicPart(window: part, content: .file(path: path))
    }
  }
}

/// Where two pictures first differ; nil when they are equal.
///
/// `#expect(a == b)` would look for the shortest way from one to the other, for minutes.
func firstDifference(_ one: [UInt8], _ other: [UInt8]) -> String? {
  if one.count != other.count { return "\(one.count) pixels, not \(other.count)" }
  if one == other { return nil }
  return one.indices.first { one[$0] != other[$0] }.map { index in
    "\(one[index]), not \(other[index]), at \(index)"
  }
}

/// A folder that goes when its owner does.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "mosaicking-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String) -> String { url.appending(path: name).path }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }
}
