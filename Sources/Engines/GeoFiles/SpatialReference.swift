import CGDAL
public import Grids

/// GDAL's own object for a coordinate reference system, freed when it goes out of scope.
///
/// Always in the traditional order of axes: easting or longitude first.
final class SpatialReference {
  let raw: OGRSpatialReferenceH

  /// Takes over `raw`.
  init(owning raw: OGRSpatialReferenceH) {
    self.raw = raw
    OSRSetAxisMappingStrategy(raw, OAMS_TRADITIONAL_GIS_ORDER)
  }

  deinit { OSRRelease(raw) }

  convenience init(definition: String) throws(GeoFileError) {
    let (raw, said) = GDALListener.listen { () -> OGRSpatialReferenceH? in
      guard let raw = OSRNewSpatialReference(nil) else { return nil }
      guard OSRSetFromUserInput(raw, definition) == OGRERR_NONE else {
        OSRRelease(raw)
        return nil
      }
      return raw
    }
    guard let raw else { throw .unknownCRS(definition: definition, reason: said.words) }
    self.init(owning: raw)
    if let refusal = said.refusal { throw .unknownCRS(definition: definition, reason: refusal) }
  }

  convenience init(_ crs: CoordinateReference) throws(GeoFileError) {
    try self.init(definition: crs.wkt)
  }

  /// A copy of a reference that belongs to a dataset or layer.
  convenience init?(cloning raw: OGRSpatialReferenceH?) {
    guard let raw, let copy = OSRClone(raw) else { return nil }
    self.init(owning: copy)
  }

  /// The plain value; nil when the system cannot be written as WKT.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)`` when PROJ could not look into its
  ///   database: it would give a poorer text.
  func value() throws(GeoFileError) -> CoordinateReference? {
    let name = OSRGetName(raw).map { String(cString: $0) } ?? "unnamed"
    let (value, said) = GDALListener.listen { () -> CoordinateReference? in
      var text: UnsafeMutablePointer<CChar>?
      let status = withConstStringList(["FORMAT=WKT2_2019", "MULTILINE=NO"]) {
        OSRExportToWktEx(raw, &text, $0)
      }
      defer { VSIFree(text) }
      guard status == OGRERR_NONE, let text, text.pointee != 0 else { return nil }
      let authority = OSRGetAuthorityName(raw, nil).map { String(cString: $0) }
      let code = OSRGetAuthorityCode(raw, nil).map { String(cString: $0) }
      return CoordinateReference(
        wkt: String(cString: text),
        code: authority.flatMap { authority in code.map { "\(authority):\($0)" } },
        name: name, isGeographic: OSRIsGeographic(raw) != 0)
    }
    if let refusal = said.refusal { throw .unknownCRS(definition: name, reason: refusal) }
    return value
  }
}

extension CoordinateReference {
  /// Reads a definition: an authority's code such as `EPSG:32645`, WKT or a PROJ string.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``.
  public init(definition: String) throws(GeoFileError) {
    guard let value = try SpatialReference(definition: definition).value() else {
      throw .unknownCRS(definition: definition, reason: "it cannot be written as WKT2")
    }
    self = value
  }

  /// A full turn in units of a geographic system's longitudes: 360 where they are degrees.
  public var fullTurn: Double {
    guard let own = try? SpatialReference(self), own.radiansPerUnit > 0 else { return 360 }
    // Degrees are given to fifteen digits: 360 comes out to the last.
    let turn = 2 * Double.pi / own.radiansPerUnit
    return abs(turn - turn.rounded()) < 1e-9 ? turn.rounded() : turn
  }

  /// The size of a projected system's unit, in metres; nil where the system is not projected.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``.
  public func metersPerUnit() throws(GeoFileError) -> Double? {
    let own = try SpatialReference(self)
    return OSRIsProjected(own.raw) != 0 ? own.metersPerUnit : nil
  }

  /// Whether both systems mean the same ground positions, however they are spelled.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``.
  public func isSame(as other: CoordinateReference) throws(GeoFileError) -> Bool {
    if wkt == other.wkt { return true }
    let first = try SpatialReference(self)
    let second = try SpatialReference(other)
    // WKT1 in old files has no axes; their order is always the traditional one here.
    let options = ["IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES"]
    let (isSame, said) = GDALListener.listen {
      withConstStringList(options) { OSRIsSameEx(first.raw, second.raw, $0) } != 0
    }
    if let refusal = said.refusal { throw .unknownCRS(definition: "\(other)", reason: refusal) }
    return isSame
  }
}

/// Lends a list of `NAME=VALUE` texts in the form GDAL takes them.
func withStringList<Result>(
  _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
) -> Result {
  var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  for text in texts { list = CSLAddString(list, text) }
  defer { CSLDestroy(list) }
  return body(list)
}

/// Lends such a list to the functions that promise not to change it.
func withConstStringList<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
  withStringList(texts) { list in
    body(UnsafeRawPointer(list)?.assumingMemoryBound(to: UnsafePointer<CChar>?.self))
  }
}

extension CoordinateReference {
  /// Longitude and latitude on WGS 84, in degrees.
  public static var wgs84: CoordinateReference {
    get throws(GeoFileError) { try CoordinateReference(definition: "EPSG:4326") }
  }
}

extension SpatialReference {
  /// The longitude and latitude a system is built on, without a change of datum.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)`` when PROJ could not look into its
  ///   database.
  convenience init?(geographicPartOf other: SpatialReference) throws(GeoFileError) {
    let (raw, said) = GDALListener.listen { OSRCloneGeogCS(other.raw) }
    guard let raw else { return nil }
    self.init(owning: raw)
    if let refusal = said.refusal {
      throw .unknownCRS(definition: "geographic part", reason: refusal)
    }
  }

  /// The size of an angular unit, in radians.
  var radiansPerUnit: Double { OSRGetAngularUnits(raw, nil) }

  /// The size of a linear unit, in metres.
  var metersPerUnit: Double { OSRGetLinearUnits(raw, nil) }

  /// The ellipsoid: its semi-major axis in metres, and its flattening.
  var ellipsoid: (semiMajor: Double, flattening: Double) {
    let inverse = OSRGetInvFlattening(raw, nil)
    return (OSRGetSemiMajor(raw, nil), inverse == 0 ? 0 : 1 / inverse)
  }
}
