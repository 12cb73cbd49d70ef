import Grids
import Testing

@testable import Mosaicking

@Suite struct `The sheets of a map` {
  func shards(_ side: Int) throws -> ShardLayout {
    try ShardLayout(chips: ChipLayout(chip: 1024, halo: 64), side: side)
  }

  @Test func `are one up to 28672 px a side`() throws {
    let window = PixelWindow(x: -5000, y: 123, width: 28_672, height: 28_672)
    let layout = MosaicLayout(window: window, shards: try shards(3584))
    #expect(layout.sheets == [MosaicSheet(window: window, row: nil, column: nil)])
    #expect(layout.sheets[0].suffix == "")
  }

  @Test func `are a grid beyond`() throws {
    let window = PixelWindow(x: -5000, y: 123, width: 28_673, height: 1000)
    let layout = MosaicLayout(window: window, shards: try shards(3584))
    #expect(layout.sheets.map(\.suffix) == ["_r0c0", "_r0c1"])
    #expect(
      layout.sheets.map(\.window) == [
        PixelWindow(x: -5000, y: 123, width: 5000, height: 1000),
        PixelWindow(x: 0, y: 123, width: 23_673, height: 1000),
      ])
  }

  @Test(arguments: [3584, 7168, 10_752])
  func `hold every pixel once and cut no shard`(_ side: Int) throws {
    let window = PixelWindow(x: -40_000, y: -1234, width: 100_001, height: 60_000)
    let sheets = MosaicLayout(window: window, shards: try shards(side)).sheets
    #expect(sheets.reduce(0) { $0 + $1.window.area } == window.area)
    #expect(
      sheets.reduce(PixelWindow(x: 0, y: 0, width: 0, height: 0)) { $0.union($1.window) } == window)
    for sheet in sheets {
      #expect(max(sheet.window.width, sheet.window.height) <= MosaicLayout.largestSide)
      #expect(sheet.window.x == window.x || sheet.window.x % side == 0)
      #expect(sheet.window.y == window.y || sheet.window.y % side == 0)
    }
  }

  @Test func `lie on the same edges for a neighbouring run`() throws {
    let first = PixelWindow(x: 0, y: 0, width: 60_000, height: 100)
    let second = PixelWindow(x: 10_000, y: 0, width: 60_000, height: 100)
    let edges = try [first, second].map { window in
      Set(MosaicLayout(window: window, shards: try shards(3584)).sheets.dropFirst().map(\.window.x))
    }
    #expect(edges[0] == [28_672, 57_344] && edges[1] == edges[0])
  }

  @Test func `are none where there is nothing`() throws {
    let window = PixelWindow(x: 5, y: 5, width: 0, height: 10)
    #expect(MosaicLayout(window: window, shards: try shards(3584)).sheets.isEmpty)
  }
}
