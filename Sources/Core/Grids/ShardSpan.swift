/// The shards of a run, numbered: square by square, in a square row by row from the north-west.
///
/// Only shards with something in them are numbered, as stretches of neighbours in a row: a country
/// takes a few numbers for each row of shards, and two towns far apart no more than two towns.
/// Numbers go through squares of several shards, the sheets of the map, so that whoever works by
/// number finishes one sheet after the other.
public struct ShardSpan: Hashable, Sendable {
  /// Shards beside each other.
  public struct Stretch: Hashable, Sendable {
    /// The row they are in.
    public var row: Int
    /// Their columns.
    public var columns: Range<Int>

    /// Names the shards in these columns of a row.
    public init(row: Int, columns: Range<Int>) {
      self.row = row
      self.columns = columns
    }
  }

  private let layout: ShardLayout
  private let window: PixelWindow
  /// The side of a square, in shards; nil where all shards lie in one.
  private let squareSide: Int?
  /// The stretches by number; none reaches beyond its square.
  private let stretches: [Stretch]
  /// The number of each stretch's first shard, and after the last the number of all.
  private let starts: [Int]

  /// Spans all shards that share a pixel with `window`.
  public init(_ layout: ShardLayout, meeting window: PixelWindow) {
    self.init(
      layout, of: Self.all(layout, meeting: window), meeting: window, squareSide: nil)
  }

  /// Spans some of the shards that share a pixel with `window`.
  ///
  /// - Parameters:
  ///   - stretches: Where they lie, in any order; shards that do not meet the window are left out.
  ///   - squareSide: So many shards along a side are numbered before any beyond them.
  /// - Complexity: O(stretches · log stretches).
  public init(
    _ layout: ShardLayout, of stretches: [Stretch], meeting window: PixelWindow, squareSide: Int?
  ) {
    self.layout = layout
    self.window = window
    self.squareSide = squareSide
    let frame = Self.frame(layout, of: window)
    let wanted = stretches.compactMap { stretch -> Stretch? in
      let columns = stretch.columns.clamped(to: frame.columns)
      guard frame.rows.contains(stretch.row), !columns.isEmpty else { return nil }
      return Stretch(row: stretch.row, columns: columns)
    }
    let joined = Self.joined(wanted)
    self.stretches =
      squareSide.map { side in
        joined.flatMap { Self.cut($0, at: side) }.sorted {
          Self.place($0.row, $0.columns.lowerBound, side)
            < Self.place($1.row, $1.columns.lowerBound, side)
        }
      } ?? joined
    var starts = [0]
    starts.reserveCapacity(self.stretches.count + 1)
    for stretch in self.stretches {
      starts.append(starts[starts.count - 1] + stretch.columns.count)
    }
    self.starts = starts
  }

  /// The number of shards.
  public var count: Int { starts[starts.count - 1] }

  /// The shard with a number, from 0.
  ///
  /// - Precondition: `number` is in `0..<count`.
  /// - Complexity: O(log stretches).
  public subscript(number: Int) -> ShardIndex {
    precondition(number >= 0 && number < count)
    let index = Self.first(of: starts.count) { starts[$0] > number } - 1
    return ShardIndex(
      column: stretches[index].columns.lowerBound + number - starts[index],
      row: stretches[index].row)
  }

  /// Whether a shard begins a stretch: there is none before it in its row and square.
  public func beginsStretch(_ number: Int) -> Bool {
    starts[Self.first(of: starts.count) { starts[$0] >= number }] == number
  }

  /// The pixels of a shard that lie in the window.
  ///
  /// - Precondition: `number` is in `0..<count`.
  public func window(of number: Int) -> PixelWindow {
    layout.window(of: self[number]).intersection(window)
  }

  /// The numbers of the shards that share a pixel with a part of the window, in order.
  ///
  /// - Complexity: O(rows and squares of the part · log stretches + shards found).
  public func numbers(meeting part: PixelWindow) -> [Int] {
    let frame = Self.frame(layout, of: part.intersection(window))
    guard !frame.rows.isEmpty, !frame.columns.isEmpty else { return [] }
    func squares(_ range: Range<Int>) -> ClosedRange<Int> {
      guard let squareSide else { return 0...0 }
      return floorDivide(
        range.lowerBound, squareSide)...floorDivide(range.upperBound - 1, squareSide)
    }
    var numbers: [Int] = []
    for squareRow in squares(frame.rows) {
      let rows = squareSide.map { squareRow * $0..<(squareRow + 1) * $0 } ?? frame.rows
      for squareColumn in squares(frame.columns) {
        let columns = squareSide.map { squareColumn * $0..<(squareColumn + 1) * $0 }
        let wanted = columns.map(frame.columns.clamped) ?? frame.columns
        for row in rows.clamped(to: frame.rows) { collect(row, wanted, into: &numbers) }
      }
    }
    return numbers
  }

  /// Adds the numbers of a row's shards in columns of one square.
  private func collect(_ row: Int, _ columns: Range<Int>, into numbers: inout [Int]) {
    let wanted = Self.place(row, columns.lowerBound, squareSide)
    var index = Self.first(of: stretches.count) { index in
      let stretch = stretches[index]
      return wanted <= Self.place(stretch.row, stretch.columns.upperBound - 1, squareSide)
    }
    while index < stretches.count, stretches[index].row == row,
      stretches[index].columns.lowerBound < columns.upperBound
    {
      let stretch = stretches[index]
      let found = stretch.columns.clamped(to: columns)
      let first = starts[index] + found.lowerBound - stretch.columns.lowerBound
      numbers += first..<first + found.count
      index += 1
    }
  }

  // MARK: - Order

  /// A shard's place in the order of numbers.
  private struct Place: Comparable {
    let squareRow, squareColumn, row, column: Int

    static func < (a: Place, b: Place) -> Bool {
      (a.squareRow, a.squareColumn, a.row, a.column)
        < (b.squareRow, b.squareColumn, b.row, b.column)
    }
  }

  private static func place(_ row: Int, _ column: Int, _ side: Int?) -> Place {
    Place(
      squareRow: side.map { floorDivide(row, $0) } ?? 0,
      squareColumn: side.map { floorDivide(column, $0) } ?? 0, row: row, column: column)
  }

  /// The rows and columns of the shards that meet a window.
  private static func frame(
    _ layout: ShardLayout, of window: PixelWindow
  ) -> (rows: Range<Int>, columns: Range<Int>) {
    guard !window.isEmpty else { return (0..<0, 0..<0) }
    return (
      floorDivide(window.y, layout.side)..<floorDivide(window.maxY - 1, layout.side) + 1,
      floorDivide(window.x, layout.side)..<floorDivide(window.maxX - 1, layout.side) + 1
    )
  }

  private static func all(_ layout: ShardLayout, meeting window: PixelWindow) -> [Stretch] {
    let frame = frame(layout, of: window)
    return frame.rows.map { Stretch(row: $0, columns: frame.columns) }
  }

  /// Stretches row by row, with those made one that touch.
  private static func joined(_ stretches: [Stretch]) -> [Stretch] {
    var joined: [Stretch] = []
    let sorted = stretches.sorted {
      ($0.row, $0.columns.lowerBound) < ($1.row, $1.columns.lowerBound)
    }
    for stretch in sorted {
      if let last = joined.last, last.row == stretch.row,
        stretch.columns.lowerBound <= last.columns.upperBound
      {
        let end = max(last.columns.upperBound, stretch.columns.upperBound)
        joined[joined.count - 1].columns = last.columns.lowerBound..<end
      } else {
        joined.append(stretch)
      }
    }
    return joined
  }

  private static func cut(_ stretch: Stretch, at side: Int) -> [Stretch] {
    let (first, last) = (
      floorDivide(stretch.columns.lowerBound, side),
      floorDivide(stretch.columns.upperBound - 1, side)
    )
    return (first...last).map { square in
      Stretch(
        row: stretch.row,
        columns: stretch.columns.clamped(to: square * side..<(square + 1) * side))
    }
  }

  /// The first of `count` indices for which a condition holds that holds for all after it.
  private static func first(of count: Int, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension ShardSpan: Codable {
  /// Three numbers for each stretch, however squares cut it: row, first column, end.
  private enum CodingKeys: CodingKey { case shards, window, square, stretches }

  /// Reads what was written.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let numbers = try values.decode([Int].self, forKey: .stretches)
    self.init(
      try values.decode(ShardLayout.self, forKey: .shards),
      of: stride(from: 0, to: numbers.count / 3 * 3, by: 3).map { place in
        Stretch(
          row: numbers[place],
          columns: numbers[place + 1]..<max(numbers[place + 1], numbers[place + 2]))
      }, meeting: try values.decode(PixelWindow.self, forKey: .window),
      squareSide: try values.decodeIfPresent(Int.self, forKey: .square))
  }

  /// Writes it down, the shorter the more connected the shards are.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(layout, forKey: .shards)
    try values.encode(window, forKey: .window)
    try values.encodeIfPresent(squareSide, forKey: .square)
    try values.encode(
      Self.joined(stretches).flatMap { [$0.row, $0.columns.lowerBound, $0.columns.upperBound] },
      forKey: .stretches)
  }
}
