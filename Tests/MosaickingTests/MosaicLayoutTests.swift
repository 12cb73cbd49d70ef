import Foundation
import Grids
import Testing

@testable import Mosaicking

@Suite struct `The sheets of a map` {
  let chips: ChipLayout

  init() throws { chips = try ChipLayout(chip: 1024, halo: 64) }

  func layout(_ window: PixelWindow) -> MosaicLayout {
    MosaicLayout(window: window, chips: chips, pictures: [window])
  }

  @Test func `are one up to 28672 px a side`() {
    let window = PixelWindow(x: -5000, y: 123, width: 28_672, height: 28_672)
    #expect(layout(window).sheets == [MosaicSheet(window: window, row: nil, column: nil)])
    #expect(layout(window).sheets[0].suffix == "")
  }

  @Test func `are a grid beyond`() {
    let sheets = layout(PixelWindow(x: -5000, y: 123, width: 28_673, height: 1000)).sheets
    #expect(sheets.map(\.suffix) == ["_r0c0", "_r0c1"])
    #expect(
      sheets.map(\.window) == [
        PixelWindow(x: -5000, y: 123, width: 5000, height: 1000),
        PixelWindow(x: 0, y: 123, width: 23_673, height: 1000),
      ])
  }

  @Test(arguments: [(1024, 64), (512, 64), (2048, 512), (256, 32), (16_384, 64)])
  func `hold every pixel once and cut no shard of two, four or eight chips`(chip: Int, halo: Int)
    throws
  {
    let chips = try ChipLayout(chip: chip, halo: halo)
    let window = PixelWindow(x: -40_000, y: -1234, width: 100_001, height: 60_000)
    let sheets = MosaicLayout(window: window, chips: chips, pictures: [window]).sheets
    #expect(sheets.reduce(0) { $0 + $1.window.area } == window.area)
    #expect(
      sheets.reduce(PixelWindow(x: 0, y: 0, width: 0, height: 0)) { $0.union($1.window) } == window)
    let unit = chip == 16_384 ? chips.core : 8 * chips.core
    for sheet in sheets {
      #expect(max(sheet.window.width, sheet.window.height) <= MosaicLayout.largestSide)
      #expect(sheet.window.x == window.x || sheet.window.x % unit == 0)
      #expect(sheet.window.y == window.y || sheet.window.y % unit == 0)
    }
  }

  @Test func `lie on the same edges for a neighbouring run`() {
    let first = PixelWindow(x: 0, y: 0, width: 60_000, height: 100)
    let second = PixelWindow(x: 10_000, y: 0, width: 60_000, height: 100)
    let edges = [first, second].map { Set(layout($0).sheets.dropFirst().map(\.window.x)) }
    #expect(edges[0] == [28_672, 57_344] && edges[1] == edges[0])
  }

  @Test func `are none where there is nothing`() {
    #expect(layout(PixelWindow(x: 5, y: 5, width: 0, height: 10)).sheets.isEmpty)
  }

  @Test func `are two for two towns that are far apart, and no larger than these`() throws {
    let (west, east) = (
      PixelWindow(x: 1000, y: 2000, width: 4000, height: 3000),
      PixelWindow(x: 9_000_000, y: 7_000_000, width: 2500, height: 1500)
    )
    let map = MosaicLayout(
      window: west.union(east), chips: chips, pictures: [west, west, east])
    #expect(map.sheets.map(\.window) == [west, east])
    #expect(map.sheets.map(\.suffix) == ["_r0c0", "_r244c313"])
    #expect(map.numbers(meeting: map.window) == [0, 1])
    #expect(map.numbers(meeting: PixelWindow(x: 4999, y: 4999, width: 9, height: 9)) == [0])
    #expect(map.numbers(meeting: PixelWindow(x: 5000, y: 5000, width: 9, height: 9)).isEmpty)
    let copy = try JSONDecoder().decode(
      MosaicLayout.self, from: JSONEncoder().encode(map))
    #expect(copy == map)
  }

  @Test func `leave out what the region does not want`() {
    let window = PixelWindow(x: 0, y: 0, width: 80_000, height: 80_000)
    let map = MosaicLayout(window: window, chips: chips, pictures: [window]) { part in
      part.intersects(PixelWindow(x: 30_000, y: 0, width: 1, height: 1))
    }
    #expect(map.sheets.map(\.suffix) == ["_r0c1"])
  }
}
