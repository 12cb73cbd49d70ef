/// `mosaic:` — which rasters are written.
public struct MosaicSettings: Hashable, Sendable {
  /// A kind of raster.
  public enum Layer: String, CaseIterable, Hashable, Sendable {
    /// The most probable class of each pixel.
    case classes = "class"
    /// How probable a class is, one raster for each of ``MosaicSettings/probabilities``.
    case probability
    /// What became of each pixel: mapped, nodata, outside, set aside.
    case coverage
    /// Which scene shows each pixel.
    case provenance

    /// Those that are written unless others are named.
    public static let usual: [Layer] = [.classes, .probability, .coverage]
  }

  /// How blocks are compressed; all lose nothing.
  public enum Compression: String, CaseIterable, Hashable, Sendable {
    /// Read by everything.
    case deflate
    /// Smaller and faster, for GDAL 2.3 and later.
    case zstd
    /// Limited Error Raster Compression, with no error: for programs of Esri's.
    case lerc
  }

  /// The rasters to write.
  public var layers: [Layer]
  /// The classes whose probability is written; nil means all but the background.
  public var probabilities: [String]?
  /// How blocks are compressed.
  public var compression: Compression
  /// How many different probabilities are written, from 0 to 1; nil means all steps of 1/200.
  public var probabilityLevels: Int?
  /// Whether the shards' parts outlive the mosaic that was made of them.
  public var keepParts: Bool
  /// Whether a small PNG of the map is drawn.
  public var preview: Bool

  /// Makes settings; what is left out has its default.
  public init(
    layers: [Layer] = Layer.usual, probabilities: [String]? = nil,
    compression: Compression = .deflate, probabilityLevels: Int? = nil, keepParts: Bool = false,
    preview: Bool = true
  ) {
    self.layers = layers
    self.probabilities = probabilities
    self.compression = compression
    self.probabilityLevels = probabilityLevels
    self.keepParts = keepParts
    self.preview = preview
  }
}

extension MosaicSettings: Section {
  static let title = "mosaic"
  static var fields: [Field<MosaicSettings>] {
    [
      Field("layers", \.layers, .list(of: .word), example: "[class, probability, coverage]"),
      Field(
        "probabilities", \.probabilities, .optional("auto", .list(of: .text, orNothing: true)),
        example: "[building]"),
      Field("compression", \.compression, .word, example: "deflate"),
      Field(
        "probability_levels", \.probabilityLevels, .optional("all", .whole(2...201)),
        example: "16"),
      Field("keep_parts", \.keepParts, .flag, example: "false"),
      Field("preview", \.preview, .flag, example: "true"),
    ]
  }

  static var defaults: MosaicSettings { MosaicSettings() }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    let twice: (key: String, word: String)? =
      firstRepeated(layers).map { ("layers", $0.rawValue) }
      ?? firstRepeated(probabilities ?? []).map { ("probabilities", $0) }
    if let twice {
      return .contradiction(
        at: position(twice.key), statement: "mosaic.\(twice.key) names \(twice.word) twice",
        reason: "each raster is written once", remedy: "name it once")
    }
    guard preview, !layers.contains(.classes) else { return nil }
    return .contradiction(
      at: position("preview"), statement: "mosaic cannot draw a preview without the class layer",
      reason: "the preview shows the classes",
      remedy: "add `class` to `layers`, or write `preview: false`")
  }
}
