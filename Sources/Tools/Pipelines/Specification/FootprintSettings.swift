public import Footprints

/// An outline layer of `footprints:` — which areas are drawn around, and how they are written.
public struct FootprintSettings: Hashable, Sendable {
  /// The form of an outline.
  public enum Outline: String, CaseIterable, Hashable, Sendable {
    /// Straight walls and right angles where the building has them.
    case squared
    /// The contour without its small bends.
    case simplified
    /// The contour itself.
    case raw
  }

  /// The formats that are written where a pipeline names none.
  public static let usualFormats: [FootprintFormat] = [.geoPackage, .flatGeobuf, .geoJSONSequence]
  /// The layer's name where a pipeline names none.
  public static let usualLayer = "footprints"

  /// The layer's name: its files end in it.
  public var layer: String
  /// The classes that are traced as one; nil takes `building`, or the only class that is not
  /// background.
  public var classes: [String]?
  /// From which probability on a pixel belongs to an outline, 0…1; nil asks the model, then 0.5.
  public var threshold: Double?
  /// The confidence below which an outline is left out, 0…1: the mean probability of its pixels.
  public var leastConfidence: Double
  /// The area below which an outline is left out, in m² on the ellipsoid.
  public var smallest: Double
  /// The form of an outline.
  public var outline: Outline
  /// The largest object expected, in metres: what is looked at around a shard to begin with.
  public var largest: Double
  /// The attributes, by whose names.
  public var schema: FootprintSchema
  /// The files to write.
  public var write: [FootprintFormat]

  /// Makes settings; what is left out has its default.
  public init(
    layer: String = Self.usualLayer, classes: [String]? = nil, threshold: Double? = nil,
    leastConfidence: Double = 0, smallest: Double = 8, outline: Outline = .squared,
    largest: Double = 100, schema: FootprintSchema = .mapwright,
    write: [FootprintFormat] = Self.usualFormats
  ) {
    self.layer = layer
    self.classes = classes
    self.threshold = threshold
    self.leastConfidence = leastConfidence
    self.smallest = smallest
    self.outline = outline
    self.largest = largest
    self.schema = schema
    self.write = write
  }
}

extension FootprintSettings: LayerSection {
  static let kind = LayerKind.outline
  static var fields: [Field<FootprintSettings>] {
    [
      Field("layer", \.layer, .fileName, example: "buildings"),
      Field("trace", \.trace, .word, example: "outline"),
      Field("class", \.classes, .optional("auto", .names), example: "building"),
      Field("threshold", \.threshold, .optional("auto", .threshold), example: "0.5"),
      Field(
        "least_confidence", \.leastConfidence,
        .number("a confidence from 0 to 1") { (0...1).contains($0) }, example: "0.65"),
      Field(
        "smallest_m2", \.smallest, .number("an area in m², 0 or above") { $0 >= 0 }, example: "8"),
      Field("outline", \.outline, .word, example: "squared"),
      Field("largest_m", \.largest, .positive, example: "100"),
      Field("schema", \.schema, .word, example: "mapwright"),
      Field("write", \.write, .list(of: .word), example: "[gpkg, fgb, geojsonl]"),
    ]
  }

  static var defaults: FootprintSettings { FootprintSettings() }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    repetition(at: position)
  }
}
