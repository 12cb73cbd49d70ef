import Grids
import Tensors

/// How chips are cut, from what pipeline and model say together.
///
/// A model that takes one size only decides the chip. One that takes any size gets cores of
/// 896 px with a halo of 96 px (1.47 × the pixels of a cut without halo), or of what it sees, in steps of
/// 32 px, if that is less (decision 57). One that may see without bound gets the size it was trained on.
struct ChipResolution {
  /// The usual core, in pixels.
  private static let usualCore = 896
  /// The usual halo of models that see at least as far, in pixels.
  private static let usualHalo = 96
  /// The halo of chips whose size somebody has said, in pixels, where it is no more than an eighth of them.
  private static let smallHalo = 64

  let settings: TilingSettings
  let metadata: ModelMetadata
  let model: ModelInterface

  /// Chooses the cut.
  func layout() throws(ResolutionError) -> ChipLayout {
    let fixed = try fixedSide()
    let trained = model.receptiveRadius == nil ? metadata.tile : nil
    if let fixed, let asked = settings.chip, asked != fixed {
      throw .chipCannotBe(
        chip: asked, reason: "model '\(model.path)' takes chips of \(fixed) px only",
        remedy: "write `chip_px: \(fixed)`, or leave that key out")
    }
    guard let chip = settings.chip ?? fixed ?? trained else { return try anySize() }
    try check(chip)
    return try layout(chip: chip)
  }

  /// The only side the model takes, if it takes one only.
  private func fixedSide() throws(ResolutionError) -> Int? {
    let (height, width) = (model.input.extents[2], model.input.extents[3])
    if let height, let width, height != width {
      throw .chipCannotBe(
        chip: width,
        reason: "model '\(model.path)' takes \(width)×\(height) px, which is no square",
        remedy: "export the model again with a square input, or with free height and width")
    }
    return height ?? width
  }

  private func anySize() throws(ResolutionError) -> ChipLayout {
    let multiple = max(1, model.sizeMultiple)
    if let halo = settings.halo {
      let chip = Self.usualCore + 2 * halo
      try check(chip)
      return try cut { () throws(GridError) in try ChipLayout(chip: chip, halo: halo) }
    }
    let seen = min(model.receptiveRadius ?? Self.usualHalo, Self.usualHalo)
    let halo = max(1, (seen + 31) / 32) * 32
    // An odd multiple times an odd count leaves an odd rest, which no halo can share out evenly.
    let step = multiple % 2 == 0 ? multiple : 2 * multiple
    let chip = (Self.usualCore + 2 * halo + step - 1) / step * step
    return try layout(chip: chip, haloAtLeast: halo)
  }

  private func layout(chip: Int, haloAtLeast halo: Int? = nil) throws(ResolutionError) -> ChipLayout
  {
    if let halo = settings.halo {
      return try cut { () throws(GridError) in try ChipLayout(chip: chip, halo: halo) }
    }
    let wanted = max(halo ?? min(Self.smallHalo, chip / 8), overlap(of: chip))
    if let layout = try? ChipLayout.fixed(chip: chip, haloAtLeast: wanted) { return layout }
    let core = chip / 64 * 64
    let remedy =
      core > 0 && chip % 2 == 0
      ? "write `halo_px: \((chip - core) / 2)` and accept seams, or use a model that takes more"
      : "use a model that takes an even number of pixels, 64 or more"
    throw .chipCannotBe(
      chip: chip, reason: "with a halo of \(wanted) px on each side no core of 64 px is left",
      remedy: remedy)
  }

  /// The halo that the model's own overlap asks for.
  private func overlap(of chip: Int) -> Int {
    Int((Double(chip) * (metadata.overlapPercent ?? 0) / 200).rounded(.up))
  }

  /// The network must take the chip's size.
  private func check(_ chip: Int) throws(ResolutionError) {
    let multiple = max(1, model.sizeMultiple)
    guard chip % multiple != 0 else { return }
    let above = (chip / multiple + 1) * multiple
    throw .chipCannotBe(
      chip: chip, reason: "model '\(model.path)' takes multiples of \(multiple) px",
      remedy: "try `chip_px: \(above)`, or leave that key out")
  }

  private func cut(_ make: () throws(GridError) -> ChipLayout) throws(ResolutionError)
    -> ChipLayout
  {
    do throws(GridError) { return try make() } catch { throw .cannotCut(error) }
  }
}
