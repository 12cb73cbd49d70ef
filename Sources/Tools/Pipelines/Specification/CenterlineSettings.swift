public import Footprints

/// A centreline layer of `footprints:` — which roads are drawn, and how they are written.
public struct CenterlineSettings: Hashable, Sendable {
  /// The layer's name: its files end in it.
  public var layer: String
  /// The classes that are traced as one; nil takes `road`, and `bridge` with it where there is one.
  public var classes: [String]?
  /// From which probability on a pixel is road, 0…1; nil asks the model, then 0.5.
  public var threshold: Double?
  /// The width below which a road is left out, in metres.
  public var narrowest: Double
  /// The width above which a road is a square, whose rim is followed, in metres.
  public var widest: Double
  /// The length below which a branch, or a road by itself, is left out, in metres.
  public var spur: Double
  /// The attributes, by whose names.
  public var schema: FootprintSchema
  /// The files to write.
  public var write: [FootprintFormat]

  /// Makes settings; what is left out has its default.
  public init(
    layer: String = "roads", classes: [String]? = nil, threshold: Double? = nil,
    narrowest: Double = 1.5, widest: Double = 25, spur: Double = 10,
    schema: FootprintSchema = .mapwright,
    write: [FootprintFormat] = FootprintSettings.usualFormats
  ) {
    self.layer = layer
    self.classes = classes
    self.threshold = threshold
    self.narrowest = narrowest
    self.widest = widest
    self.spur = spur
    self.schema = schema
    self.write = write
  }
}

extension CenterlineSettings: LayerSection {
  static let kind = LayerKind.centerline
  static var fields: [Field<CenterlineSettings>] {
    [
      Field("layer", \.layer, .fileName, example: "roads"),
      Field("trace", \.trace, .word, example: "centerline"),
      Field("class", \.classes, .optional("auto", .names), example: "road"),
      Field("threshold", \.threshold, .optional("auto", .threshold), example: "0.5"),
      Field("narrowest_m", \.narrowest, .positive, example: "1.5"),
      Field("widest_m", \.widest, .positive, example: "25"),
      Field("spur_m", \.spur, .positive, example: "10"),
      Field("schema", \.schema, .word, example: "mapwright"),
      Field("write", \.write, .list(of: .word), example: "[gpkg, fgb, geojsonl]"),
    ]
  }

  static var defaults: CenterlineSettings { CenterlineSettings() }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    if let error = repetition(at: position) ?? schemaWithoutLines(at: position) { return error }
    guard narrowest >= widest else { return nil }
    return .contradiction(
      at: position("narrowest_m"), statement: "footprints.narrowest_m leaves no road",
      reason: "\(YAMLFragment.number(narrowest)) m is not below widest_m, "
        + "\(YAMLFragment.number(widest)) m",
      remedy: "make narrowest_m smaller, or widest_m larger")
  }
}
