import GeoFiles
import Grids
import Imagery
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Stretched scenes` {
  let folder: DrawnFolder
  let size = PixelSize(width: 20, height: 10)
  let place = GeoTransform(west: 0, north: 0, pixel: 1)

  init() throws { folder = try DrawnFolder() }

  func read(_ scenes: SceneSet) throws -> [Float] {
    try ChipReader(of: scenes).read(scenes.window).chip.pixels
  }

  @Test func `are black and white from the percentiles of nearest rank on`() throws {
    // 1…200 in some order: 2 % of them do not exceed 4, 98 % do not exceed 196.
    let words = (0..<200).map { UInt16($0 * 77 % 200 + 1) }
    let path = try folder.draw(
      "a.vrt", size: size, bands: [DrawnBand(words: words)], transform: place)
    let scenes = try SceneSet(opening: [path], stretching: StretchRule(low: 2, high: 98))
    let range = try #require(scenes.scenes[0].stretch?.bands.first)
    #expect(range.black == 4 && range.white == 196)
    for (pixel, word) in zip(try read(scenes), words) {
      let wanted = (Float(word) - 4) * (255 / 192)
      #expect(pixel == min(max(wanted, 0), 255))
    }
    let extremes = try SceneSet(opening: [path], stretching: StretchRule(low: 0, high: 100))
    #expect(extremes.scenes[0].stretch?.bands == [.init(black: 1, white: 200)])
  }

  @Test func `take no notice of nodata, of clouds and of what is no number`() throws {
    var floats = (0..<200).map { Float($0 % 10) - 5 }
    (floats[0], floats[1], floats[2]) = (-9999, .nan, 1e9)
    let codes = (0..<200).map { UInt8($0 == 2 ? 1 : 0) }
    let path = try folder.draw(
      "a.vrt", size: size,
      bands: [DrawnBand(floats: floats, nodata: "-9999"), DrawnBand(bytes: codes)],
      transform: place)
    let scenes = try SceneSet(
      opening: [path], bands: [.number(1)],
      masks: MaskFinder(MaskRule(band: .number(2), clear: .values([0]))),
      stretching: StretchRule(low: 0, high: 100))
    #expect(scenes.scenes[0].stretch?.bands == [.init(black: -5, white: 4)])
    let chip = try ChipReader(of: scenes).read(scenes.window)
    #expect(chip.chip.pixels[9] == 255 && chip.chip.pixels[10] == 0)
    #expect(chip.coverage[0] == 2 && chip.coverage[1] == 2 && chip.coverage[2] == 4)
  }

  @Test func `may differ in the type of their numbers, each to its own range, warped too`() throws {
    let bytes = (0..<200).map { UInt8($0 % 20 * 3) }
    let words = (0..<200).map { UInt16($0 % 20 * 300 + 1000) }
    let first = try folder.draw(
      "a.vrt", size: size, bands: [DrawnBand(bytes: bytes)], transform: place)
    let second = try folder.draw(
      "b.vrt", size: size, bands: [DrawnBand(words: words)],
      transform: GeoTransform(west: 20, north: 0, pixel: 1))
    #expect(
      throws: TilingError.typesDiffer(
        first: first, firstType: .uint8, second: second, secondType: .uint16)
    ) { try SceneSet(opening: [first, second]) }
    let rule = StretchRule(low: 0, high: 100)
    let scenes = try SceneSet(opening: [first, second], stretching: rule)
    #expect(scenes.areBytes && !scenes.areStoredBytes)
    let pixels = try read(scenes)
    #expect(pixels.prefix(20).elementsEqual(pixels[20..<40]) { abs($0 - $1) < 1e-3 })
    let grid = GridChoice.made(WantedGrid(crs: "EPSG:32645", pixelMeters: 0.5))
    let warped = try SceneSet(opening: [first, second], on: grid, stretching: rule)
    let fine = try read(warped)
    // Rows 4 to 6 of the grid lie inside; the second scene's numbers reach far beyond a byte.
    let row = 5 * warped.window.width
    for column in 4..<36 {
      #expect(abs(fine[row + column] - fine[row + column + 40]) < 1e-3, "\(column)")
    }
  }

  @Test func `keep what is known of them, and are looked at in squares that the size decides`()
    throws
  {
    let path = try folder.draw(
      "a.vrt", size: size, bands: [DrawnBand(bytes: [UInt8](repeating: 7, count: 200))],
      transform: place)
    let flat = try SceneSet(opening: [path], stretching: StretchRule(low: 2, high: 98))
    #expect(try read(flat).allSatisfy { $0 == 0 })
    var known = flat.scenes[0]
    known.stretch = Stretch(bands: [.init(black: 5, white: 9)])
    let scenes = try SceneSet(
      opening: [path], stretching: StretchRule(low: 2, high: 98, known: [path: known]))
    #expect(scenes.scenes[0].stretch == known.stretch)
    #expect(try read(scenes).allSatisfy { $0 == 127.5 })
    // Under another mask other pixels count.
    known.mask = SceneMask(
      files: [path], band: 1, clear: .values([1]), factor: .init(x: 1, y: 1),
      offset: .init(x: 0, y: 0))
    let masked = try SceneSet(
      opening: [path], stretching: StretchRule(low: 2, high: 98, known: [path: known]))
    #expect(masked.scenes[0].stretch == flat.scenes[0].stretch)
    let windows = StretchRule.windows(of: PixelSize(width: 100_000, height: 70_001))
    let area = windows.reduce(0) { $0 + $1.area }
    #expect(area <= StretchRule.samples && area > StretchRule.samples / 3)
    #expect(
      StretchRule.windows(of: PixelSize(width: 300, height: 10)) == [
        PixelWindow(x: 0, y: 0, width: 256, height: 10),
        PixelWindow(x: 256, y: 0, width: 44, height: 10),
      ])
  }

  @Test func `without a picture cannot be stretched`() throws {
    let path = try folder.draw(
      "a.vrt", size: size,
      bands: [DrawnBand(bytes: [UInt8](repeating: 0, count: 200), nodata: "0")], transform: place)
    let error = #expect(throws: TilingError.self) {
      try SceneSet(opening: [path], stretching: StretchRule(low: 2, high: 98))
    }
    #expect(
      error?.description == """
        cannot stretch the numbers of scene '\(path)'
          no pixel that was looked at holds a picture
          leave the scene out, or leave `scenes.stretch` out and name `inference.scale`
        """)
  }
}
