/// How cores are gathered into shards: squares that one worker does in one go.
///
/// Like cores, shards tile the whole plane from the lattice's origin. A side is a multiple of the
/// core, so that no chip is inferred twice.
public struct ShardLayout: Hashable, Sendable, Codable {
  /// The largest side of a shard, in pixels.
  public static let largestSide = 16_384

  /// How the chips of a shard are cut.
  public let chips: ChipLayout
  /// The side of a shard, in pixels.
  public let side: Int

  /// Gathers chips into shards of `side` px.
  ///
  /// - Throws: ``GridError/shardCannotBe(side:core:)`` unless `side` is a multiple of the core and at
  ///   most ``largestSide``.
  public init(chips: ChipLayout, side: Int) throws(GridError) {
    guard side > 0, side % chips.core == 0, side <= Self.largestSide else {
      throw .shardCannotBe(side: side, core: chips.core)
    }
    self.chips = chips
    self.side = side
  }

  /// A side for the shards of a region with so many pixels to look at.
  ///
  /// Sixteen chips a shard, so that beginning and recording one costs little beside its chips; more
  /// where there would be 100,000 shards and more; and four where there would be fewer than 64, since in
  /// a small region workers wait at the end for whoever has the last shard. Sides double, so that whole
  /// shards make up a sheet of the map.
  public static func suggestedSide(for chips: ChipLayout, covering pixels: Int) -> Int {
    func count(_ chipsAcross: Int) -> Int {
      pixels / (chipsAcross * chips.core * chipsAcross * chips.core)
    }
    var chipsAcross = count(4) < 64 ? 2 : 4
    while count(chipsAcross) >= 100_000, 2 * chipsAcross * chips.core <= largestSide {
      chipsAcross *= 2
    }
    return min(chipsAcross * chips.core, largestSide / chips.core * chips.core)
  }

  /// The side nearest to one that cannot be.
  static func side(near side: Int, core: Int) -> Int {
    max(1, min(side, largestSide) / core) * core
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
