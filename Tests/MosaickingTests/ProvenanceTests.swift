import Foundation
import GeoFiles
import Grids
import Imagery
import Testing

@testable import Mosaicking

@Suite struct `The layer that tells scenes` {
  let folder: TemporaryFolder
  let window = PixelWindow(x: -700, y: 500, width: 1101, height: 703)
  let layers = PartLayers(
    scheme: DrawnMap.layers.scheme, probabilities: DrawnMap.layers.probabilities,
    tellsProvenance: true)

  init() throws { folder = try TemporaryFolder() }

  func scenes(in window: PixelWindow) -> [UInt16] {
    (window.y..<window.maxY).flatMap { y in
      (window.x..<window.maxX).map { DrawnMap.scene(x: $0, y: y) }
    }
  }

  /// Joins parts of a size; in the first, nothing was looked at.
  func map(shard: Int, core: Int) throws -> [UInt8] {
    let grid = try DrawnMap.grid()
    let parts = try DrawnMap.cores(of: window, side: shard).map { cell in
      let part = cell.intersection(window)
      let path = folder.file("part-\(shard)-\(cell.x)-\(cell.y).tif")
      var writer = try PartWriter(creating: path, window: part, grid: grid, layers: layers)
      for core in DrawnMap.cores(of: part, side: core) {
        if core.contains(PixelWindow(x: -64, y: 512, width: 1, height: 1)) {
          try writer.fill(core, with: .outside)
          continue
        }
        var map = DrawnMap.classMap(in: core)
        map.provenance = scenes(in: core)
        try writer.add(map)
      }
      _ = try writer.finish()
      return MosaicPart(window: part, content: .file(path: path))
    }
    _ = try Mosaicker(grid: grid, layers: layers).write(
      .provenance, of: window, from: parts, by: folder.file("temporary.tif"),
      to: folder.file("map.tif"))
    return Array(try Data(contentsOf: URL(filePath: folder.file("map.tif"))))
  }

  @Test func `holds numbers of 16 bits, smaller copies one of four, and 0 where none is`() throws {
    _ = try map(shard: 512, core: 64)
    let file = try Dataset(opening: folder.file("map.tif"))
    #expect(file.bands[0].elementType == .uint16 && file.bands[0].nodata == 0)
    let pixels = try file.readWords(in: PixelWindow(file.size), band: 1)
    let empty = PixelWindow(x: -64, y: 512, width: 64, height: 64)
    var wanted = scenes(in: window)
    for y in empty.y..<empty.maxY {
      for x in empty.x..<empty.maxX { wanted[(y - window.y) * window.width + x - window.x] = 0 }
    }
    #expect(pixels == wanted)
    let half = try Dataset(opening: SheetFile.path(ofLevel: 1, in: folder.file("map.tif")))
    let small = try half.readWords(in: PixelWindow(half.size), band: 1)
    for (place, scene) in small.enumerated() {
      let (x, y) = (place % half.size.width * 2, place / half.size.width * 2)
      #expect(scene == wanted[y * window.width + x])
    }
  }

  @Test func `has the same bytes for any shards`() throws {
    #expect(try map(shard: 512, core: 64) == map(shard: 1024, core: 64))
  }

  @Test func `keeps its numbers in the union of several sheets`() throws {
    _ = try map(shard: 512, core: 64)
    let east = window.translated(byX: window.width, y: 0)
    let union = MosaicUnion(
      of: [window, east].map { SheetFile(path: "map.tif", window: $0) }, .provenance,
      layers: layers, window: window.union(east), grid: try DrawnMap.grid())
    try Data(union.text.utf8).write(to: URL(filePath: folder.file("union.vrt")))

    let sheet = try Dataset(opening: folder.file("map.tif"))
    let numbers = try sheet.readWords(in: PixelWindow(sheet.size), band: 1)
    try #require(numbers.contains { $0 > 255 })
    let joined = try Dataset(opening: folder.file("union.vrt"))
    #expect(joined.size == PixelSize(width: 2 * window.width, height: window.height))
    for x in [0, window.width] {
      let place = PixelWindow(x: x, y: 0, width: window.width, height: window.height)
      #expect(try joined.readWords(in: place, band: 1) == numbers)
    }
  }
}
