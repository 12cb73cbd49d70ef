public import Grids
public import Polygons

/// Writes the roads of all shards into files that people open, and the bridges beside them.
///
/// Features come in the order of their canonical pixels, bridges along their road; the same pieces
/// make the same bytes. Memory is that of a row of shards, of the roads that go on below it, and of a
/// format's own index.
public struct CenterlineExporter {
  /// The files of a layer, and what it is.
  public struct Layer: Sendable {
    /// The layer's name, in formats that have layers.
    public let name: String
    /// What its features have in common.
    public let schema: CenterlineSchema
    /// Lines, or the places in the middles of bridges.
    public let kind: Shape.Kind
    /// The files.
    public let outputs: [FootprintExporter.Output]

    /// Names a layer and its files.
    public init(
      name: String, schema: CenterlineSchema, kind: Shape.Kind = .line,
      outputs: [FootprintExporter.Output]
    ) {
      self.name = name
      self.schema = schema
      self.kind = kind
      self.outputs = outputs
    }
  }

  private let grid: RunGrid
  private let settings: CenterlineSettings
  private let rules: CenterlineRules
  private let provenance: FootprintProvenance
  private let over: String?
  private let ground: any GroundMeasuring
  private let rounding: CoordinateRounding

  /// Prepares an export.
  ///
  /// - Parameters:
  ///   - grid: The run's.
  ///   - settings: Which lines are kept.
  ///   - rules: What they were found by.
  ///   - provenance: What all have in common, and the scenes.
  ///   - over: The class that bridges lead over.
  ///   - ground: Measures.
  public init(
    grid: RunGrid, settings: CenterlineSettings, rules: CenterlineRules,
    provenance: FootprintProvenance, over: String?, ground: any GroundMeasuring
  ) {
    self.grid = grid
    self.settings = settings
    self.rules = rules
    self.provenance = provenance
    self.over = over
    self.ground = ground
    rounding = CoordinateRounding(for: grid.crs)
  }

  /// Joins the pieces of fragments and writes them.
  ///
  /// - Parameters:
  ///   - fragments: One per shard; those of shards that were set aside are left out.
  ///   - layers: What is written.
  ///   - part: What of the roads is written. All fragments are read for each part: a road may begin in
  ///     any of them.
  ///   - step: Called for every road.
  /// - Returns: How many features were written into each layer, in their order.
  /// - Throws: ``FootprintError`` for fragments, `GeoFileError` for files, which are incomplete then.
  public func export(
    _ fragments: [FootprintFragment], to layers: [Layer], part: LayerPart = .whole,
    step: () -> Void = {}
  ) throws -> [Int] {
    let cores = fragments.map(\.core)
    let files = try layers.map { try open($0, cores: cores) }
    var counts = layers.map { _ in 0 }
    let naming = FootprintNaming(grid: grid)
    var sight = SceneSight(of: provenance.scenes)
    var merger = CenterlineMerger(fragments)
    while let piece = try merger.next() {
      step()
      guard part.holds(piece.canonicalPixel) else { continue }
      let road = Centerline(of: piece, rules: rules, tolerance: settings.tolerancePixels)
      let scenes = sight.scenes(at: road.canonicalPixel)
      guard isKept(road), let way = try measured(road, naming, scenes) else { continue }
      let bridges = try road.bridges.compactMap { try measured($0, of: way, naming, scenes) }
      for (index, layer) in layers.enumerated() {
        for feature in layer.schema.content == .roads ? [way] : bridges {
          try files[index].write(
            layer.kind == .point ? .point(feature.place) : .line(feature.line),
            values: layer.schema.values(of: feature, provenance: provenance, over: over))
          counts[index] += 1
        }
      }
    }
    try LayerFiles.close(files)
    return counts
  }

  private func open(_ layer: Layer, cores: [PixelWindow]) throws -> LayerFiles {
    let fields = layer.schema.fields
    return try LayerFiles(
      layer.outputs,
      of: LayerFiles.Content(
        layer: layer.name, kind: layer.kind, fields: fields,
        isLonLat: layer.schema.schema.isLonLat, geometryColumn: fields.count,
        description: layer.schema.content == .roads
          ? "\(provenance.className) centrelines" : "bridges",
        style: FootprintStyle(
          of: layer.schema, className: provenance.className, kind: layer.kind
        ).vectorStyle),
      on: grid, cores: cores, version: provenance.version)
  }

  private func isKept(_ road: Centerline) -> Bool {
    road.meters >= settings.narrowest && (road.freeEnds < 2 || road.length >= settings.spur)
  }

  private func measured(
    _ road: Centerline, _ naming: FootprintNaming, _ scenes: [FootprintProvenance.Scene]
  ) throws -> MeasuredWay? {
    let id = naming.id(of: road.canonicalPixel)
    return try measured(
      road.line, id: id, roadID: id, width: road.meters, values: road.values, scenes)
  }

  private func measured(
    _ bridge: Centerline.Bridge, of road: MeasuredWay, _ naming: FootprintNaming,
    _ scenes: [FootprintProvenance.Scene]
  ) throws -> MeasuredWay? {
    try measured(
      bridge.line, id: naming.id(of: bridge.canonicalPixel), roadID: road.id, width: bridge.meters,
      values: bridge.values, scenes)
  }

  private func measured(
    _ pixels: Line, id: String, roadID: String, width: Double, values: Centerline.Values,
    _ scenes: [FootprintProvenance.Scene]
  ) throws -> MeasuredWay? {
    let onGround = pixels.mapped { pixel in
      let place = grid.transform.ground(x: pixel.x, y: pixel.y)
      return Point(x: place.x, y: place.y)
    }
    guard let line = rounding.rounded(onGround) else { return nil }
    let place = rounding.rounded(line.point(along: line.length / 2))
    let middle = try ground.geographic(place)
    let one = Int(LayerValue.one)
    let thousandths = (values.sum * 2000 + values.count * one) / (values.count * one * 2)
    return MeasuredWay(
      id: id, roadID: roadID, line: line, length: rounded(try ground.meters(along: line), 100),
      width: rounded(width, 100), confidence: Double(thousandths) / 1000, place: place,
      middle: (rounded(middle.longitude, 1e7), rounded(middle.latitude, 1e7)), scenes: scenes)
  }

  private func rounded(_ number: Double, _ places: Double) -> Double {
    (number * places).rounded() / places
  }
}
