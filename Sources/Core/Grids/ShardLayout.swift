/// How cores are gathered into shards: squares that one worker does in one go.
///
/// Like cores, shards tile the whole plane from the lattice's origin. A side is a multiple of the
/// core, so that no chip is inferred twice, and of the output's 512 px block, so that each block
/// has one writer.
public struct ShardLayout: Hashable, Sendable, Codable {
  /// The side of an output block, in pixels.
  public static let block = 512
  /// The largest side of a shard, in pixels.
  public static let largestSide = 16_384

  /// How the chips of a shard are cut.
  public let chips: ChipLayout
  /// The side of a shard, in pixels.
  public let side: Int

  /// Gathers chips into shards of `side` px.
  ///
  /// - Throws: ``GridError/shardCannotBe(side:core:smallest:)`` unless `side` is a multiple of
  ///   ``smallestSide(for:)`` and at most ``largestSide``.
  public init(chips: ChipLayout, side: Int) throws(GridError) {
    let smallest = try Self.smallestSide(for: chips)
    guard side > 0, side % smallest == 0, side <= Self.largestSide else {
      throw .shardCannotBe(side: side, core: chips.core, smallest: smallest)
    }
    self.chips = chips
    self.side = side
  }

  /// The least side a shard of these chips can have: lcm(core, 512).
  ///
  /// - Throws: ``GridError/noShardFits(core:suggestions:)`` when that exceeds ``largestSide``.
  public static func smallestSide(for chips: ChipLayout) throws(GridError) -> Int {
    let side = leastCommonMultiple(chips.core, block)
    guard side <= largestSide else {
      let core = max(256, chips.core / 256 * 256)
      throw .noShardFits(
        core: chips.core,
        suggestions: [
          "`chip_px: \(core + 2 * chips.halo)` with `halo_px: \(chips.halo)`",
          "`chip_px: 1024` with `halo_px: 64`",
        ])
    }
    return side
  }

  /// A side that makes shards of at least sixteen chips, and fewer than 100,000 of them.
  public static func suggestedSide(for chips: ChipLayout, covering window: PixelWindow)
    throws(GridError) -> Int
  {
    let smallest = try smallestSide(for: chips)
    var side = smallest
    while side + smallest <= largestSide {
      let perShard = (side / chips.core) * (side / chips.core)
      let shards = window.area / (side * side)
      if perShard >= 16 && shards < 100_000 { break }
      side += smallest
    }
    return side
  }

  /// The pixels of a shard, on the lattice.
  public func window(of shard: ShardIndex) -> PixelWindow {
    PixelWindow(x: shard.column * side, y: shard.row * side, width: side, height: side)
  }

  /// The shards that meet a window, row by row from the north-west.
  public func shards(meeting window: PixelWindow) -> [ShardIndex] {
    guard !window.isEmpty else { return [] }
    let columns = floorDivide(window.x, side)...floorDivide(window.maxX - 1, side)
    let rows = floorDivide(window.y, side)...floorDivide(window.maxY - 1, side)
    return rows.flatMap { row in columns.map { ShardIndex(column: $0, row: row) } }
  }

  /// The chips of a shard, row by row from the north-west.
  public func chips(of shard: ShardIndex) -> [ChipIndex] {
    let count = side / chips.core
    return (0..<count * count).map { index in
      ChipIndex(
        column: shard.column * count + index % count, row: shard.row * count + index / count)
    }
  }
}

/// Which shard of the plane, by column and row; either may be negative.
public struct ShardIndex: Hashable, Sendable, Codable {
  /// Shards east of the lattice's origin.
  public var column: Int
  /// Shards below the lattice's origin.
  public var row: Int

  /// Names the shard in this column and row.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

extension ShardIndex: CustomStringConvertible {
  /// The value in words.
  public var description: String { "shard (\(column), \(row))" }
}

/// The quotient rounded towards minus infinity, so that the plane has no seam at zero.
package func floorDivide(_ value: Int, _ divisor: Int) -> Int {
  let quotient = value / divisor
  return value % divisor != 0 && (value < 0) != (divisor < 0) ? quotient - 1 : quotient
}

func leastCommonMultiple(_ first: Int, _ second: Int) -> Int {
  var (large, small) = (first, second)
  while small != 0 { (large, small) = (small, large % small) }
  return first / large * second
}
