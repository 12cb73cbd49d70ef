/// The tag by which OpenStreetMap says what an area is.
///
/// Source: https://wiki.openstreetmap.org/wiki/Map_features.
struct MapTag: Hashable {
  let key: String
  let value: String

  /// What every class is that is not known as something else.
  static let building = MapTag(key: "building", value: "yes")

  /// Takes the tag of a class by its name, of one thing or of many.
  init(className: String) {
    let name = className.lowercased()
    self =
      Self.known[name] ?? (name.hasSuffix("s") ? Self.known[String(name.dropLast())] : nil)
      ?? .building
  }

  private init(key: String, value: String) {
    (self.key, self.value) = (key, value)
  }

  private static let known: [String: MapTag] = [
    "water": MapTag(key: "natural", value: "water"),
    "wetland": MapTag(key: "natural", value: "wetland"),
    "tree": MapTag(key: "natural", value: "wood"),
    "wood": MapTag(key: "natural", value: "wood"),
    "forest": MapTag(key: "landuse", value: "forest"),
    "scrub": MapTag(key: "natural", value: "scrub"),
    "shrub": MapTag(key: "natural", value: "scrub"),
    "grass": MapTag(key: "landuse", value: "grass"),
    "grassland": MapTag(key: "natural", value: "grassland"),
    "field": MapTag(key: "landuse", value: "farmland"),
    "cropland": MapTag(key: "landuse", value: "farmland"),
    "farmland": MapTag(key: "landuse", value: "farmland"),
    "sand": MapTag(key: "natural", value: "sand"),
    "rock": MapTag(key: "natural", value: "bare_rock"),
    "road": MapTag(key: "area:highway", value: "road"),
    "bridge": MapTag(key: "man_made", value: "bridge"),
  ]
}
