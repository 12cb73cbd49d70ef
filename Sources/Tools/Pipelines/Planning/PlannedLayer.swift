import Footprints
import Grids

/// A layer of outlines, roads or bridges: how it is traced and written.
public struct PlannedLayer: Hashable, Sendable, Codable {
  /// What is drawn.
  public enum Form: Hashable, Sendable, Codable {
    /// Areas.
    case outline(OutlineForm)
    /// Roads.
    case centerline(CenterlineForm)
    /// Bridges of a layer of roads.
    case bridge(BridgeForm)
  }

  /// How areas are drawn.
  public struct OutlineForm: Hashable, Sendable, Codable {
    /// The least area, in m².
    public var smallest: Double
    /// The form of an outline.
    public var outline: String
    /// The largest object expected, in metres.
    public var largest: Double
    /// The least confidence, 0…1; nil where all outlines are kept.
    public var leastConfidence: Double?
  }

  /// How roads are drawn, in metres.
  public struct CenterlineForm: Hashable, Sendable, Codable {
    /// The least width.
    public var narrowest: Double
    /// The greatest width.
    public var widest: Double
    /// The least length of a branch.
    public var spur: Double
  }

  /// Which bridges are drawn.
  public struct BridgeForm: Hashable, Sendable, Codable {
    /// The layer of their roads, by its place in the list.
    public var roads: Int
    /// The published class that they lead over, by index.
    public var over: Int?
  }

  /// The layer's name.
  public var name: String
  /// The published classes that are traced as one, by index; of bridges, their own.
  public var classes: [Int]
  /// From which probability on, 0…1.
  public var threshold: Double
  /// What is drawn.
  public var form: Form
  /// By whose names attributes are called.
  public var schema = FootprintSchema.mapwright.rawValue
  /// The formats to write.
  public var formats: [String]

  /// Whether areas are drawn.
  var isOutline: Bool { if case .outline = form { true } else { false } }

  /// Whether roads are drawn.
  var isRoads: Bool { if case .centerline = form { true } else { false } }

  /// The layer of roads that bridges are found along, by its place; nil for what is traced itself.
  var roads: Int? { if case .bridge(let form) = form { form.roads } else { nil } }

  /// The names of the layers whose files it consists of: the stretches of bridges, and their middles.
  var fileNames: [String] {
    roads == nil ? [name] : [name, LayerSettings.points(of: name)]
  }
}

extension PlannedLayer {
  /// The layer as a pipeline has it.
  init(_ layer: ResolvedLayer) {
    classes = layer.classes
    threshold = layer.threshold
    name = layer.settings.name
    switch layer.settings {
    case .outline(let settings):
      form = .outline(
        OutlineForm(
          smallest: settings.smallest, outline: settings.outline.rawValue,
          largest: settings.largest,
          leastConfidence: settings.leastConfidence > 0 ? settings.leastConfidence : nil))
      (schema, formats) = (settings.schema.rawValue, settings.write.map(\.rawValue))
    case .centerline(let settings):
      form = .centerline(
        CenterlineForm(
          narrowest: settings.narrowest, widest: settings.widest, spur: settings.spur))
      (schema, formats) = (settings.schema.rawValue, settings.write.map(\.rawValue))
    case .bridge(let settings):
      form = .bridge(BridgeForm(roads: layer.roads ?? 0, over: layer.over))
      (schema, formats) = (settings.schema.rawValue, settings.write.map(\.rawValue))
    }
  }
}

extension RunPlan {
  /// The layers that are traced themselves, by their places; bridges lie on roads.
  var tracedLayers: [Int] { footprints.indices.filter { footprints[$0].roads == nil } }

  /// The bridges along the roads of a layer, if they are asked for.
  func bridges(of layer: Int) -> PlannedLayer? { footprints.first { $0.roads == layer } }

  /// The number of a shard of a traced layer in the queue.
  func traceNumber(layer: Int, shard: Int) -> Int {
    (tracedLayers.firstIndex(of: layer) ?? 0) * span.count + shard
  }

  /// The layer and the shard that a number in the queue stands for.
  func traced(_ number: Int) -> (layer: Int, shard: Int) {
    (tracedLayers[number / span.count], number % span.count)
  }

  /// What decides a layer's shards, and not only the files that they are merged into.
  func tracing(of layer: Int) -> [PlannedLayer] {
    ([footprints[layer]] + [bridges(of: layer)].compactMap(\.self)).map { planned in
      var same = planned
      same.formats = []
      same.schema = ""
      same.name = ""
      if case .bridge(var form) = same.form {
        form.roads = 0
        same.form = .bridge(form)
      }
      return same
    }
  }
}
