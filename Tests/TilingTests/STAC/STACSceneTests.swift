import Foundation
import GeoFiles
import Grids
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Scenes that STAC describes` {
  let drawn: DrawnItem

  init() throws {
    drawn = try DrawnItem()
    try drawn.drawBands()
  }

  @Test func `files that belong together make one scene`() throws {
    let found = try drawn.find(drawn.write(properties: "\"eo:cloud_cover\": 3.5,"))
    let scenes = try SceneSet(opening: found.paths)
    let (values, validity) = try drawn.pixels(of: found)

    #expect(found.composed.map(\.item) == ["item-1"])
    #expect(found.composed[0].cloudCover == 3.5)
    #expect(scenes.bandNames == ["red", "green", "blue"])
    #expect(scenes.scenes[0].acquired == "2024-03-09T10:21:05Z")
    #expect(scenes.elementType == .uint16)
    for (band, number) in [4, 3, 2].enumerated() {
      #expect(values[band].dropFirst() == drawn.numbers(number).map(Float.init)[1...])
    }
    #expect(validity == [0] + [UInt8](repeating: 1, count: drawn.size.area - 1))
  }

  @Test func `a scene has the same name wherever it is made, and another for other files`() throws {
    let path = try drawn.write()
    let first = try drawn.find(path).paths
    #expect(try drawn.find(path).paths == first)
    #expect(try drawn.find(path, bands: [.name("blue")]).paths != first)
    #expect(first[0].hasPrefix("/vsimem/scenes/item-1_"))
  }

  @Test func `scale and offset are applied once, whatever the file says of itself`() throws {
    // The file's own scale is the same; applied too, it would make 1e-8 of 1e-4.
    let text = try String(contentsOfFile: drawn.folder.file("B04.vrt"), encoding: .utf8)
    try drawn.folder.write(
      text.replacing(
        "<NoDataValue>", with: "<Offset>-0.1</Offset><Scale>0.0001</Scale><NoDataValue>"),
      to: "B04.vrt")
    let path = try drawn.write(band: ", \"raster:scale\": 0.0001, \"raster:offset\": -0.1")
    let (values, validity) = try drawn.pixels(of: drawn.find(path))
    let stored = try drawn.pixels(of: drawn.find(path) { $0.appliesScale = false })

    let wanted = drawn.numbers(4).map { Float(Double($0) * 0.0001 - 0.1) }
    #expect(values[0].dropFirst() == wanted[1...])
    #expect(validity[0] == 0 && !validity.dropFirst().contains(0))
    #expect(stored.values[0].dropFirst() == drawn.numbers(4).map(Float.init)[1...])
  }

  @Test func `an offset that is already in the numbers is not added again`() throws {
    let band = ", \"raster:scale\": 0.0001, \"raster:offset\": -0.1"
    for (isApplied, offset) in [(true, 0.0), (false, -0.1)] {
      let path = try drawn.write(
        properties: "\"earthsearch:boa_offset_applied\": \(isApplied),", band: band)
      let values = try drawn.pixels(of: drawn.find(path)).values
      #expect(values[2][7] == Float(Double(2007) * 0.0001 + offset))
    }
  }

  @Test func `what no file and all files hide is no picture`() throws {
    var mask = [UInt8](repeating: 255, count: drawn.size.area)
    (mask[3], mask[4]) = (0, 0)
    for (name, hidden) in [("B04", [3, 4]), ("B03", [3]), ("B02", [3, 4])] {
      var mask = [UInt8](repeating: 255, count: drawn.size.area)
      for place in hidden { mask[place] = 0 }
      try drawn.folder.draw(
        "\(name).vrt", size: drawn.size, bands: [DrawnBand(words: drawn.numbers(2))], mask: mask)
    }
    let validity = try drawn.pixels(of: drawn.find(drawn.write())).validity
    #expect(validity[3] == 0 && validity[4] == 1 && validity[5] == 1)
  }

  @Test func `a file without a reference system is in that of its item`() throws {
    try drawn.drawBands(crs: "")
    for (key, code) in [("proj:code", "\"EPSG:32645\""), ("proj:epsg", "32645")] {
      let found = try drawn.find(drawn.write(properties: "\"\(key)\": \(code),"))
      #expect(try SceneSet(opening: found.paths).grid.crs.code == "EPSG:32645")
    }
    #expect(throws: TilingError.withoutCRS(path: drawn.folder.file("B02.vrt"))) {
      try drawn.find(drawn.write())
    }
  }

  @Test func `a file in another reference system than its item is refused`() throws {
    let path = try drawn.write(properties: "\"proj:code\": \"EPSG:32644\",")
    let error = #expect(throws: STACError.self) { try drawn.find(path) }
    #expect(
      error?.description == """
        cannot place asset 'B02' of STAC item 'item-1' on the ground
          the item says EPSG:32644 (WGS 84 / UTM zone 44N), its file says EPSG:32645 (WGS 84 / UTM zone 45N)
          find out which is right, and correct the item or the file
        """)
  }

  @Test func `bands of different pixel sizes are refused`() throws {
    try drawn.folder.draw(
      "B03.vrt", size: PixelSize(width: 20, height: 15),
      bands: [DrawnBand(words: [UInt16](repeating: 9, count: 300))],
      transform: GeoTransform(west: 500_000, north: 3_000_000, pixel: 2))
    let error = #expect(throws: STACError.self) { try drawn.find(drawn.write()) }
    #expect(
      error?.description == """
        cannot make one scene of assets 'B04' and 'B03' of STAC item 'item-1'
          pixels of the first are 1.0 × -1.0 units, of the second 2.0 × -2.0
          choose bands of one pixel size, or bring them to one with `gdalwarp -tr` first
        """)
  }

  @Test func `a band that no asset has is refused with those there are`() throws {
    let error = #expect(throws: STACError.self) {
      try drawn.find(drawn.write(), bands: [.name("nir")])
    }
    #expect(
      error?.description == """
        cannot find band 'nir' in STAC item 'item-1'
          its assets have B02, B03, B04, blue, green, red
          choose among these names under `bands`, or name the asset under `assets`
        """)
  }

  @Test func `scenes with other numbers of bands are refused`() throws {
    let found = try drawn.find(drawn.write())
    let other = try drawn.folder.draw(
      "other.vrt", size: drawn.size, bands: [DrawnBand(words: drawn.numbers(1))])
    let error = #expect(throws: TilingError.self) {
      _ = try SceneSet(opening: found.paths + [other])
    }
    guard case .bandCountsDiffer(_, 3, other, 1) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a file that is gone is an error that names it`() throws {
    let path = try drawn.write()
    try drawn.folder.remove("B03.vrt")
    let error = #expect(throws: TilingError.self) { try drawn.find(path) }
    #expect(error?.description.hasPrefix("cannot open '\(drawn.folder.file("B03.vrt"))'\n") == true)
  }

  @Test func `pixels that go away later are an error, and not empty ground`() throws {
    let found = try drawn.find(drawn.write())
    let scenes = try SceneSet(opening: found.paths)
    try drawn.folder.remove("B03.vrt")
    #expect(throws: TilingError.self) { try ChipReader(of: scenes).read(scenes.window) }
    try drawn.drawBands()
    try drawn.folder.remove("B03.vrt.1.raw")
    #expect(throws: TilingError.self) { try ChipReader(of: scenes).read(scenes.window) }
  }

  @Test func `names with signs of XML in them are no obstacle`() throws {
    let plain = try drawn.folder.draw(
      "odd.vrt", size: drawn.size, bands: [DrawnBand(words: drawn.numbers(5))])
    try FileManager.default.copyItem(atPath: plain, toPath: drawn.folder.file("a&b<c>.vrt"))
    let path = try drawn.write(
      more: ", \"odd\": {\"href\": \"a&b<c>.vrt\", \"roles\": [\"data\"]}")
    let found = try drawn.find(path, bands: [.name("odd")])
    #expect(try drawn.pixels(of: found, bands: [.name("odd")]).values[0][9] == 5009)
  }
}
