/// `scenes: mask:` — the band that tells which pixels show the ground, and not clouds.
public struct MaskSettings: Hashable, Sendable {
  /// The band of codes: of the scene, of the file beside it, or of its STAC item.
  public var band: SceneSettings.Band
  /// The numbers of clear pixels; nil where bits tell.
  public var valid: [Int]?
  /// The bits that no clear pixel has; nil where numbers tell.
  public var clearBits: [Int]?
  /// What is replaced in a scene's path to find the file, and by what; nil where the band is in the
  /// scene.
  public var file: [String]?

  /// Makes settings; what is left out has its default.
  public init(
    band: SceneSettings.Band, valid: [Int]? = nil, clearBits: [Int]? = nil, file: [String]? = nil
  ) {
    (self.band, self.valid, self.clearBits, self.file) = (band, valid, clearBits, file)
  }
}

extension MaskSettings: Section {
  static let title = "mask"
  static var fields: [Field<MaskSettings>] {
    [
      Field("band", \.band, .band, example: "SCL", isRequired: true),
      Field(
        "valid", \.valid, .optional("none", .list(of: .whole(0...65_535))), example: "[4, 5, 6]"),
      Field(
        "clear_bits", \.clearBits, .optional("none", .list(of: .whole(0...15))),
        example: "[1, 3, 4]"),
      Field(
        "file", \.file, .optional("none", .list(of: .text)), example: "[_visual.tif, _udm2.tif]"),
    ]
  }

  static var defaults: MaskSettings { MaskSettings(band: .numbered(1)) }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    if (valid == nil) == (clearBits == nil) {
      let both = valid != nil
      return .contradiction(
        at: position(both ? "clear_bits" : "valid"),
        statement: both
          ? "scenes.mask has both valid and clear_bits" : "scenes.mask has no valid numbers",
        reason: "a pixel is clear by its number, or by bits of it that are not set",
        remedy: "write one of `valid: [4, 5, 6]` and `clear_bits: [1, 3, 4]`")
    }
    guard let file, file.count != 2 || file[0] == file[1] else { return nil }
    return .contradiction(
      at: position("file"), statement: "scenes.mask.file does not say what replaces what",
      reason: "a mask's path is its scene's, with one text put in place of another",
      remedy: "write two texts, such as `file: [_visual.tif, _udm2.tif]`")
  }
}
