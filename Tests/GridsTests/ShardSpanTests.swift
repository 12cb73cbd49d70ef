import Foundation
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

  @Test func `numbers only what it is told of, square by square`() throws {
    let far = PixelWindow(x: -2048, y: -1024, width: 8192, height: 4096)
    let stretches = [
      ShardSpan.Stretch(row: 1, columns: 0..<2), .init(row: -2, columns: -4..<3),
      .init(row: 1, columns: 1..<5), .init(row: 9, columns: 0..<1),
    ]
    let span = ShardSpan(layout, of: stretches, meeting: far, squareSide: 2)

    let list = (0..<span.count).map { span[$0] }
    #expect(
      list.map { [$0.row, $0.column] } == [
        [-2, -4], [-2, -3], [-2, -2], [-2, -1], [-2, 0], [-2, 1], [-2, 2], [1, 0], [1, 1], [1, 2],
        [1, 3], [1, 4],
      ])
    #expect(span.numbers(meeting: far) == Array(0..<12))
    for part in [
      PixelWindow(x: 512, y: 512, width: 1, height: 1),
      PixelWindow(x: -600, y: -600, width: 1200, height: 1300),
      PixelWindow(x: 1024, y: -1024, width: 512, height: 4096),
    ] {
      let expected = list.indices.filter { span.window(of: $0).intersects(part) }
      #expect(span.numbers(meeting: part) == expected)
    }
    #expect((0..<12).filter(span.beginsStretch) == [0, 2, 4, 6, 7, 9, 11])
    let copy = try JSONDecoder().decode(ShardSpan.self, from: JSONEncoder().encode(span))
    #expect(copy == span)
  }

  @Test func `goes through the rows of a square before the next`() {
    let plane = PixelWindow(x: 0, y: 0, width: 2048, height: 1024)
    let rows = (0..<2).map { ShardSpan.Stretch(row: $0, columns: 0..<4) }
    let span = ShardSpan(layout, of: rows, meeting: plane, squareSide: 2)

    #expect(
      (0..<8).map { [span[$0].row, span[$0].column] }
        == [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2], [0, 3], [1, 2], [1, 3]])
  }
}
