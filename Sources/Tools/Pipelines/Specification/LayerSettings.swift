import Footprints
import Yams

/// What is drawn of a class.
public enum LayerKind: String, CaseIterable, Hashable, Sendable {
  /// The outlines of its areas.
  case outline
  /// The middle lines of what is long and narrow.
  case centerline
  /// The stretches of such lines that cross something.
  case bridge
}

/// One layer of `footprints:`.
public enum LayerSettings: Hashable, Sendable {
  /// Areas.
  case outline(FootprintSettings)
  /// Roads.
  case centerline(CenterlineSettings)
  /// Bridges.
  case bridge(BridgeSettings)

  /// The layer's name.
  public var name: String { section.layer }

  /// The endings of the names of its files.
  var fileNames: [String] {
    if case .bridge = self { [name, Self.points(of: name)] } else { [name] }
  }

  /// The name of the layer of the middles of a layer's bridges.
  static func points(of name: String) -> String { "\(name)_points" }

  fileprivate var section: any LayerSection {
    switch self {
    case .outline(let settings): settings
    case .centerline(let settings): settings
    case .bridge(let settings): settings
    }
  }
}

/// The section of a layer: each kind has keys of its own.
protocol LayerSection: Section {
  static var kind: LayerKind { get }
  var layer: String { get }
  var schema: FootprintSchema { get }
  var write: [FootprintFormat] { get }
}

extension LayerSection {
  static var title: String { "footprints" }

  /// The kind, which has already decided which section is read.
  var trace: LayerKind {
    get { Self.kind }
    set {}
  }

  func repetition(at position: (String) -> TextPosition) -> SpecificationError? {
    if layer.contains(/_r\d+c\d+$/) {
      return .contradiction(
        at: position("layer"), statement: "footprints.layer '\(layer)' is called like a part",
        reason: "large layers are written in parts, whose names end in a row and a column",
        remedy: "give the layer another name")
    }
    return firstRepeated(write).map {
      .contradiction(
        at: position("write"), statement: "footprints.write names \($0.rawValue) twice",
        reason: "each file is written once", remedy: "name it once")
    }
  }

  func schemaWithoutLines(at position: (String) -> TextPosition) -> SpecificationError? {
    let known = CenterlineSchema.known
    guard !known.contains(schema) else { return nil }
    return .contradiction(
      at: position("schema"),
      statement: "footprints.schema \(schema.rawValue) has no place for lines",
      reason: "it is a schema of buildings",
      remedy: "take one of \(known.map(\.rawValue).joined(separator: ", ")) for this layer")
  }
}

extension Rule where Value == [LayerSettings] {
  /// A layer, a list of layers, or the bare word that stands for none.
  static var layers: Rule {
    let expects = "a section, or a list of such, or none"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      if node.isWord("none") { return [] }
      guard let sequence = node.sequence else {
        do throws(SpecificationError) {
          return [try layer(node, place)]
        } catch { throw error.alsoExpecting("none", at: place.position(of: node)) }
      }
      guard !sequence.isEmpty else { throw place.wrong(node, expected: expects) }
      var layers: [LayerSettings] = []
      for entry in sequence {
        let next = try layer(entry, place)
        if let error = contradiction(next, layers, at: place.position(of: entry)) { throw error }
        layers.append(next)
      }
      return layers
    } write: { layers in
      guard layers.count != 1 else { return .block(layers[0].section.lines) }
      guard !layers.isEmpty else { return .inline("none") }
      return .block(
        layers.flatMap { layer in
          layer.section.lines.enumerated().map { ($0.offset == 0 ? "- " : "  ") + $0.element }
        })
    }
  }

  private static func layer(_ node: Node, _ place: Place) throws(SpecificationError)
    -> LayerSettings
  {
    var kind = LayerKind.outline
    if let value = node.mapping?["trace"] {
      kind = try Rule<LayerKind>.word.read(
        value,
        Place(file: place.file, section: FootprintSettings.title, key: "trace", example: "outline"))
    }
    return switch kind {
    case .outline: .outline(try FootprintSettings.read(node, file: place.file))
    case .centerline: .centerline(try CenterlineSettings.read(node, file: place.file))
    case .bridge: .bridge(try BridgeSettings.read(node, file: place.file))
    }
  }

  private static func contradiction(
    _ layer: LayerSettings, _ before: [LayerSettings], at position: TextPosition
  ) -> SpecificationError? {
    let taken = before.flatMap(\.fileNames)
    guard let name = layer.fileNames.first(where: taken.contains) else { return nil }
    return .contradiction(
      at: position, statement: "footprints has two layers '\(name)'",
      reason: "their files would have the same names",
      remedy: "give each layer a name of its own, such as `layer: \(name)-2`")
  }
}

extension Rule where Value == Double {
  /// A probability that separates: neither impossible nor certain.
  static var threshold: Rule {
    .number("a probability above 0 and below 1") { $0 > 0 && $0 < 1 }
  }
}

extension Rule where Value == [String] {
  /// A name, or a list of names.
  static var names: Rule {
    let list = Rule.list(of: Rule<String>.text)
    return Rule(expects: list.expects, read: list.read) { names in
      names.count == 1 ? .inline(YAMLFragment.text(names[0])) : list.write(names)
    }
  }
}
