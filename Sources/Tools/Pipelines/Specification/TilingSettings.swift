import Grids

/// `tiling:` — how the plane is cut into chips.
public struct TilingSettings: Hashable, Sendable {
  /// The side of the square the network sees, in pixels; nil asks the model.
  public var chip: Int?
  /// The context read around a core and not kept, in pixels per side; nil asks the model.
  public var halo: Int?

  /// How far beyond its core the answer about a chip is blended into those about its neighbours, in
  /// pixels per side; 0 for not at all.
  public var blend: Int

  /// Makes settings; what is left out has its default.
  public init(chip: Int? = nil, halo: Int? = nil, blend: Int = 0) {
    self.chip = chip
    self.halo = halo
    self.blend = blend
  }
}

extension TilingSettings: Section {
  static let title = "tiling"
  static var fields: [Field<TilingSettings>] {
    [
      Field("chip_px", \.chip, .optional("auto", .whole(64...16_384)), example: "1024"),
      Field("halo_px", \.halo, .optional("auto", .whole(0...8_160)), example: "64"),
      Field("blend_px", \.blend, .whole(0...1_024), example: "32"),
    ]
  }

  static var defaults: TilingSettings { TilingSettings() }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    guard let chip, let halo else { return nil }
    do throws(GridError) {
      _ = try ChipLayout(chip: chip, halo: halo)
      return nil
    } catch {
      return .contradiction(at: position("halo_px"), words: error)
    }
  }
}

extension SpecificationError {
  /// A contradiction in the three lines of another error.
  static func contradiction(at position: TextPosition, words: GridError) -> SpecificationError {
    let lines = words.description.split(separator: "\n").map { $0.drop { $0 == " " } }
    return .contradiction(
      at: position, statement: String(lines[0]), reason: String(lines[1]),
      remedy: lines.dropFirst(2).joined(separator: " "))
  }
}
