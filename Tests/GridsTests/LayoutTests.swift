import Grids
import Testing

@Suite struct `The cut into chips and shards` {
  @Test func `a chip is its core plus a halo on each side`() throws {
    let layout = try ChipLayout(chip: 1024, halo: 64)
    let chip = ChipIndex(column: -1, row: 2)

    #expect(layout.core == 896)
    #expect(layout.core(of: chip) == PixelWindow(x: -896, y: 1792, width: 896, height: 896))
    #expect(layout.window(of: chip) == PixelWindow(x: -960, y: 1728, width: 1024, height: 1024))
  }

  @Test(arguments: [(512, 64, 384), (224, 64, 64), (256, 64, 128), (1000, 64, 832)])
  func `a network of fixed size gets the largest lawful core`(chip: Int, halo: Int, core: Int)
    throws
  {
    let layout = try ChipLayout.fixed(chip: chip, haloAtLeast: halo)
    #expect(layout.core == core && layout.halo >= halo && layout.chip == chip)
  }

  @Test func `a core is trimmed to whole grains around what is wanted of it`() {
    let core = PixelWindow(x: -896, y: 1792, width: 896, height: 896)
    func trimmed(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> PixelWindow {
      ChipLayout.trimmed(core, to: PixelWindow(x: x, y: y, width: width, height: height))
    }
    #expect(trimmed(-896, 1792, 896, 896) == core)
    #expect(trimmed(-896, 1792, 1, 1) == PixelWindow(x: -896, y: 1792, width: 64, height: 64))
    #expect(trimmed(-1, 2687, 1, 1) == PixelWindow(x: -64, y: 2624, width: 64, height: 64))
    #expect(trimmed(-833, 1855, 2, 2) == PixelWindow(x: -896, y: 1792, width: 128, height: 128))
    #expect(trimmed(-832, 1856, 64, 65) == PixelWindow(x: -832, y: 1856, width: 64, height: 128))
  }

  @Test func `every pixel around zero belongs to one chip of one shard`() throws {
    let layout = try ShardLayout(chips: ChipLayout(chip: 192, halo: 32), side: 512)
    let window = PixelWindow(x: -700, y: -300, width: 1500, height: 900)
    var owners = [Int](repeating: 0, count: window.area)
    for shard in layout.shards(meeting: window) {
      for chip in layout.chips(of: shard) {
        let core = layout.chips.core(of: chip)
        #expect(layout.window(of: shard).contains(core))
        let seen = core.intersection(window)
        for y in seen.y..<seen.maxY {
          for x in seen.x..<seen.maxX { owners[(y - window.y) * window.width + x - window.x] += 1 }
        }
      }
    }
    #expect(owners.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [(3000, 1792), (12_000, 1792), (20_000, 1792), (30_000, 3584), (900_000, 3584)])
  func `a small region gets small shards, so that no worker waits for long`(extent: Int, side: Int)
    throws
  {
    let chips = try ChipLayout(chip: 1024, halo: 64)
    #expect(ShardLayout.suggestedSide(for: chips, covering: extent * extent) == side)
    #expect(try ShardLayout(chips: chips, side: side).side == side)
  }

  @Test func `a country gets shards large enough to be counted`() throws {
    let pixels = 2_000_000 * 2_000_000
    let chips = try ChipLayout(chip: 512, halo: 64)
    let side = ShardLayout.suggestedSide(for: chips, covering: pixels)
    #expect(side == 32 * 384)
  }

  @Test(arguments: [64, 9000, 16_384])
  func `chips of any size make shards`(core: Int) throws {
    let chips = try ChipLayout(chip: core / 64 * 64, halo: 0)
    for extent in [1, 100_000, 10_000_000] {
      let side = ShardLayout.suggestedSide(for: chips, covering: extent * extent)
      #expect(try ShardLayout(chips: chips, side: side).side <= ShardLayout.largestSide)
    }
  }

  @Test func `a halo that leaves no core is refused, with a way out`() {
    let error = #expect(throws: GridError.self) { _ = try ChipLayout(chip: 256, halo: 128) }
    #expect(
      error.map(String.init(describing:)) == """
        a halo of 128 px on each side does not suit a 256 px chip
          the core, chip − 2 × halo = 0 px, must be a positive multiple of 64
          try `chip_px: 1024` with `halo_px: 64`, or `chip_px: 512` with `halo_px: 64`
        """)
  }

  @Test func `a side that splits a core is refused, with one that does not`() throws {
    // GridError.shardCannotBe
    let chips = try ChipLayout(chip: 512, halo: 64)
    let error = #expect(throws: GridError.self) { _ = try ShardLayout(chips: chips, side: 1024) }
    #expect(
      error.map(String.init(describing:)) == """
        shards cannot be 1024 px wide
          a side must be a multiple of the chips' core, 384 px, and at most 16384 px
          try `shard_px: 768`, or leave it out
        """)
  }
}
