public import Footprints

/// A bridge layer of `footprints:` — where the roads of another layer cross something.
public struct BridgeSettings: Hashable, Sendable {
  /// The layer's name: its files end in it, and those of the bridges' middles in `_points` behind it.
  public var layer: String
  /// The centreline layer whose roads they are; nil takes the only one there is.
  public var roads: String?
  /// The class that is crossed; nil takes `water` where there is one.
  public var over: String?
  /// The class of bridges; nil takes `bridge` where there is one.
  public var ofClass: String?
  /// The attributes, by whose names.
  public var schema: FootprintSchema
  /// The files to write.
  public var write: [FootprintFormat]

  /// Makes settings; what is left out has its default.
  public init(
    layer: String = "bridges", roads: String? = nil, over: String? = nil, ofClass: String? = nil,
    schema: FootprintSchema = .mapwright,
    write: [FootprintFormat] = FootprintSettings.usualFormats
  ) {
    self.layer = layer
    self.roads = roads
    self.over = over
    self.ofClass = ofClass
    self.schema = schema
    self.write = write
  }
}

extension BridgeSettings: LayerSection {
  static let kind = LayerKind.bridge
  static var fields: [Field<BridgeSettings>] {
    [
      Field("layer", \.layer, .fileName, example: "bridges"),
      Field("trace", \.trace, .word, example: "bridge"),
      Field("of", \.roads, .optional("auto", .text), example: "roads"),
      Field("over", \.over, .optional("auto", .text), example: "water"),
      Field("class", \.ofClass, .optional("auto", .text), example: "bridge"),
      Field("schema", \.schema, .word, example: "mapwright"),
      Field("write", \.write, .list(of: .word), example: "[gpkg, fgb, geojsonl]"),
    ]
  }

  static var defaults: BridgeSettings { BridgeSettings() }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    repetition(at: position) ?? schemaWithoutLines(at: position)
  }
}
