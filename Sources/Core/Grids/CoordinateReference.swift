/// Which coordinate reference system (CRS) ground coordinates are in.
///
/// A plain value: `GeoFiles` makes it from files and codes and works with it. Two systems are
/// compared there, by meaning; `==` here compares spelling.
public struct CoordinateReference: Hashable, Sendable, Codable {
  /// The definition in WKT2:2019, on one line.
  public var wkt: String
  /// The authority's code, such as `EPSG:32645`; nil when it has none.
  public var code: String?
  /// The name a person knows it by, such as `WGS 84 / UTM zone 45N`.
  public var name: String
  /// Whether coordinates are degrees of longitude and latitude.
  public var isGeographic: Bool

  /// Makes a reference from what an engine found out about it.
  public init(wkt: String, code: String?, name: String, isGeographic: Bool) {
    self.wkt = wkt
    self.code = code
    self.name = name
    self.isGeographic = isGeographic
  }
}

extension CoordinateReference: CustomStringConvertible {
  /// The value in words.
  public var description: String { code.map { "\($0) (\(name))" } ?? name }
}
