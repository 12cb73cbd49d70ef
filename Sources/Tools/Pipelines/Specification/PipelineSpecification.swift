/// What a pipeline file says: the scenes, the model, and what is made of them.
///
/// Sections follow the data: scenes → grid → tiling → queue → inference → mosaic → footprints. A property
/// that is nil was left to the model or to the run (`auto`); ``ResolvedPipeline`` fills in what the
/// model knows.
public struct PipelineSpecification: Hashable, Sendable {
  /// The name of the run's folder and of its files.
  public var name: String
  /// The pictures.
  public var scenes: SceneSettings
  /// The pixel lattice; nil for the scenes' own.
  public var grid: GridSettings?
  /// The part of them that is mapped.
  public var region: RegionSettings
  /// How the plane is cut into chips.
  public var tiling: TilingSettings
  /// How the work is shared out.
  public var queue: QueueSettings
  /// The model.
  public var inference: InferenceSettings
  /// Which rasters are written.
  public var mosaic: MosaicSettings
  /// Which outlines, roads and bridges are written; empty writes none.
  public var footprints: [LayerSettings]

  /// Makes a specification; what is left out has its default.
  public init(
    name: String, scenes: SceneSettings = SceneSettings(), grid: GridSettings? = nil,
    region: RegionSettings = RegionSettings(), tiling: TilingSettings = TilingSettings(),
    queue: QueueSettings = QueueSettings(), inference: InferenceSettings,
    mosaic: MosaicSettings = MosaicSettings(),
    footprints: [LayerSettings] = [.outline(FootprintSettings())]
  ) {
    self.name = name
    self.scenes = scenes
    self.grid = grid
    self.region = region
    self.tiling = tiling
    self.queue = queue
    self.inference = inference
    self.mosaic = mosaic
    self.footprints = footprints
  }
}

extension PipelineSpecification: Section {
  static let title = "a pipeline"
  static var fields: [Field<PipelineSpecification>] {
    [
      Field("name", \.name, .fileName, example: "town"),
      Field("scenes", \.scenes, .section, example: "{files: ../scenes/*.tif}"),
      Field("grid", \.grid, .grid, example: "auto"),
      Field("region", \.region, .section, example: "{file: ../regions/town.geojson}"),
      Field("tiling", \.tiling, .section, example: "{chip_px: 1024, halo_px: 64}"),
      Field("queue", \.queue, .section, example: "{workers: 4}"),
      Field(
        "inference", \.inference, .section, example: "{model: ../models/buildings.onnx}",
        isRequired: true),
      Field("mosaic", \.mosaic, .section, example: "{compression: zstd}"),
      Field("footprints", \.footprints, .layers, example: "none"),
    ]
  }

  static var defaults: PipelineSpecification {
    PipelineSpecification(name: "", inference: .defaults)
  }

  /// The keys of every section, for those who look for one in the wrong place.
  static var sections: [(title: String, keys: [String])] {
    func entry<S: Section>(_ section: S.Type) -> (title: String, keys: [String]) {
      (S.title, S.fields.map(\.key))
    }
    return [
      entry(SceneSettings.self), entry(MaskSettings.self), entry(GridSettings.self),
      entry(RegionSettings.self),
      entry(TilingSettings.self), entry(QueueSettings.self), entry(InferenceSettings.self),
      entry(MosaicSettings.self), entry(FootprintSettings.self), entry(CenterlineSettings.self),
      entry(BridgeSettings.self),
    ]
  }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    guard !footprints.isEmpty, !mosaic.layers.contains(.probability) else { return nil }
    return .contradiction(
      at: position("mosaic"), statement: "footprints cannot be traced without probabilities",
      reason: "outlines follow the probability layer, which mosaic.layers leaves out",
      remedy: "add `probability` to mosaic.layers, or write `footprints: none`")
  }

  /// The pipeline as YAML, with every key written out, in the order of the sections.
  ///
  /// Equal specifications give equal bytes, and parsing the text gives an equal specification.
  public var yaml: String {
    Self.fields
      .map { $0.write(self).lines(under: $0.key).joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }
}

extension Rule where Value == String {
  /// A text that can begin the name of a file anywhere.
  static var fileName: Rule {
    .text(
      "a name of up to 64 letters, digits, '-', '_' and '.', that begins with a letter or digit"
    ) {
      isFileName($0)
    }
  }
}

/// Whether a text can begin the name of a file on every system.
func isFileName(_ text: String) -> Bool {
  guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
  let isAlphanumeric: (UInt8) -> Bool = {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
  }
  return isAlphanumeric(first)
    && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
}
