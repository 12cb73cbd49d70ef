import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Viewing

@Suite struct `A tile's address` {
  @Test(arguments: [
    ["-1", "0", "0"], ["99", "0", "0"], ["25", "0", "0"], ["0", "1", "0"], ["3", "0", "8"],
    ["1", "x", "0"], ["1", "0", ""], ["1", "+1", "0"], ["1", "0x1", "0"], ["1", " 1", "0"],
    ["99999999999999999999", "0", "0"], ["1", "٣", "0"], ["1", "1e0", "0"], ["1.0", "0", "0"],
  ])
  func `is refused where there is no such tile`(words: [String]) {
    #expect(TileAddress(words: words.map { $0[...] }) == nil)
  }

  @Test func `is level, column and row`() throws {
    let tile = try #require(TileAddress(words: ["24", "16777215", "0"]))
    #expect((tile.z, tile.x, tile.y) == (24, 16_777_215, 0))
  }

  @Test func `places the tile as everybody does`() throws {
    // Tile 17/70406/42987 holds the Brandenburg Gate: 13.3777° E, 52.5163° N.
    let tile = try #require(TileAddress(z: 17, x: 70_406, y: 42_987))
    let place = Mercator.place(longitude: 13.3777, latitude: 52.5163)
    let (x, y) = ((place.x - tile.corner.x) / tile.pixel, (tile.corner.y - place.y) / tile.pixel)
    #expect((0..<256).contains(x) && (0..<256).contains(y), "\(x) \(y)")
  }

  @Test func `web mercator and degrees are each other's way back`() {
    let place = Mercator.place(longitude: -70.25, latitude: -33.5)
    let back = Mercator.degrees(x: place.x, y: place.y)
    #expect(abs(back.longitude + 70.25) < 1e-9 && abs(back.latitude + 33.5) < 1e-9)
  }
}

@Suite struct `Places of a tile's pixels` {
  @Test func `lie within a twentieth of a pixel of PROJ's own`() throws {
    let crs = try CoordinateReference(definition: "EPSG:32633")
    let mercator = try Mercator.reference()
    let transform = GeoTransform(west: 380_000, north: 5_830_000, pixel: 0.5)
    let converter = try CoordinateConverter(from: mercator, to: crs)
    for z in [14, 17, 20] {
      let place = Mercator.place(longitude: 13.3777, latitude: 52.5163)
      let side = 2 * Mercator.half / Double(1 << z)
      let tile = try #require(
        TileAddress(
          z: z, x: Int((place.x + Mercator.half) / side), y: Int((Mercator.half - place.y) / side)))
      let (corner, pixel) = (tile.corner, tile.pixel)
      let bounds = GroundBounds(
        west: corner.x, south: corner.y - 256 * pixel, east: corner.x + 256 * pixel, north: corner.y
      )
      let places = try #require(
        try TilePlaces(of: tile, in: bounds, transform, by: converter))
      #expect(places.area == PixelWindow(x: 0, y: 0, width: 256, height: 256))
      for (x, y) in [(0, 0), (255, 255), (100, 37), (16, 240), (128, 128)] {
        let exact = try converter.convert([
          Point(
            x: corner.x + (Double(x) + 0.5) * pixel, y: corner.y - (Double(y) + 0.5) * pixel)
        ])[0]
        let expected = transform.pixel(x: exact.x, y: exact.y)
        let column = Double(places.columns[y * 256 + x]) + places.base.x
        let row = Double(places.rows[y * 256 + x]) + places.base.y
        // At level 14 a pixel of the tile is twelve of the raster.
        let limit = max(0.05, places.scale * 0.02)
        #expect(abs(column - expected.x) < limit && abs(row - expected.y) < limit, "level \(z)")
      }
    }
  }

  @Test func `are none where the tile does not meet the raster`() throws {
    let mercator = try Mercator.reference()
    let converter = try CoordinateConverter(from: mercator, to: mercator)
    let tile = try #require(TileAddress(z: 10, x: 0, y: 0))
    let places = try TilePlaces(
      of: tile, in: GroundBounds(west: 0, south: 0, east: 100, north: 100),
      GeoTransform(west: 0, north: 100, pixel: 1), by: converter)
    #expect(places == nil)
  }
}

@Suite struct `Tiles on disk` {
  @Test func `are what was kept, and none where nothing was`() throws {
    let folder = try TemporaryFolder()
    let cache = TileCache(in: folder.path("tiles"), limit: 1000)
    cache.keep([1, 2, 3], as: "class/1/0/0-a.png")

    #expect(cache.bytes(of: "class/1/0/0-a.png") == [1, 2, 3])
    #expect(cache.bytes(of: "class/1/0/0-b.png") == nil)
  }

  @Test func `stay below the limit, and the oldest go first`() throws {
    let folder = try TemporaryFolder()
    let cache = TileCache(in: folder.path("tiles"), limit: 1000)
    for number in 0..<30 {
      cache.keep([UInt8](repeating: 7, count: 100), as: "x/\(number).png")
      usleep(2_000)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path("tiles/x"))

    #expect(left.count <= 10 && left.count >= 7, "\(left)")
    #expect(cache.bytes(of: "x/29.png") != nil)
    #expect(cache.bytes(of: "x/0.png") == nil)
  }

  @Test func `are drawn again where they cannot be kept`() {
    let cache = TileCache(in: "/proc/nowhere", limit: 1000)
    cache.keep([1], as: "x/1.png")
    #expect(cache.bytes(of: "x/1.png") == nil)
  }
}
