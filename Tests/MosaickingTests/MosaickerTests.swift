import Checksums
import Foundation
import GeoFiles
import Grids
import Imagery
import Testing

@testable import Mosaicking

@Suite struct `A mosaic` {
  let folder: TemporaryFolder
  let window = PixelWindow(x: -700, y: 500, width: 1101, height: 703)

  init() throws { folder = try TemporaryFolder() }

  @discardableResult
  func write(
    _ layer: MosaicLayer, of window: PixelWindow, from parts: [MosaicPart], to name: String
  ) throws -> ContentHash {
    try Mosaicker(grid: DrawnMap.grid(), layers: DrawnMap.layers).write(
      layer, of: window, from: parts, by: folder.file("temporary.tif"), to: folder.file(name))
  }

  func pixels(_ name: String, level: Int = 0) throws -> [UInt8] {
    let file = try Dataset(opening: SheetFile.path(ofLevel: level, in: folder.file(name)))
    return try file.readBytes(in: PixelWindow(file.size), bands: [1])
  }

  @Test(arguments: DrawnMap.layers.all)
  func `shows what the parts hold`(_ layer: MosaicLayer) throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 896, core: 448, in: folder)
    try write(layer, of: window, from: parts, to: "map.tif")
    #expect(try firstDifference(pixels("map.tif"), DrawnMap.pixels(layer, in: window)) == nil)
  }

  @Test(arguments: [2, 3, 16, 41, 201])
  func `has as many probabilities as are asked for, the nearest each`(count: Int) throws {
    let levels = Mosaicker.levels(count)
    let written = Set((0...200).map { levels[$0] })
    let steps = (0..<count).map { Double($0) * 200 / Double(count - 1) }

    #expect(written.count == count && levels[0] == 0 && levels[200] == 200 && levels[255] == 255)
    for value in 0...200 {
      let nearest = steps.map { abs($0 - Double(value)) }.min() ?? 0
      #expect(abs(abs(Double(levels[value]) - Double(value)) - nearest) <= 0.5)
    }
  }

  @Test func `is written in levels without loss of anything else`() throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 896, core: 448, in: folder)
    let layer = MosaicLayer.probability(0)
    _ = try Mosaicker(grid: DrawnMap.grid(), layers: DrawnMap.layers, probabilityLevels: 16).write(
      layer, of: window, from: parts, by: folder.file("temporary.tif"), to: folder.file("16.tif"))
    let levels = Mosaicker.levels(16)
    let expected = DrawnMap.pixels(layer, in: window).map { levels[Int($0)] }
    #expect(try firstDifference(pixels("16.tif"), expected) == nil)
  }

  @Test(arguments: DrawnMap.layers.all, [GeoTIFFDescription.Compression.lerc, .zstd(level: 9)])
  func `is the same map however it is packed`(
    _ layer: MosaicLayer, _ compression: GeoTIFFDescription.Compression
  ) throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 896, core: 448, in: folder)
    try write(layer, of: window, from: parts, to: "deflate.tif")
    _ = try Mosaicker(grid: DrawnMap.grid(), layers: DrawnMap.layers, compression: compression)
      .write(
        layer, of: window, from: parts, by: folder.file("temporary.tif"),
        to: folder.file("other.tif"))
    for level in 0...2 {
      let (own, other) = (
        try pixels("deflate.tif", level: level), try pixels("other.tif", level: level)
      )
      #expect(firstDifference(own, other) == nil)
    }
  }

  @Test func `has the same bytes for any shards and any order`() throws {
    var files: Set<Data> = []
    for (shard, core) in [(512, 64), (896, 448), (1024, 512), (4096, 1024)] {
      let parts = try DrawnMap.writeParts(of: window, shard: shard, core: core, in: folder)
      for parts in [parts, parts.reversed()] {
        try write(.classes, of: window, from: parts, to: "map.tif")
        files.insert(try Data(contentsOf: URL(filePath: folder.file("map.tif"))))
      }
    }
    #expect(files.count == 1)
  }

  @Test(arguments: DrawnMap.layers.all)
  func `has smaller copies made by its layer's rule`(_ layer: MosaicLayer) throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 1024, core: 512, in: folder)
    try write(layer, of: window, from: parts, to: "map.tif")
    #expect(try Dataset(opening: folder.file("map.tif")).overviewCount == 2)
    var expected = DrawnMap.pixels(layer, in: window)
    var width = window.width
    for level in 1...2 {
      let rows = (expected.count / width + 1) / 2
      var half = [UInt8](repeating: 0, count: (width + 1) / 2 * rows)
      half.withUnsafeMutableBufferPointer { target in
        expected.withUnsafeBufferPointer {
          layer.overviewRule.halve($0, width: width, into: target)
        }
      }
      (expected, width) = (half, (width + 1) / 2)
      #expect(try firstDifference(pixels("map.tif", level: level), expected) == nil)
    }
  }

  @Test func `says why a shard is missing`() throws {
    var parts = try DrawnMap.writeParts(of: window, shard: 1024, core: 512, in: folder)
    let gone = parts[1].window
    parts[1] = MosaicPart(window: gone, content: .nothing(.setAside))
    let absent = parts.remove(at: 2).window
    try write(.coverage, of: window, from: parts, to: "coverage.tif")
    try write(.classes, of: window, from: parts, to: "class.tif")
    let coverage = try Dataset(opening: folder.file("coverage.tif"))
    let classes = try Dataset(opening: folder.file("class.tif"))
    for (part, value) in [(gone, Coverage.setAside), (absent, .outside)] {
      let place = part.translated(byX: -window.x, y: -window.y)
      let reasons = try coverage.readBytes(in: place, bands: [1])
      #expect(reasons.allSatisfy { $0 == value.rawValue })
      #expect(try classes.readBytes(in: place, bands: [1]).allSatisfy { $0 == 255 })
    }
  }

  @Test func `can be a piece of the shards' pixels`() throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 896, core: 448, in: folder)
    let piece = PixelWindow(x: -100, y: 777, width: 400, height: 400)
    try write(.probability(1), of: piece, from: parts, to: "piece.tif")
    let expected = DrawnMap.pixels(.probability(1), in: piece)
    #expect(try firstDifference(pixels("piece.tif"), expected) == nil)
  }

  @Test(arguments: [(1, 1), (511, 512), (513, 1), (2, 1025)])
  func `can have any size`(_ width: Int, _ height: Int) throws {
    let odd = PixelWindow(x: -3, y: 5, width: width, height: height)
    let parts = try DrawnMap.writeParts(of: odd, shard: 512, core: 64, in: folder)
    for layer in DrawnMap.layers.all {
      try write(layer, of: odd, from: parts, to: "map.tif")
      #expect(try firstDifference(pixels("map.tif"), DrawnMap.pixels(layer, in: odd)) == nil)
    }
  }

  @Test func `lies where its window lies`() throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 1024, core: 512, in: folder)
    try write(.classes, of: window, from: parts, to: "map.tif")
    let file = try Dataset(opening: folder.file("map.tif"))
    #expect(file.transform == (try DrawnMap.grid()).transform(of: window))
    #expect(file.crs?.code == "EPSG:32645")
  }

  @Test func `leaves nothing beside it`() throws {
    try write(.coverage, of: window, from: [], to: "map.tif")
    #expect(folder.names == ["map.tif"])
  }

  @Test func `refuses a part of another size`() throws {
    let parts = try DrawnMap.writeParts(of: window, shard: 8192, core: 512, in: folder)
    guard case .file(let path) = parts[0].content else { return }
    let wrong = MosaicPart(window: window, content: .file(path: path))
    let error = #expect(throws: MosaickingError.self) {
      try write(.classes, of: window, from: [wrong], to: "map.tif")
    }
    #expect(error == .partMisfits(path: path, size: parts[0].window.size, window: window))
  }

  @Test func `says which part is missing`() throws {
    let path = folder.file("nowhere.tif")
    let part = MosaicPart(window: window, content: .file(path: path))
    let error = #expect(throws: MosaickingError.self) {
      try write(.classes, of: window, from: [part], to: "map.tif")
    }
    #expect(error?.description.hasPrefix("cannot open '\(path)'") == true)
  }
}
