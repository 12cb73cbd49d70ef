/// What can be wrong with the cut of a picture into chips and shards.
public enum GridError: Error, Hashable, Sendable {
  /// A halo of this size leaves nothing of the chip, or not a multiple of 64 px.
  case haloLeavesNoCore(chip: Int, halo: Int)
  /// Shards of this side would split a core, or be too large.
  case shardCannotBe(side: Int, core: Int)
  /// Two scenes do not share one pixel lattice.
  case notOnGrid(reason: String)
}

extension GridError: CustomStringConvertible {
  /// What could not be done, the cause, and what to do next.
  public var description: String {
    switch self {
    case .haloLeavesNoCore(let chip, let halo):
      """
      a halo of \(halo) px on each side does not suit a \(chip) px chip
        the core, chip − 2 × halo = \(chip - 2 * halo) px, must be a positive multiple of 64
        try `chip_px: 1024` with `halo_px: 64`, or `chip_px: 512` with `halo_px: 64`
      """
    case .shardCannotBe(let side, let core):
      """
      shards cannot be \(side) px wide
        a side must be a multiple of the chips' core, \(core) px, and at most \
      \(ShardLayout.largestSide) px
        try `shard_px: \(ShardLayout.side(near: side, core: core))`, or leave it out
      """
    case .notOnGrid(let reason):
      """
      the scenes do not share one pixel grid
        \(reason)
        put them on one grid first, for example with `gdalbuildvrt` or `gdalwarp -tap`
      """
    }
  }
}
