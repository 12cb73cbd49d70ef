import Footprints
import Imagery

/// A layer of `footprints:` of which nothing is left open.
public struct ResolvedLayer: Hashable, Sendable {
  /// What the pipeline says, with everything written out.
  public var settings: LayerSettings
  /// The published classes that are traced as one, by index; of bridges, their own class.
  public var classes: [Int]
  /// From which probability on a pixel counts.
  public var threshold: Double
  /// The published class that bridges lead over, by index.
  public var over: Int?
  /// The layer whose roads bridges belong to, by its place in the list.
  public var roads: Int?
}

/// What layers are traced of, from what the pipeline says and the classes that the map has.
struct LayerResolution {
  private let layers: [LayerSettings]
  private let names: [String]
  /// The published classes whose probability is written.
  private let written: [Int]
  private let usualThreshold: Double

  init(_ layers: [LayerSettings], of classes: ClassScheme, written: [Int], threshold: Double) {
    self.layers = layers
    names = classes.published.map(\.name)
    self.written = written
    usualThreshold = threshold
  }

  /// The layers, in their order.
  ///
  /// - Throws: ``ResolutionError`` when a class or a layer is not there, or not known.
  func resolved() throws(ResolutionError) -> [ResolvedLayer] {
    var resolved: [ResolvedLayer] = []
    for layer in layers {
      switch layer {
      case .outline(let settings): resolved.append(try outline(settings))
      case .centerline(let settings): resolved.append(try centerline(settings))
      case .bridge(let settings): resolved.append(try bridge(settings, resolved))
      }
    }
    return resolved
  }

  private func outline(_ settings: FootprintSettings) throws(ResolutionError) -> ResolvedLayer {
    let foreground = names.filter { !ClassPalette.isBackground($0) }
    let usual =
      names.contains("building") ? "building" : foreground.count == 1 ? foreground[0] : nil
    guard let wanted = settings.classes ?? usual.map({ [$0] }) else {
      throw missing(
        "which class to trace", "footprints: {class: \(foreground.first ?? names[0])}")
    }
    if let other = wanted.first(where: { !settings.schema.knows(className: $0) }) {
      throw .schemaOfBuildings(
        layer: settings.layer, schema: settings.schema.rawValue, className: other)
    }
    var complete = settings
    complete.classes = wanted
    complete.threshold = settings.threshold ?? usualThreshold
    return ResolvedLayer(
      settings: .outline(complete), classes: try indices(of: wanted),
      threshold: settings.threshold ?? usualThreshold)
  }

  private func centerline(_ settings: CenterlineSettings) throws(ResolutionError) -> ResolvedLayer {
    let usual = names.contains("road") ? ["road", "bridge"].filter(names.contains) : nil
    guard let wanted = settings.classes ?? usual else {
      throw missing(
        "which class to trace along its middle",
        "footprints: {trace: centerline, class: \(names[names.count - 1])}")
    }
    var complete = settings
    complete.classes = wanted
    complete.threshold = settings.threshold ?? usualThreshold
    return ResolvedLayer(
      settings: .centerline(complete), classes: try indices(of: wanted),
      threshold: settings.threshold ?? usualThreshold)
  }

  private func bridge(
    _ settings: BridgeSettings, _ before: [ResolvedLayer]
  ) throws(ResolutionError) -> ResolvedLayer {
    let lines = before.indices.filter { index in
      if case .centerline = before[index].settings { true } else { false }
    }
    let known = lines.map { before[$0].settings.name }
    guard let wanted = settings.roads ?? (known.count == 1 ? known[0] : nil),
      let place = known.firstIndex(of: wanted)
    else {
      throw .unknownRoads(layer: settings.layer, name: settings.roads, known: known)
    }
    guard !before.contains(where: { $0.roads == lines[place] }) else {
      throw .secondBridges(layer: settings.layer, roads: wanted)
    }
    let over = settings.over ?? usual("water")
    let ofClass = settings.ofClass ?? usual("bridge")
    guard over != nil || ofClass != nil else {
      throw missing("what bridges lead over", "over: \(names[names.count - 1])")
    }
    var complete = settings
    (complete.roads, complete.over, complete.ofClass) = (wanted, over, ofClass)
    return ResolvedLayer(
      settings: .bridge(complete),
      classes: try indices(of: ofClass.map { [$0] } ?? []),
      threshold: before[lines[place]].threshold,
      over: try indices(of: over.map { [$0] } ?? [], key: "footprints.over").first,
      roads: lines[place])
  }

  private func usual(_ name: String) -> String? { names.contains(name) ? name : nil }

  private func missing(_ key: String, _ example: String) -> ResolutionError {
    .missing(
      key: key, reason: "the map has: \(names.joined(separator: ", "))",
      example: "\(example)` or `footprints: none")
  }

  private func indices(
    of wanted: [String], key: String = "footprints.class"
  ) throws(ResolutionError) -> [Int] {
    var indices: [Int] = []
    for name in wanted {
      guard let index = names.firstIndex(of: name) else {
        throw .unknownClass(key: key, name: name, known: names)
      }
      guard written.contains(index) else {
        throw .probabilityMissing(ofClass: name, written: written.map { names[$0] })
      }
      indices.append(index)
    }
    return indices
  }
}
