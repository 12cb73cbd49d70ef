import CGDAL
import GeoFiles
import Grids
import Imagery
import Polygons
import TestSupport
import Testing

@testable import Tiling

/// A scene, its reference system and its place, and a grid to carry it to.
struct WarpCase: Sendable, CustomTestStringConvertible {
  let name: String
  let crs: String
  let transform: GeoTransform
  let target: String
  let pixel: Double

  var testDescription: String { name }

  static let all = [
    WarpCase(
      name: "a neighbouring zone of UTM", crs: "EPSG:32645",
      transform: GeoTransform(west: 230_000, north: 3_060_000, pixel: 0.5), target: "EPSG:32644",
      pixel: 0.5),
    WarpCase(
      name: "web mercator", crs: "EPSG:3857",
      transform: GeoTransform(west: 9_509_000, north: 3_210_000, pixel: 0.149291),
      target: "EPSG:32645",
      pixel: 0.15),
    WarpCase(
      name: "degrees", crs: "EPSG:4326",
      transform: GeoTransform(west: -43.6, north: -22.9, pixel: 4.5e-6), target: "EPSG:32723",
      pixel: 0.5),
    WarpCase(
      name: "another datum", crs: "EPSG:26711",
      transform: GeoTransform(west: 440_720, north: 3_751_320, pixel: 60), target: "EPSG:32611",
      pixel: 60),
    WarpCase(
      name: "a state plane", crs: "EPSG:26986",
      transform: GeoTransform(west: 229_000, north: 935_000, pixel: 1), target: "EPSG:32619",
      pixel: 1),
    WarpCase(
      name: "axes of northing and easting", crs: "EPSG:2953",
      transform: GeoTransform(west: 2_500_000, north: 7_400_000, pixel: 0.5), target: "EPSG:32619",
      pixel: 0.5),
    WarpCase(
      name: "a rotated scene", crs: "EPSG:32645",
      transform: GeoTransform(
        originX: 400_000, columnX: 0.4, rowX: 0.3, originY: 3_000_000, columnY: 0.3, rowY: -0.4),
      target: "EPSG:32645", pixel: 0.5),
    WarpCase(
      name: "a south-up scene", crs: "EPSG:32645",
      transform: GeoTransform(
        originX: 400_000, columnX: 0.5, rowX: 0, originY: 3_000_000, columnY: 0, rowY: 0.5),
      target: "EPSG:32645", pixel: 0.6),
    WarpCase(
      name: "the antimeridian", crs: "EPSG:4326",
      transform: GeoTransform(west: 179.9995, north: -17, pixel: 4.5e-6), target: "EPSG:32760",
      pixel: 0.5),
    WarpCase(
      name: "longitudes beyond the antimeridian", crs: "EPSG:4326",
      transform: GeoTransform(west: -180.0004, north: -17, pixel: 4.5e-6), target: "EPSG:32701",
      pixel: 0.5),
    WarpCase(
      name: "the south pole", crs: "EPSG:3031",
      transform: GeoTransform(west: -10_000, north: 8_000, pixel: 100), target: "EPSG:5042",
      pixel: 100),
  ]
}

@Suite struct `Warped scenes` {
  let folder: DrawnFolder
  let size = PixelSize(width: 200, height: 160)

  init() throws { folder = try DrawnFolder() }

  /// A scene whose first band holds the column of each pixel's middle, and whose second holds its row:
  /// warped by straight lines, it tells from where it was taken.
  func places(_ setting: WarpCase) throws -> String {
    var (columns, rows): ([Float], [Float]) = ([], [])
    for row in 0..<size.height {
      for column in 0..<size.width {
        columns.append(Float(column) + 0.5)
        rows.append(Float(row) + 0.5)
      }
    }
    return try folder.draw(
      "places.vrt", size: size, bands: [DrawnBand(floats: columns), DrawnBand(floats: rows)],
      crs: setting.crs, transform: setting.transform)
  }

  func grid(
    _ setting: WarpCase, _ resampling: Resampling = .bilinear
  ) -> GridChoice {
    .made(WantedGrid(crs: setting.target, pixelMeters: setting.pixel, resampling: resampling))
  }

  @Test(arguments: WarpCase.all)
  func `lie within a fiftieth of a pixel of where GDAL's exact transformer has them`(
    _ setting: WarpCase
  ) throws {
    let path = try places(setting)
    let scenes = try SceneSet(opening: [path], on: grid(setting))
    let tiled = try ChipReader(of: scenes).read(scenes.window)
    let exact = try GDALWarped(
      path, from: setting.crs, to: setting.target, of: scenes.window, on: scenes.grid)
    let area = scenes.window.area
    var (compared, largest, differing): (Int, Float, Int) = (0, 0, 0)
    for place in 0..<area {
      let isMapped = tiled.coverage[place] == Coverage.mapped.rawValue
      if isMapped != (exact.bands[0][place] != GDALWarped.nodata) { differing += 1 }
      guard isMapped, exact.bands[0][place] != GDALWarped.nodata else { continue }
      // Within a pixel of the edges GDAL weighs what lies beyond in another way.
      let column = tiled.chip.pixels[place]
      let row = tiled.chip.pixels[area + place]
      guard column > 1.5, column < Float(size.width) - 1.5, row > 1.5,
        row < Float(size.height) - 1.5
      else { continue }
      compared += 1
      largest = max(
        largest, abs(column - exact.bands[0][place]), abs(row - exact.bands[1][place]))
    }
    #expect(compared > area / 3)
    #expect(largest < 0.02)
    #expect(differing < 8, "pixels at the edges, out of \(area)")
  }

  @Test(arguments: [Resampling.nearest, .bilinear, .cubic])
  func `do not depend on how they are asked for`(_ resampling: Resampling) throws {
    for setting in [WarpCase.all[0], WarpCase.all[6], WarpCase.all[1]] {
      var random = SeededGenerator(seed: 3)
      let noise = (0..<size.area).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let path = try folder.draw(
        "noise.vrt", size: size, bands: [DrawnBand(bytes: noise, nodata: "7")], crs: setting.crs,
        transform: setting.transform)
      let scenes = try SceneSet(opening: [path], on: grid(setting, resampling))
      let scene = scenes.scenes[0]
      let warp = try #require(scene.warp)
      func read(_ windows: [PixelWindow], patchLimit: Int) throws -> WarpedPart {
        let file = try Dataset(opening: path)
        let warper = try SceneWarper(
          warp, bands: [1], of: .uint8, on: scenes.grid, patchLimit: patchLimit)
        var whole = WarpedPart(window: scene.window, bandCount: 1)
        for window in windows {
          let part = try warper.read(window, of: file, nodata: nil)
          for row in 0..<window.height {
            let target =
              (window.y - scene.window.y + row) * scene.window.width + window.x
              - scene.window.x
            for column in 0..<window.width {
              whole.pixels[target + column] = part.pixels[row * window.width + column]
              whole.states[target + column] = part.states[row * window.width + column]
            }
          }
        }
        return whole
      }
      let (left, top) = (scene.window.x, scene.window.y)
      let pieces = stride(from: 0, to: scene.window.height, by: 37).flatMap { y in
        stride(from: 0, to: scene.window.width, by: 53).map { x in
          PixelWindow(x: left + x, y: top + y, width: 53, height: 37).intersection(scene.window)
        }
      }
      let once = try read([scene.window], patchLimit: .max)
      let inPieces = try read(pieces.reversed(), patchLimit: .max)
      let inLittleMemory = try read([scene.window], patchLimit: 400)
      #expect(once.pixels.map(\.bitPattern) == inPieces.pixels.map(\.bitPattern))
      #expect(once.pixels.map(\.bitPattern) == inLittleMemory.pixels.map(\.bitPattern))
      #expect(once.states == inPieces.states)
      #expect(once.states == inLittleMemory.states)
      #expect(once.states.contains(WarpedPart.nodata))
    }
  }

  @Test func `are averaged where they are finer than the grid`() throws {
    let pixels = (0..<64).map { UInt8($0 * 3) }
    let path = try folder.draw(
      "fine.vrt", size: PixelSize(width: 8, height: 8), bands: [DrawnBand(bytes: pixels)],
      transform: GeoTransform(west: 0, north: 0, pixel: 1))
    let scenes = try SceneSet(
      opening: [path], on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: 2)))
    #expect(scenes.window == PixelWindow(x: 0, y: 0, width: 4, height: 4))
    let chip = try ChipReader(of: scenes).read(scenes.window).chip
    let means = (0..<4).flatMap { row in
      (0..<4).map { column in
        let corner = row * 16 + column * 2
        return [0, 1, 8, 9].reduce(Float(0)) { $0 + Float(pixels[corner + $1]) } / 4
      }
    }
    for (pixel, mean) in zip(chip.pixels, means) { #expect(abs(pixel - mean) < 1e-4) }
  }

  @Test(arguments: [1, 3, 5])
  func `averaged, have the bits that a look at each pixel gives, where a picture is everywhere`(
    bandCount: Int
  ) throws {
    var random = SeededGenerator(seed: 11)
    let noise = (0..<bandCount).map { _ in
      (0..<size.area).map { _ in UInt8(random.next() % 255 + 1) }
    }
    let turned = WarpCase.all[6].transform
    func read(_ pixels: [[UInt8]], _ name: String) throws -> (WarpedPart, PixelWindow) {
      let path = try folder.draw(
        name, size: size, bands: pixels.map { DrawnBand(bytes: $0, nodata: "0") },
        transform: turned)
      let scenes = try SceneSet(
        opening: [path], on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: 1.17)))
      let file = try Dataset(opening: path)
      let warper = try SceneWarper(
        try #require(scenes.scenes[0].warp), bands: Array(1...bandCount), of: .uint8,
        on: scenes.grid)
      return (try warper.read(scenes.window, of: file, nodata: nil), scenes.window)
    }
    // One pixel without a picture in a corner: nothing else differs, but no patch is whole.
    var holed = noise
    for band in 0..<bandCount { holed[band][0] = 0 }
    let (whole, window) = try read(noise, "whole.vrt")
    let (looked, _) = try read(holed, "holed.vrt")
    let differing = (0..<window.area).filter { place in
      whole.states[place] != looked.states[place]
        || (0..<bandCount).contains { band in
          whole.pixels[band * window.area + place].bitPattern
            != looked.pixels[band * window.area + place].bitPattern
        }
    }
    #expect(differing.count <= 4)
    #expect(whole.states.count { $0 == WarpedPart.valid } > 5_000)
  }

  @Test func `are averaged in little memory where they are very much finer`() throws {
    let side = 640
    let pixels = (0..<side * side).map {
      UInt8(truncatingIfNeeded: $0 % side / 80 * 20 + $0 / side / 80)
    }
    let path = try folder.draw(
      "finest.vrt", size: PixelSize(width: side, height: side), bands: [DrawnBand(bytes: pixels)],
      transform: GeoTransform(west: 0, north: 0, pixel: 1))
    let scenes = try SceneSet(
      opening: [path], on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: 80)))
    let file = try Dataset(opening: path)
    let warper = try SceneWarper(
      try #require(scenes.scenes[0].warp), bands: [1], of: .uint8, on: scenes.grid,
      patchLimit: 9_000)
    let part = try warper.read(scenes.window, of: file, nodata: nil)
    #expect(part.pixels.count == 64)
    for (place, pixel) in part.pixels.enumerated() {
      #expect(abs(pixel - Float(place % 8 * 20 + place / 8)) < 1e-3)
    }
  }

  @Test func `give nothing of their nodata to what is beside it, and none to what has half of it`()
    throws
  {
    let path = try folder.draw(
      "holes.vrt", size: PixelSize(width: 4, height: 2),
      bands: [DrawnBand(bytes: [0, 10, 20, 0, 0, 0, 20, 20], nodata: "0")],
      transform: GeoTransform(west: 0, north: 0, pixel: 1))
    func chip(_ pixel: Double, _ origin: Double) throws -> TiledChip {
      let scenes = try SceneSet(
        opening: [path],
        on: .made(
          WantedGrid(crs: "EPSG:32645", pixelMeters: pixel, origin: .init(x: origin, y: 0))))
      return try ChipReader(of: scenes).read(PixelWindow(x: 0, y: 0, width: 2, height: 1))
    }
    // A quarter and three quarters of four pixels hold a picture.
    let averaged = try chip(2, 0)
    #expect(averaged.coverage == [Coverage.nodata.rawValue, Coverage.mapped.rawValue])
    #expect(averaged.chip.pixels[1] == 20)
    // A cubic curve through zeros would fall below 10 here.
    let moved = try chip(1, 0.25)
    #expect(moved.coverage == [Coverage.nodata.rawValue, Coverage.mapped.rawValue])
    #expect(moved.chip.pixels[1] == 12.5)
  }

  @Test func `are outside beyond their slanting edges, and nodata where they say so`() throws {
    let bytes = [UInt8](repeating: 9, count: 40 * 40)
    let path = try folder.draw(
      "turned.vrt", size: PixelSize(width: 40, height: 40), bands: [DrawnBand(bytes: bytes)],
      transform: GeoTransform(
        originX: 0, columnX: 0.8, rowX: 0.6, originY: 0, columnY: 0.6, rowY: -0.8),
      mask: bytes.indices.map { $0 == 820 ? 0 : 255 })
    let scenes = try SceneSet(
      opening: [path], on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: 1)))
    let tiled = try ChipReader(of: scenes).read(scenes.window)
    #expect(scenes.window.size == PixelSize(width: 56, height: 56))
    #expect(tiled.coverage[0] == Coverage.outside.rawValue)
    #expect(abs(tiled.coverage.count { $0 == Coverage.mapped.rawValue } - 1599) < 40)
    #expect(tiled.coverage.count { $0 == Coverage.nodata.rawValue } == 1)
  }

  @Test(arguments: [WarpCase.all[0], WarpCase.all[6], WarpCase.all[10]])
  func `meet the windows in which they have pixels, and few others`(_ setting: WarpCase) throws {
    let path = try places(setting)
    let scenes = try SceneSet(opening: [path], on: grid(setting))
    let whole = scenes.window
    let tiled = try ChipReader(of: scenes).read(whole)
    var (held, met, all) = (0, 0, 0)
    for top in stride(from: 0, to: whole.height - 16, by: 16) {
      for left in stride(from: 0, to: whole.width - 16, by: 16) {
        let window = PixelWindow(x: whole.x + left, y: whole.y + top, width: 16, height: 16)
        let holds = tiled.coverage(of: window).contains { $0 != Coverage.outside.rawValue }
        #expect(!holds || scenes.scenes[0].meets(window))
        held += holds ? 1 : 0
        met += scenes.scenes[0].meets(window) ? 1 : 0
        all += 1
      }
    }
    #expect(met <= held + held / 4)
    #expect(setting.name != "a rotated scene" || met < all)
  }

  @Test func `do not leave what their numbers can be`() throws {
    let steps = (0..<256).map { UInt8($0 % 16 < 8 ? 0 : 255) }
    let path = try folder.draw(
      "steps.vrt", size: PixelSize(width: 16, height: 16), bands: [DrawnBand(bytes: steps)],
      transform: GeoTransform(west: 0, north: 0, pixel: 1))
    let scenes = try SceneSet(
      opening: [path],
      on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: 0.7, origin: .init(x: 0.1, y: 0))))
    let chip = try ChipReader(of: scenes).read(scenes.window).chip
    #expect(chip.pixels.min() == 0)
    #expect(chip.pixels.max() == 255)
    #expect(chip.pixels.contains { $0 > 1 && $0 < 254 })
  }

  @Test func `that share the grid are read as they are stored`() throws {
    let own = try folder.draw(
      "own.vrt", size: PixelSize(width: 3, height: 1), bands: [DrawnBand(bytes: [1, 2, 3])],
      transform: GeoTransform(west: 10, north: 0, pixel: 1))
    let other = try folder.draw(
      "other.vrt", size: PixelSize(width: 3, height: 1), bands: [DrawnBand(bytes: [4, 5, 6])],
      transform: GeoTransform(west: 12.5, north: 0, pixel: 1))
    let scenes = try SceneSet(
      opening: [own, other], on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: 1)))
    #expect(scenes.scenes.map { $0.warp == nil } == [true, false])
    #expect(!scenes.areStoredBytes)
    let chip = try ChipReader(of: scenes).read(PixelWindow(x: 10, y: 0, width: 4, height: 1)).chip
    #expect(chip.pixels[0..<3] == [1, 2, 3])
    #expect(chip.pixels[3] == 4.5)
  }
}
