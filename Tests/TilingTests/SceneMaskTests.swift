import GeoFiles
import Grids
import Imagery
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Masks of clouds` {
  let folder: DrawnFolder
  let size = PixelSize(width: 4, height: 2)
  let place = GeoTransform(west: 0, north: 0, pixel: 1)

  init() throws { folder = try DrawnFolder() }

  /// Draws a scene with a band of codes.
  func scene(
    _ name: String, _ pixels: [UInt8], codes: [UInt8], at west: Double = 0
  ) throws -> String {
    try folder.draw(
      name, size: size,
      bands: [DrawnBand(bytes: pixels, nodata: "0"), DrawnBand(bytes: codes, name: "SCL")],
      transform: GeoTransform(west: west, north: 0, pixel: 1))
  }

  func open(_ paths: [String], _ rule: MaskRule) throws -> SceneSet {
    try SceneSet(opening: paths, bands: [.number(1)], masks: MaskFinder(rule))
  }

  @Test func `clouds are seen through another scene, and elsewhere are clouds in the coverage`()
    throws
  {
    let first = try scene("a.vrt", [1, 1, 1, 0, 1, 1, 1, 1], codes: [4, 9, 9, 9, 4, 4, 9, 4])
    let second = try scene(
      "b.vrt", [2, 2, 2, 2, 2, 2, 2, 2], codes: [4, 4, 4, 4, 3, 4, 4, 4], at: 2)
    let scenes = try open(
      [first, second], MaskRule(band: .name("scl"), clear: .values([4, 5])))
    let chip = try ChipReader(of: scenes).read(scenes.window)
    // Columns 2 and 3 are of both scenes; at (2, 1) both have clouds.
    #expect(chip.coverage == [1, 4, 1, 1, 1, 1, 1, 1, 4, 1, 1, 1])
    #expect(chip.chip.validity.pixels == [1, 0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1])
    let seen = zip(chip.chip.pixels, chip.chip.validity.pixels).map { $1 == 0 ? 0 : $0 }
    #expect(seen == [1, 0, 2, 2, 2, 2, 1, 1, 0, 1, 2, 2])
  }

  @Test func `bits that are not set are clear, whatever the others say`() throws {
    let codes: [UInt8] = [0, 1, 2, 3, 8, 16, 64, 255]
    let path = try scene("a.vrt", [UInt8](repeating: 7, count: 8), codes: codes)
    let scenes = try open([path], MaskRule(band: .number(2), clear: .without(bits: [1, 3])))
    #expect(try ChipReader(of: scenes).read(scenes.window).coverage == [1, 1, 4, 4, 4, 1, 1, 4])
  }

  @Test func `a coarser mask in a file of its own stands for whole pixels of the scene`() throws {
    let path = try folder.draw(
      "town_visual.vrt", size: size, bands: [DrawnBand(bytes: [UInt8](repeating: 7, count: 8))],
      transform: place)
    try folder.draw(
      "town_udm2.vrt", size: PixelSize(width: 3, height: 2),
      bands: [DrawnBand(words: [1, 0, 1, 0, 1, 0])],
      transform: GeoTransform(west: -1, north: 1, pixel: 2))
    let rule = MaskRule(
      band: .number(1), replacing: .init("_visual", by: "_udm2"), clear: .values([1]))
    let scenes = try open([path], rule)
    #expect(scenes.scenes[0].sources.contains(folder.file("town_udm2.vrt")))
    let reader = ChipReader(of: scenes)
    #expect(try reader.read(scenes.window).coverage == [1, 4, 4, 1, 4, 1, 1, 4])
    let right = PixelWindow(x: 1, y: 1, width: 3, height: 1)
    #expect(try reader.read(right).coverage == [1, 1, 4])
  }

  @Test(arguments: [Resampling.nearest, .bilinear, .cubic])
  func `clouds of a warped scene have no weight, and are told from nodata`(
    _ resampling: Resampling
  ) throws {
    // Clouds on the right half are white; nothing of them may reach the left.
    let (width, height) = (40, 20)
    let places = (0..<width * height).map { ($0 % width, $0 / width) }
    let path = try folder.draw(
      "a.vrt", size: PixelSize(width: width, height: height),
      bands: [
        DrawnBand(bytes: places.map { x, y in y < 2 ? 0 : x < 20 ? 50 : 255 }, nodata: "0"),
        DrawnBand(bytes: places.map { x, _ in x < 20 ? 1 : 2 }),
      ], transform: GeoTransform(west: 0, north: 0, pixel: 1))
    for pixel in [0.7, 1.1, 2.5] {
      let scenes = try SceneSet(
        opening: [path], bands: [.number(1)],
        on: .made(WantedGrid(crs: "EPSG:32645", pixelMeters: pixel, resampling: resampling)),
        masks: MaskFinder(MaskRule(band: .number(2), clear: .values([1]))))
      let window = scenes.window
      let chip = try ChipReader(of: scenes).read(window)
      for (index, coverage) in chip.coverage.enumerated() {
        let middle = (Double(window.x + index % window.width) + 0.5) * pixel
        let row = (Double(window.y + index / window.width) + 0.5) * pixel
        guard abs(middle - 20) > pixel, abs(row - 2) > pixel, middle < 40, row < 20 else {
          continue
        }
        let wanted: Coverage = row < 2 ? .nodata : middle < 20 ? .mapped : .cloud
        #expect(coverage == wanted.rawValue, "\(pixel) m, (\(middle), \(row))")
        if wanted == .mapped { #expect(abs(chip.chip.pixels[index] - 50) < 1e-3) }
      }
    }
  }

  @Test func `the band of a STAC item is found by its key, whatever its role`() throws {
    let drawn = try DrawnItem()
    try drawn.drawBands()
    try drawn.folder.draw(
      "SCL.vrt", size: PixelSize(width: drawn.size.width / 2, height: drawn.size.height / 2),
      bands: [DrawnBand(bytes: (0..<drawn.size.area / 4).map { UInt8($0 % 2 + 8) })],
      transform: GeoTransform(west: 500_000, north: 3_000_000, pixel: 2))
    let item = try drawn.write(
      more: ", \"scl\": {\"href\": \"SCL.vrt\", \"roles\": [\"data-mask\"]}")
    let found = try drawn.find(item) { $0.mask = .name("SCL") }
    let scenes = try SceneSet(
      opening: found.paths,
      masks: MaskFinder(MaskRule(band: .name("SCL"), clear: .values([8])), known: found.masks))
    let chip = try ChipReader(of: scenes).read(scenes.window)
    for (index, coverage) in chip.coverage.enumerated().dropFirst() {
      let cell =
        index / drawn.size.width / 2 * (drawn.size.width / 2) + index % drawn.size.width / 2
      #expect(coverage == (cell % 2 == 0 ? 1 : 4), "\(index)")
    }
    #expect(throws: STACError.self) { try drawn.find(item) { $0.mask = .name("QA") } }
  }

  @Test func `a mask that is not one is refused with the reason`() throws {
    let path = try scene(
      "a.vrt", [UInt8](repeating: 1, count: 8), codes: [UInt8](repeating: 1, count: 8))
    func reason(_ rule: MaskRule) -> String {
      do {
        _ = try open([path], rule)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      reason(MaskRule(band: .name("QA"), clear: .values([1]))) == """
        cannot mask scene '\(path)' by '\(path)'
          there is no band 'QA' in it: it has 1 (band 1), 2 (SCL)
          mend `scenes.mask`: its `band` and `file` must name a mask of every scene
        """)
    try folder.draw(
      "odd.vrt", size: PixelSize(width: 3, height: 2),
      bands: [DrawnBand(bytes: [1, 1, 1, 1, 1, 1])],
      transform: GeoTransform(west: 0, north: 0, pixel: 1.5))
    try folder.draw(
      "far.vrt", size: size, bands: [DrawnBand(bytes: [UInt8](repeating: 1, count: 8))],
      transform: GeoTransform(west: 1, north: 0, pixel: 1))
    try folder.draw(
      "float.vrt", size: size, bands: [DrawnBand(floats: [Float](repeating: 1, count: 8))],
      transform: place)
    for (name, words) in [
      ("odd.vrt", "are not whole numbers of the scene's"),
      ("far.vrt", "do not hold all of the scene"),
      ("float.vrt", "its numbers are float32, and no codes"), ("none.vrt", "No such file"),
    ] {
      let rule = MaskRule(
        band: .number(1), replacing: .init("a.vrt", by: name), clear: .values([1]))
      #expect(reason(rule).contains(words), "\(name): \(reason(rule))")
    }
    let elsewhere = MaskRule(
      band: .number(1), replacing: .init("_visual", by: "_udm"), clear: .values([1]))
    #expect(reason(elsewhere).contains("its path does not hold '_visual'"))
  }
}
