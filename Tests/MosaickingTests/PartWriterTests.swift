import Checksums
import Foundation
import GeoFiles
import Grids
import Imagery
import Testing

@testable import Mosaicking

@Suite struct `A shard's part` {
  let folder: TemporaryFolder
  let window = PixelWindow(x: -640, y: 896, width: 1000, height: 1100)

  init() throws { folder = try TemporaryFolder() }

  func part(_ name: String = "part.tif") throws -> PartWriter {
    try PartWriter(
      creating: folder.file(name), window: window, grid: DrawnMap.grid(), layers: DrawnMap.layers)
  }

  func write() throws -> String {
    var writer = try part()
    for core in DrawnMap.cores(of: window, side: 448) {
      try writer.add(DrawnMap.classMap(in: core))
    }
    _ = try writer.finish()
    return folder.file("part.tif")
  }

  @Test func `holds class, coverage and probabilities in their bands`() throws {
    let file = try Dataset(opening: write())
    #expect(file.size == window.size)
    #expect(
      file.bands.map(\.name) == [
        "class", "coverage", "probability_building", "probability_contact",
      ])
    for (index, layer) in DrawnMap.layers.all.enumerated() {
      #expect(DrawnMap.layers.band(of: layer) == index + 1)
      let pixels = try file.readBytes(in: PixelWindow(file.size), bands: [index + 1])
      #expect(firstDifference(pixels, DrawnMap.pixels(layer, in: window)) == nil)
    }
  }

  @Test func `lies where its window lies`() throws {
    let file = try Dataset(opening: write())
    #expect(file.transform == (try DrawnMap.grid()).transform(of: window))
    #expect(file.crs?.code == "EPSG:32645")
  }

  @Test(arguments: [64, 448, 512, 896, 1024])
  func `is the same for cores of any size and order`(_ core: Int) throws {
    var plain = try part()
    try plain.add(DrawnMap.classMap(in: window))
    let expected = try plain.finish()
    let bytes = try Data(contentsOf: URL(filePath: folder.file("part.tif")))
    for order in [{ $0 }, { $0.reversed() }] as [([PixelWindow]) -> [PixelWindow]] {
      var writer = try part("other.tif")
      for core in order(DrawnMap.cores(of: window, side: core)) {
        try writer.add(DrawnMap.classMap(in: core))
      }
      #expect(try writer.finish() == expected)
      #expect(try Data(contentsOf: URL(filePath: folder.file("other.tif"))) == bytes)
    }
  }

  @Test func `fills what was skipped with nodata and the reason`() throws {
    var writer = try part()
    let cores = DrawnMap.cores(of: window, side: 640)
    for (index, core) in cores.enumerated() {
      if index % 2 == 0 {
        try writer.add(DrawnMap.classMap(in: core))
      } else {
        try writer.fill(core, with: .nodata)
      }
    }
    _ = try writer.finish()
    let file = try Dataset(opening: folder.file("part.tif"))
    for (index, core) in cores.enumerated() {
      let shared = core.intersection(window)
      let place = shared.translated(byX: -window.x, y: -window.y)
      for layer in DrawnMap.layers.all {
        let pixels = try file.readBytes(in: place, bands: [DrawnMap.layers.band(of: layer)])
        let filled = [UInt8](repeating: layer == .coverage ? 2 : 255, count: shared.area)
        let expected = index % 2 == 0 ? DrawnMap.pixels(layer, in: shared) : filled
        #expect(firstDifference(pixels, expected) == nil)
      }
    }
  }

  @Test(arguments: [(1, 1), (511, 513), (512, 512), (1, 1025)])
  func `can have any size`(_ width: Int, _ height: Int) throws {
    let odd = PixelWindow(x: 7, y: -3, width: width, height: height)
    let parts = try DrawnMap.writeParts(of: odd, shard: 4096, core: 64, in: folder)
    for part in parts {
      guard case .file(let path) = part.content else { continue }
      let file = try Dataset(opening: path)
      let pixels = try file.readBytes(in: PixelWindow(file.size), bands: [1])
      #expect(firstDifference(pixels, DrawnMap.pixels(.classes, in: part.window)) == nil)
    }
  }

  @Test func `is not finished before every pixel is given`() throws {
    let error = #expect(throws: MosaickingError.self) {
      var writer = try part()
      let most = PixelWindow(x: -640, y: 896, width: 1000, height: 1099)
      try writer.fill(most, with: .outside)
      return try writer.finish()
    }
    #expect(error == .incomplete(path: folder.file("part.tif"), missing: 1000))
  }

  @Test func `is not trusted when the disk holds something else`() throws {
    let other = folder.file("other.tif")
    var liar = try part("other.tif")
    try liar.fill(window, with: .nodata)
    _ = try liar.finish()
    let error = #expect(throws: MosaickingError.self) {
      var writer = try part()
      try writer.add(DrawnMap.classMap(in: window))
      return try writer.finish { path in
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.copyItem(atPath: other, toPath: path)
      }
    }
    #expect(error == .pixelsDiffer(path: folder.file("part.tif")))
  }
}
