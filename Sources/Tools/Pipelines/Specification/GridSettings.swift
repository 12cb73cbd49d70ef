import Polygons
public import Tiling
import Yams

/// `grid:` — the pixel lattice of the run, where it is not the scenes' own.
public struct GridSettings: Hashable, Sendable {
  /// The reference system: an authority's code, WKT, a PROJ string, or `equal-area`; nil chooses one by
  /// where the map lies.
  public var crs: String?
  /// The pixel size in the reference system's own metres; nil takes the model's, else the finest scene's.
  public var pixelMeters: Double?
  /// Easting and northing of a corner of pixels; nil means the reference system's origin.
  public var origin: [Double]?
  /// How the numbers between a scene's pixels are found.
  public var resampling: Resampling

  /// Makes settings; what is left out has its default.
  public init(
    crs: String? = nil, pixelMeters: Double? = nil, origin: [Double]? = nil,
    resampling: Resampling = .cubic
  ) {
    (self.crs, self.pixelMeters, self.origin) = (crs, pixelMeters, origin)
    self.resampling = resampling
  }

  /// What is wanted of the lattice.
  ///
  /// - Parameters:
  ///   - modelMeters: The pixel size that the model was trained for.
  ///   - places: Longitudes and latitudes of the region of interest.
  func wanted(modelMeters: Double?, places: [Point]) -> WantedGrid {
    WantedGrid(
      crs: crs, pixelMeters: pixelMeters,
      origin: origin.map { Point(x: $0[0], y: $0[1]) }, resampling: resampling,
      modelMeters: modelMeters, places: places)
  }
}

extension GridSettings: Section {
  static let title = "grid"
  static var fields: [Field<GridSettings>] {
    [
      Field("crs", \.crs, .optional("auto", .text), example: "EPSG:32645"),
      Field(
        "pixel_m", \.pixelMeters, .optional("auto", .number("a size in metres above 0") { $0 > 0 }),
        example: "0.5"),
      Field("origin", \.origin, .optional("auto", .eastingNorthing), example: "[0, 0]"),
      Field("resampling", \.resampling, .word, example: "cubic"),
    ]
  }

  static var defaults: GridSettings { GridSettings() }
}

extension Rule where Value == [Double] {
  /// Easting and northing.
  fileprivate static var eastingNorthing: Rule {
    let expects = "an easting and a northing"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      let numbers = node.sequence?.compactMap { $0.plain.flatMap(decimalNumber) } ?? []
      guard numbers.count == 2, node.sequence?.count == 2 else {
        throw place.wrong(node, expected: expects)
      }
      return numbers
    } write: { numbers in
      .inline("[\(numbers.map(YAMLFragment.number).joined(separator: ", "))]")
    }
  }
}

extension Rule where Value == GridSettings? {
  /// `scenes` for the scenes' own lattice, `auto` for one that suits them, or a section.
  static var grid: Rule {
    let expects = "scenes, auto, or keys of a grid"
    return Rule(expects: expects) { (node, place) throws(SpecificationError) in
      if node.isWord("scenes") || node.isNothing { return nil }
      if node.isWord("auto") { return GridSettings() }
      guard node.mapping != nil else {
        throw place.wrong(
          node, expected: expects,
          meant: node.plain.flatMap { nearestWord(to: $0, among: ["scenes", "auto"]) })
      }
      return try GridSettings.read(node, file: place.file)
    } write: { settings in
      guard let settings else { return .inline("scenes") }
      return settings == GridSettings() ? .inline("auto") : .block(settings.lines)
    }
  }
}
