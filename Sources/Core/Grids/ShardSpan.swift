/// The shards that meet a window, numbered row by row from the north-west.
///
/// It holds four numbers however many shards there are; everything else is arithmetic.
public struct ShardSpan: Hashable, Sendable {
  private let layout: ShardLayout
  private let window: PixelWindow
  private let firstColumn: Int
  private let firstRow: Int
  private let columns: Int
  private let rows: Int

  /// Spans the shards that share a pixel with `window`.
  public init(_ layout: ShardLayout, meeting window: PixelWindow) {
    self.layout = layout
    self.window = window
    firstColumn = floorDivide(window.x, layout.side)
    firstRow = floorDivide(window.y, layout.side)
    columns = window.isEmpty ? 0 : floorDivide(window.maxX - 1, layout.side) - firstColumn + 1
    rows = window.isEmpty ? 0 : floorDivide(window.maxY - 1, layout.side) - firstRow + 1
  }

  /// The number of shards.
  public var count: Int { columns * rows }

  /// The shard with a number, from 0.
  ///
  /// - Precondition: `number` is in `0..<count`.
  public subscript(number: Int) -> ShardIndex {
    precondition(number >= 0 && number < count)
    return ShardIndex(column: firstColumn + number % columns, row: firstRow + number / columns)
  }

  /// The pixels of a shard that lie in the window.
  ///
  /// - Precondition: `number` is in `0..<count`.
  public func window(of number: Int) -> PixelWindow {
    layout.window(of: self[number]).intersection(window)
  }

  /// The numbers of the shards that share a pixel with a part of the window, in order.
  ///
  /// - Complexity: O(shards found).
  public func numbers(meeting part: PixelWindow) -> [Int] {
    let found = ShardSpan(layout, meeting: part.intersection(window))
    return (0..<found.count).map { number in
      let shard = found[number]
      return (shard.row - firstRow) * columns + shard.column - firstColumn
    }
  }
}
