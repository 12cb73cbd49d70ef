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

  @Test func `a shard's side meets cores and blocks`() throws {
    #expect(try ShardLayout.smallestSide(for: ChipLayout(chip: 1024, halo: 64)) == 3584)
    #expect(try ShardLayout.smallestSide(for: ChipLayout(chip: 512, halo: 64)) == 1536)
    let window = PixelWindow(x: 0, y: 0, width: 5000, height: 5000)
    #expect(
      try ShardLayout.suggestedSide(for: ChipLayout(chip: 512, halo: 64), covering: window) == 1536)
  }

  @Test func `a country gets shards large enough to be counted`() throws {
    let window = PixelWindow(x: 0, y: 0, width: 2_000_000, height: 2_000_000)
    let chips = try ChipLayout(chip: 512, halo: 64)
    let side = try ShardLayout.suggestedSide(for: chips, covering: window)
    #expect(window.area / (side * side) < 100_000 && side % 1536 == 0)
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
          a side must be a multiple of 1536 px (cores of 384 px, blocks of 512 px) and at most \
        16384 px
          try `shard_px: 1536`, or leave it out
        """)
  }

  @Test func `a core that never meets the blocks is refused, naming chips that do`() throws {
    // GridError.noShardFits
    let chips = try ChipLayout(chip: 4224, halo: 32)
    let error = #expect(throws: GridError.self) { _ = try ShardLayout.smallestSide(for: chips) }
    #expect(
      error.map(String.init(describing:)) == """
        no shard can be cut from cores of 4160 px
          cores and 512 px blocks meet again only beyond 16384 px
          try `chip_px: 4160` with `halo_px: 32`, or `chip_px: 1024` with `halo_px: 64`
        """)
  }
}
