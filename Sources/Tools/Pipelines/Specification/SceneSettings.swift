public import Tiling

/// `scenes:` — the pictures, and which of their bands the network sees.
public struct SceneSettings: Hashable, Sendable {
  /// A band of a scene, by its name or by its number.
  public enum Band: Hashable, Sendable {
    /// The band that describes itself by this name.
    case named(String)
    /// The band at this place in the file, from 1.
    case numbered(Int)
  }

  /// Files, folders, globs, lists or VRTs, relative to the pipeline file; empty when the command
  /// line names them.
  public var files: [String]
  /// The bands in the order of the network's channels; nil asks the model, then takes the first.
  public var bands: [Band]?
  /// The value of pixels without a picture; nil asks the scenes.
  public var nodata: Double?
  /// Keys or roles of the assets of STAC items that may be used; all when empty.
  public var assets: [String]
  /// STAC items with more clouds than this, in percent, are left out; nil leaves out none.
  public var cloudCoverMax: Double?
  /// Which of overlapping scenes is seen.
  public var order: SceneOrder
  /// What becomes of ground that several scenes show.
  public var overlap: Overlap
  /// The shares of each scene's pixels, in percent, that become black and that are not white; nil where
  /// numbers are taken as they are.
  public var stretch: [Double]?
  /// How clouds are told; nil where nothing tells them.
  public var mask: MaskSettings?
  /// What is done with the scale and offset that STAC declares.
  public var declaredScale: DeclaredScale

  /// What becomes of ground that several scenes show.
  public enum Overlap: String, CaseIterable, Hashable, Sendable {
    /// The network is shown one of them, by the order.
    case one
    /// The network is shown each, and its probabilities are averaged.
    case average
  }

  /// What is done with the scale and offset that a band is declared with.
  public enum DeclaredScale: String, CaseIterable, Hashable, Sendable {
    /// The network is shown physical values.
    case apply
    /// The network is shown the numbers as they are stored.
    case ignore
  }

  /// Makes settings; what is left out has its default.
  public init(
    files: [String] = [], bands: [Band]? = nil, nodata: Double? = nil, assets: [String] = [],
    cloudCoverMax: Double? = nil, order: SceneOrder = .first, overlap: Overlap = .one,
    stretch: [Double]? = nil, mask: MaskSettings? = nil,
    declaredScale: DeclaredScale = .apply
  ) {
    self.files = files
    self.bands = bands
    self.nodata = nodata
    self.assets = assets
    self.cloudCoverMax = cloudCoverMax
    self.order = order
    self.overlap = overlap
    self.stretch = stretch
    self.mask = mask
    self.declaredScale = declaredScale
  }
}

extension SceneSettings: Section {
  static let title = "scenes"
  static var fields: [Field<SceneSettings>] {
    [
      Field("files", \.files, .list(of: .text, orNothing: true), example: "../scenes/*.tif"),
      Field(
        "bands", \.bands, .optional("auto", .list(of: .band)), example: "[red, green, blue]"),
      Field("nodata", \.nodata, .optional("auto", .number("a number")), example: "0"),
      Field("assets", \.assets, .list(of: .text, orNothing: true), example: "visual"),
      Field(
        "cloud_cover_max", \.cloudCoverMax,
        .optional("none", .number("a number from 0 to 100") { (0...100).contains($0) }),
        example: "20"),
      Field("order", \.order, .word, example: "newest"),
      Field("overlap", \.overlap, .word, example: "average"),
      Field(
        "stretch", \.stretch,
        .optional("none", .list(of: .number("a number from 0 to 100") { (0...100).contains($0) })),
        example: "[2, 98]"),
      Field(
        "mask", \.mask, .optional("none", .section), example: "{band: SCL, valid: [4, 5, 6]}"),
      Field("declared_scale", \.declaredScale, .word, example: "apply"),
    ]
  }

  static var defaults: SceneSettings { SceneSettings() }

  func contradiction(at position: (String) -> TextPosition) -> SpecificationError? {
    if let stretch, stretch.count != 2 || stretch[0] >= stretch[1] {
      return .contradiction(
        at: position("stretch"), statement: "scenes.stretch names no two shares of pixels",
        reason: "a share of the darkest becomes black, and all above another white",
        remedy: "write two percentages, the smaller first, such as `stretch: [2, 98]`")
    }
    guard let bands, let twice = firstRepeated(bands) else { return nil }
    return .contradiction(
      at: position("bands"), statement: "scenes.bands names \(twice) twice",
      reason: "every channel of the network takes a band of its own",
      remedy: "name each band once, in the order in which the network was trained")
  }
}

extension SceneSettings.Band: CustomStringConvertible {
  /// The band's name, or its number.
  public var description: String {
    switch self {
    case .named(let name): name
    case .numbered(let number): "\(number)"
    }
  }
}

extension Rule where Value == SceneSettings.Band {
  /// A band's name, or its number from 1.
  static var band: Rule {
    let expects = "a band's name, or its number from 1"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      guard let number = node.plain.flatMap(decimalNumber) else {
        return .named(try Rule<String>.text(expects) { _ in true }.read(node, place))
      }
      guard let whole = Int(exactly: number), (1...65_535).contains(whole) else {
        throw place.wrong(node, expected: expects)
      }
      return .numbered(whole)
    } write: {
      switch $0 {
      case .named(let name): .inline(YAMLFragment.text(name))
      case .numbered(let number): .inline("\(number)")
      }
    }
  }
}

/// The first element that is in the list twice.
func firstRepeated<Element: Hashable>(_ elements: [Element]) -> Element? {
  var seen: Set<Element> = []
  return elements.first { !seen.insert($0).inserted }
}
