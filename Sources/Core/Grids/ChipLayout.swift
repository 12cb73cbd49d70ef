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
///
/// Where only a part of a core is wanted, a chip may be trimmed to it: ``trimmed(_:to:)``.
public struct ChipLayout: Hashable, Sendable, Codable {
  /// The side of the square a network sees, in pixels.
  public let chip: Int
  /// What cores are multiples of, and what they are trimmed by, in pixels: the strides of usual
  /// networks divide it.
  public static let grain = 64

  /// The context read around a core and not kept, in pixels per side.
  public let halo: Int

  /// The side of the square that is kept, and the stride between chips, in pixels.
  public var core: Int { chip - 2 * halo }

  /// Cuts chips of `chip` px with a halo of `halo` px per side.
  ///
  /// - Throws: ``GridError/haloLeavesNoCore(chip:halo:)`` unless the core is a positive multiple
  ///   of 64 px, which keeps chip origins on the strides of every usual network.
  public init(chip: Int, halo: Int) throws(GridError) {
    guard halo >= 0, chip > 2 * halo, (chip - 2 * halo) % Self.grain == 0 else {
      throw .haloLeavesNoCore(chip: chip, halo: halo)
    }
    self.chip = chip
    self.halo = halo
  }

  /// The largest lawful halo that is at least `wanted`, for a network that only takes `chip` px.
  ///
  /// - Throws: ``GridError/haloLeavesNoCore(chip:halo:)`` when no core of 64 px is left.
  public static func fixed(chip: Int, haloAtLeast wanted: Int) throws(GridError) -> ChipLayout {
    let core = (chip - 2 * wanted) / grain * grain
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

  /// The smallest part of a core that holds all that is wanted of it and begins and ends whole
  /// ``grain``s from its corner; with the halo around it, it is all that a network need see.
  ///
  /// - Parameters:
  ///   - core: A chip's core, anywhere.
  ///   - box: What is wanted; not empty, and inside the core.
  public static func trimmed(_ core: PixelWindow, to box: PixelWindow) -> PixelWindow {
    let left = (box.x - core.x) / grain * grain
    let top = (box.y - core.y) / grain * grain
    return PixelWindow(
      x: core.x + left, y: core.y + top,
      width: (box.maxX - core.x + grain - 1) / grain * grain - left,
      height: (box.maxY - core.y + grain - 1) / grain * grain - top)
  }
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
