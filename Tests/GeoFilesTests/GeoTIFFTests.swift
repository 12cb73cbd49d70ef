import Foundation
import Grids
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `GeoTIFFs of bytes` {
  let folder: DrawnFolder
  let size = PixelSize(width: 1300, height: 700)

  init() throws { folder = try DrawnFolder() }

  func description() throws -> GeoTIFFDescription {
    var description = try GeoTIFFDescription.drawn(size, bands: ["building", "road"])
    description.scale = 0.005
    description.metadata = [.init(name: "MAPWRIGHT_LAYER", value: "probability")]
    return description
  }

  func pattern(_ window: PixelWindow, _ band: Int) -> [UInt8] {
    (0..<window.area).map { place in
      let x = window.x + place % window.width
      let y = window.y + place / window.width
      return UInt8(truncatingIfNeeded: x &* 7 &+ y &* 13 &+ band &* 31 &+ (x / 512) &* (y / 64))
    }
  }

  func writeAll(_ path: String, _ description: GeoTIFFDescription) throws {
    let writer = try GeoTIFFWriter(creating: path, description)
    for band in 1...description.bandCount {
      let whole = PixelWindow(description.size)
      try writer.write(pattern(whole, band), in: whole, band: band)
      for level in 0..<description.overviewCount {
        let small = PixelWindow(description.size(ofOverview: level))
        try writer.write(pattern(small, band), in: small, band: band, overview: level)
      }
    }
    try writer.close()
  }

  @Test func `what was written is read`() throws {
    let path = folder.file("written.tif")
    try writeAll(path, try description())
    let file = try Dataset(opening: path)
    #expect(file.size == size)
    #expect(file.crs?.code == "EPSG:32645")
    #expect(file.transform == GeoTransform(west: 500_000, north: 3_000_000, pixel: 0.5))
    #expect(file.bands.map(\.name) == ["building", "road"])
    #expect(file.bands.map(\.nodata) == [255, 255])
    #expect(file.bands.map(\.scale) == [0.005, 0.005])
    #expect(file.overviewCount == 2)
    for band in 1...2 {
      let window = PixelWindow(x: 400, y: 300, width: 600, height: 333)
      #expect(try file.readBytes(in: window, bands: [band]) == pattern(window, band))
    }
  }

  @Test func `windows off the blocks add up to the same pixels`() throws {
    let path = folder.file("pieces.tif")
    let writer = try GeoTIFFWriter(creating: path, try description())
    for band in 1...2 {
      for y in stride(from: 0, to: 700, by: 200) {
        for x in stride(from: 0, to: 1300, by: 333) {
          let piece = PixelWindow(x: x, y: y, width: 333, height: 200)
            .intersection(PixelWindow(size))
          try writer.write(pattern(piece, band), in: piece, band: band)
        }
      }
      for level in 0..<2 {
        let small = PixelWindow(try description().size(ofOverview: level))
        try writer.write(pattern(small, band), in: small, band: band, overview: level)
      }
    }
    try writer.close()
    let file = try Dataset(opening: path)
    let whole = PixelWindow(size)
    #expect(try file.readBytes(in: whole, bands: [1, 2]) == pattern(whole, 1) + pattern(whole, 2))
  }

  @Test func `the same calls make the same bytes`() throws {
    for name in ["a.tif", "b.tif"] { try writeAll(folder.file(name), try description()) }
    let first = FileManager.default.contents(atPath: folder.file("a.tif"))
    #expect(first != nil)
    #expect(first == FileManager.default.contents(atPath: folder.file("b.tif")))
  }

  @Test func `blocks never written read as nodata`() throws {
    let path = folder.file("half.tif")
    let writer = try GeoTIFFWriter(creating: path, try description())
    let block = PixelWindow(x: 0, y: 0, width: 512, height: 512)
    try writer.write(pattern(block, 1), in: block, band: 1)
    try writer.close()
    let file = try Dataset(opening: path)
    #expect(try file.readBytes(in: block, bands: [1]) == pattern(block, 1))
    let other = PixelWindow(x: 600, y: 600, width: 2, height: 2)
    #expect(try file.readBytes(in: other, bands: [1, 2]) == [UInt8](repeating: 255, count: 8))
  }

  @Test func `gradual values are smaller as differences, and the same`() throws {
    var description = try description()
    (description.bandCount, description.bandNames) = (1, ["slope"])
    description.overviewCount = 0
    let all = PixelWindow(description.size)
    // A walk: every value is near the one before it.
    var (value, lot) = (100, UInt32(1))
    let slope = (0..<all.area).map { _ in
      lot = lot &* 1_664_525 &+ 1_013_904_223
      value = min(max(value + Int(lot >> 29) - 3, 0), 200)
      return UInt8(value)
    }
    for isTold in [false, true] {
      description.tellsDifferences = isTold
      let writer = try GeoTIFFWriter(creating: folder.file("\(isTold).tif"), description)
      try writer.write(slope, in: all, band: 1)
      try writer.close()
      let read = try Dataset(opening: folder.file("\(isTold).tif")).readBytes(in: all, bands: [1])
      #expect(read == slope)
    }
    let sizes = try ["false.tif", "true.tif"].map { name in
      try FileManager.default.attributesOfItem(atPath: folder.file(name))[.size] as? Int ?? 0
    }
    #expect(sizes[1] * 10 < sizes[0] * 9)
  }

  @Test func `a reference system that GeoTIFF cannot hold is refused`() throws {
    var description = try description()
    description.crs = try CoordinateReference(
      definition: "+proj=ob_tran +o_proj=longlat +o_lon_p=-162 +o_lat_p=39.25 +lon_0=180")
    let path = folder.file("turned.tif")
    let error = #expect(throws: GeoFileError.self) { try writeAll(path, description) }
    #expect(
      error
        == .wroteWrongly(
          path: path, reason: "its coordinate reference system has no place in a GeoTIFF"))
  }

  @Test(arguments: ["+proj=laea +lat_0=10 +lon_0=20 +ellps=GRS80", "ESRI:54009", "EPSG:27700"])
  func `reference systems of all kinds survive`(_ definition: String) throws {
    var description = try description()
    description.crs = try CoordinateReference(definition: definition)
    description.bandCount = 1
    try writeAll(folder.file("a.tif"), description)
    try writeCOG(from: folder.file("a.tif"), to: folder.file("b.tif"))
    let read = try #require(try Dataset(opening: folder.file("b.tif")).crs)
    #expect(try read.isSame(as: description.crs))
  }
}
