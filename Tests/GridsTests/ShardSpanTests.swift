import Grids
import Testing

@Suite struct `A span of shards` {
  let layout: ShardLayout
  let window = PixelWindow(x: -700, y: -300, width: 2500, height: 1900)

  init() throws { layout = try ShardLayout(chips: ChipLayout(chip: 192, halo: 32), side: 512) }

  @Test func `numbers the shards that meet its window`() {
    let span = ShardSpan(layout, meeting: window)
    let list = layout.shards(meeting: window)

    #expect(span.count == list.count)
    #expect((0..<span.count).map { span[$0] } == list)
  }

  @Test func `finds those that meet a part by arithmetic as by looking at each`() {
    let span = ShardSpan(layout, meeting: window)
    for part in [
      PixelWindow(x: -512, y: 0, width: 1, height: 1),
      PixelWindow(x: -513, y: -1, width: 2, height: 2),
      PixelWindow(x: 100, y: 100, width: 900, height: 10),
      PixelWindow(x: -9000, y: -9000, width: 90_000, height: 90_000),
    ] {
      let expected = (0..<span.count).filter { span.window(of: $0).intersects(part) }
      #expect(span.numbers(meeting: part) == expected)
    }
  }

  @Test func `is empty for nothing, and for what lies beyond it`() {
    let span = ShardSpan(layout, meeting: window)

    #expect(ShardSpan(layout, meeting: PixelWindow(x: 5, y: 5, width: 0, height: 9)).count == 0)
    #expect(span.numbers(meeting: PixelWindow(x: 9000, y: 0, width: 5, height: 5)).isEmpty)
  }

  @Test func `of a country is as small as any`() {
    let country = PixelWindow(x: 0, y: 0, width: 2_000_000, height: 2_000_000)
    let span = ShardSpan(layout, meeting: country)

    #expect(span.count == 3907 * 3907)
    #expect(span[span.count - 1] == ShardIndex(column: 3906, row: 3906))
  }
}
