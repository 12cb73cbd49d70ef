/// `region:` — which part of the scenes is mapped.
public struct RegionSettings: Hashable, Sendable {
  /// Polygons in any format and CRS that OGR reads, relative to the pipeline file; nil maps the
  /// whole of the scenes.
  public var file: String?
  /// Whether rasters end at the region's border; if not, they go on to the end of its chips.
  public var clip: Bool

  /// Makes settings; what is left out has its default.
  public init(file: String? = nil, clip: Bool = true) {
    self.file = file
    self.clip = clip
  }
}

extension RegionSettings: Section {
  static let title = "region"
  static var fields: [Field<RegionSettings>] {
    [
      Field("file", \.file, .optional("none", .text), example: "../regions/town.geojson"),
      Field("clip", \.clip, .flag, example: "true"),
    ]
  }

  static var defaults: RegionSettings { RegionSettings() }
}
