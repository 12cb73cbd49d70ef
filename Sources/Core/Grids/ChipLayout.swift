/// How a picture is cut into chips: cores that tile the plane once, each read with a halo.
///
/// ```
///          chip (what the network sees)
///        ┌───────────────────────────┐
///        │  halo                     │      chip = core + 2 × halo
///        │    ┌─────────────────┐    │      stride = core
///        │    │      core       │    │
///        │    │ (what is kept)  │    │
///        │    └─────────────────┘    │
///        └───────────────────────────┘
/// ```
///
/// The cut is of the whole plane and not of one picture: core (0, 0) begins at the lattice's
/// origin and indices may be negative. Every pixel belongs to exactly one core, so no two workers
/// write the same pixel. A halo of at least the network's receptive radius makes the map equal to
/// one inference over the whole picture (Huang et al. 2018, arXiv:1805.12219).
public struct ChipLayout: Hashable, Sendable, Codable {
  /// The side of the square a network sees, in pixels.
  public let chip: Int
  /// The context read around a core and not kept, in pixels per side.
  public let halo: Int

  /// The side of the square that is kept, and the stride between chips, in pixels.
  public var core: Int { chip - 2 * halo }

  /// Cuts chips of `chip` px with a halo of `halo` px per side.
  ///
  /// - Throws: ``GridError/haloLeavesNoCore(chip:halo:)`` unless the core is a positive multiple
  ///   of 64 px, which keeps chip origins on the strides of every usual network.
  public init(chip: Int, halo: Int) throws(GridError) {
    guard halo >= 0, chip > 2 * halo, (chip - 2 * halo) % 64 == 0 else {
      throw .haloLeavesNoCore(chip: chip, halo: halo)
    }
    self.chip = chip
    self.halo = halo
  }

  /// The largest lawful halo that is at least `wanted`, for a network that only takes `chip` px.
  ///
  /// - Throws: ``GridError/haloLeavesNoCore(chip:halo:)`` when no core of 64 px is left.
  public static func fixed(chip: Int, haloAtLeast wanted: Int) throws(GridError) -> ChipLayout {
    let core = (chip - 2 * wanted) / 64 * 64
    guard core > 0, (chip - core) % 2 == 0 else {
      throw .haloLeavesNoCore(chip: chip, halo: wanted)
    }
    return try ChipLayout(chip: chip, halo: (chip - core) / 2)
  }

  /// What a chip keeps, on the lattice.
  public func core(of chip: ChipIndex) -> PixelWindow {
    PixelWindow(x: chip.column * core, y: chip.row * core, width: core, height: core)
  }

  /// What a chip sees, on the lattice: its core and the halo around it.
  public func window(of chip: ChipIndex) -> PixelWindow { core(of: chip).outset(by: halo) }
}

/// Which chip of the plane, by column and row of its core; either may be negative.
public struct ChipIndex: Hashable, Sendable, Codable {
  /// Cores east of the lattice's origin.
  public var column: Int
  /// Cores below the lattice's origin.
  public var row: Int

  /// Names the chip in this column and row.
  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}
