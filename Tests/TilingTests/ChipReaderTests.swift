import Grids
import Imagery
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Reading chips` {
  let folder: DrawnFolder

  init() throws { folder = try DrawnFolder() }

  /// Draws a scene of one row and one band whose first pixel lies in lattice column `x`.
  func row(
    _ name: String, at x: Int, _ pixels: [UInt8], nodata: String? = nil, y: Int = 0
  ) throws -> String {
    try folder.draw(
      name, size: PixelSize(width: pixels.count, height: 1),
      bands: [DrawnBand(bytes: pixels, nodata: nodata)],
      transform: GeoTransform(west: Double(x), north: Double(-y), pixel: 1))
  }

  func read(_ paths: [String], _ x: Range<Int>) throws -> TiledChip {
    let reader = ChipReader(of: try SceneSet(opening: paths))
    return try reader.read(PixelWindow(x: x.lowerBound, y: 0, width: x.count, height: 1))
  }

  @Test func `a chip inside a scene is the scene`() throws {
    let chip = try read([try row("a.vrt", at: -3, [1, 2, 3, 4, 5, 6])], -1..<2)
    #expect(chip.chip.pixels == [3, 4, 5])
    #expect(chip.chip.validity.pixels == [1, 1, 1])
    #expect(chip.coverage == [1, 1, 1])
  }

  @Test func `beyond the edge the picture is mirrored, and is outside`() throws {
    let chip = try read([try row("a.vrt", at: 0, [1, 2, 3, 4, 5])], -2..<7)
    #expect(chip.chip.pixels == [2, 1, 1, 2, 3, 4, 5, 5, 4])
    #expect(chip.chip.validity.pixels == [1, 1, 1, 1, 1, 1, 1, 1, 1])
    #expect(chip.coverage == [0, 0, 1, 1, 1, 1, 1, 0, 0])
  }

  @Test func `a scene narrower than the halo is mirrored again and again`() throws {
    let chip = try read([try row("a.vrt", at: 0, [1, 2])], -5..<6)
    #expect(chip.chip.pixels == [1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2])
  }

  @Test func `rows are mirrored like columns`() throws {
    let path = try folder.draw(
      "a.vrt", size: PixelSize(width: 2, height: 2), bands: [DrawnBand(bytes: [1, 2, 3, 4])],
      transform: GeoTransform(west: 0, north: 0, pixel: 1))
    let reader = ChipReader(of: try SceneSet(opening: [path]))
    let chip = try reader.read(PixelWindow(x: -1, y: -1, width: 4, height: 4)).chip
    #expect(chip.pixels == [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
  }

  @Test func `where scenes overlap the first valid one is seen`() throws {
    let first = try row("a.vrt", at: 0, [1, 0, 3], nodata: "0")
    let second = try row("b.vrt", at: 1, [20, 30, 40], nodata: "0")
    let chip = try read([first, second], 0..<4)
    #expect(chip.chip.pixels == [1, 20, 3, 40])
    #expect(chip.coverage == [1, 1, 1, 1])
  }

  @Test func `a gap between scenes is nodata for the network and outside on the ground`() throws {
    let first = try row("a.vrt", at: 0, [1, 2])
    let second = try row("b.vrt", at: 4, [5, 6])
    let chip = try read([first, second], 0..<6)
    #expect(chip.chip.validity.pixels == [1, 1, 0, 0, 1, 1])
    #expect(chip.coverage == [1, 1, 0, 0, 1, 1])
  }

  @Test func `nodata inside a scene is nodata`() throws {
    let chip = try read([try row("a.vrt", at: 0, [7, 0, 9], nodata: "0")], -1..<3)
    #expect(chip.chip.validity.pixels == [1, 1, 0, 1])
    #expect(chip.coverage == [0, 1, 2, 1])
  }

  @Test func `a scene far away changes nothing`() throws {
    let near = try row("b.vrt", at: 0, [1, 2, 3])
    let far = try row("a.vrt", at: -900, [9, 9])
    let alone = try read([near], -2..<4)
    let together = try read([far, near], -2..<4)
    #expect(alone.chip.pixels == together.chip.pixels)
    #expect(alone.chip.validity == together.chip.validity)
    #expect(alone.coverage == together.coverage)
  }

  @Test func `a chip without scenes is all outside`() throws {
    let chip = try read([try row("a.vrt", at: 0, [1, 2])], 10..<13)
    #expect(chip.chip.validity.isEmpty)
    #expect(chip.coverage == [0, 0, 0])
    #expect(!chip.holdsPicture(in: chip.chip.window))
  }

  @Test func `bytes stay bytes, and other numbers are floats`() throws {
    let window = PixelWindow(x: 0, y: 0, width: 2, height: 1)
    let place = GeoTransform(west: 0, north: 0, pixel: 1)
    let bytes = try folder.draw(
      "a.vrt", size: PixelSize(width: 2, height: 1), bands: [DrawnBand(bytes: [1, 2])],
      transform: place)
    let read = try ChipReader(of: SceneSet(opening: [bytes])).read(window)
    #expect(read.chip.samples == .bytes([1, 2]))

    // One band of two is enough.
    let mixed = try folder.draw(
      "b.vrt", size: PixelSize(width: 2, height: 1),
      bands: [DrawnBand(bytes: [1, 2]), DrawnBand(words: [300, 65535])], transform: place)
    let floats = try ChipReader(of: SceneSet(opening: [mixed])).read(window)
    #expect(floats.chip.samples == .floats([1, 2, 300, 65535]))
    let first = try ChipReader(of: SceneSet(opening: [mixed], bands: [.number(1)])).read(window)
    #expect(first.chip.samples == .bytes([1, 2]))
  }

  @Test func `bands come in the order asked for`() throws {
    let path = try folder.draw(
      "a.vrt", size: PixelSize(width: 2, height: 1),
      bands: [DrawnBand(bytes: [1, 2]), DrawnBand(bytes: [3, 4]), DrawnBand(bytes: [5, 6])],
      transform: GeoTransform(west: 0, north: 0, pixel: 1))
    let scenes = try SceneSet(opening: [path], bands: [.number(3), .number(1)])
    let reader = ChipReader(of: scenes)
    let chip = try reader.read(PixelWindow(x: 0, y: 0, width: 3, height: 1)).chip
    #expect(chip.pixels == [5, 6, 6, 1, 2, 2])
  }

  @Test func `more scenes than may be open are read all the same`() throws {
    let paths = try (0..<5).map { try row("\($0).vrt", at: $0, [UInt8($0 + 1)]) }
    let reader = ChipReader(of: try SceneSet(opening: paths), openLimit: 2)
    for _ in 0..<2 {
      let chip = try reader.read(PixelWindow(x: 0, y: 0, width: 5, height: 1)).chip
      #expect(chip.pixels == [1, 2, 3, 4, 5])
    }
  }

  @Test func `a scene that vanished after planning is an error`() throws {
    let path = try row("a.vrt", at: 0, [1, 2])
    let reader = ChipReader(of: try SceneSet(opening: [path]))
    try folder.remove("a.vrt")
    #expect(throws: TilingError.self) {
      try reader.read(PixelWindow(x: 0, y: 0, width: 2, height: 1))
    }
  }
}
