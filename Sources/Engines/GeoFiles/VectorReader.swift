import CGDAL
public import Grids
public import Polygons

/// A feature of a file: its polygons, and its attributes in the order of the fields.
public struct VectorFeature: Hashable, Sendable {
  /// The parts; empty when the feature is a point, a line or nothing.
  public var polygons: [Polygon]
  /// One value per field.
  public var values: [VectorValue]
}

/// The polygons of any file that GDAL's vector side (OGR) can read.
public struct VectorReader: ~Copyable {
  /// The path the file was opened with, as given.
  public let path: String
  /// The layer's name.
  public let layerName: String
  /// The system the file's coordinates are in; nil when it does not say.
  public let crs: CoordinateReference?
  /// The attributes of each feature.
  public let fields: [VectorField]
  private let layer: OGRLayerH
  private let handle: DatasetHandle

  /// Opens a file, and in it a layer by name or else the first.
  ///
  /// - Throws: ``GeoFileError/cannotOpenVector(path:reason:)``.
  public init(opening path: String, layer name: String? = nil) throws(GeoFileError) {
    let (raw, said) = GDALListener.listen {
      GDALOpenEx(
        path, UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    }
    guard let raw else { throw .cannotOpenVector(path: path, reason: said.words) }
    let handle = DatasetHandle(raw)
    if let refusal = said.refusal { throw .cannotOpenVector(path: path, reason: refusal) }
    let layer =
      name.map { GDALDatasetGetLayerByName(raw, $0) } ?? GDALDatasetGetLayer(raw, 0)
    guard let layer, let definition = OGR_L_GetLayerDefn(layer) else {
      let wanted = name.map { "layer '\($0)'" } ?? "a layer"
      throw .cannotOpenVector(path: path, reason: "it does not hold \(wanted)")
    }
    let crs = try SpatialReference(cloning: OGR_L_GetSpatialRef(layer))?.value()
    self.path = path
    self.layer = layer
    self.handle = handle
    layerName = String(cString: OGR_L_GetName(layer))
    self.crs = crs
    fields = (0..<OGR_FD_GetFieldCount(definition)).map { index in
      let field = OGR_FD_GetFieldDefn(definition, index)
      let kind: VectorField.Kind =
        switch OGR_Fld_GetType(field) {
        case OFTInteger, OFTInteger64: .integer
        case OFTReal: .real
        default: .text
        }
      return VectorField(name: String(cString: OGR_Fld_GetNameRef(field)), kind: kind)
    }
  }

  /// Reads all features, carried to another system.
  ///
  /// Curves become chords, collections are taken apart, third dimensions dropped.
  ///
  /// - Parameters:
  ///   - crs: The system wanted; the file's own when nil.
  ///   - tolerance: How far a carried edge may leave its true course, in units of `crs`.
  /// - Throws: ``GeoFileError/missingCRS(path:)``, ``GeoFileError/cannotRead(what:path:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)``.
  public borrowing func features(
    in crs: CoordinateReference? = nil, tolerance: Double = .infinity
  ) throws(GeoFileError) -> [VectorFeature] {
    var converter: CoordinateConverter?
    if let crs {
      guard let own = self.crs else { throw .missingCRS(path: path) }
      if try !own.isSame(as: crs) { converter = try CoordinateConverter(from: own, to: crs) }
    }
    let (found, said) = GDALListener.listen { () -> [VectorFeature] in
      OGR_L_ResetReading(layer)
      var found: [VectorFeature] = []
      while let feature = OGR_L_GetNextFeature(layer) {
        found.append(read(feature))
        OGR_F_Destroy(feature)
      }
      return found
    }
    guard said.isContent else {
      throw .cannotRead(what: "layer '\(layerName)'", path: path, reason: said.words)
    }
    let isFinite = found.allSatisfy { feature in
      feature.polygons.allSatisfy { polygon in
        ([polygon.outer] + polygon.holes).allSatisfy { ring in
          ring.points.allSatisfy { $0.x.isFinite && $0.y.isFinite }
        }
      }
    }
    guard isFinite else {
      throw .cannotRead(
        what: "layer '\(layerName)'", path: path, reason: "a coordinate is not a finite number")
    }
    guard let converter else { return found }
    var carried: [VectorFeature] = []
    for var feature in found {
      for index in feature.polygons.indices {
        try feature.polygons[index].carry(by: converter, tolerance: tolerance)
      }
      carried.append(feature)
    }
    return carried
  }

  private borrowing func read(_ feature: OGRFeatureH) -> VectorFeature {
    let values = fields.indices.map { index -> VectorValue in
      let place = Int32(index)
      guard OGR_F_IsFieldSetAndNotNull(feature, place) != 0 else { return .null }
      switch fields[index].kind {
      case .integer: return .integer(OGR_F_GetFieldAsInteger64(feature, place))
      case .real: return .real(OGR_F_GetFieldAsDouble(feature, place))
      case .text, .records: return .text(String(cString: OGR_F_GetFieldAsString(feature, place)))
      }
    }
    var polygons: [Polygon] = []
    if let shape = OGR_F_GetGeometryRef(feature),
      let linear = OGR_G_GetLinearGeometry(shape, 0, nil)
    {
      Self.collect(linear, into: &polygons)
      OGR_G_DestroyGeometry(linear)
    }
    return VectorFeature(polygons: polygons, values: values)
  }

  private static func collect(_ shape: OGRGeometryH, into polygons: inout [Polygon]) {
    let parts = (0..<OGR_G_GetGeometryCount(shape)).compactMap { OGR_G_GetGeometryRef(shape, $0) }
    guard OGR_GT_Flatten(OGR_G_GetGeometryType(shape)) == wkbPolygon else {
      for part in parts where OGR_G_GetGeometryType(part) != wkbLineString {
        collect(part, into: &polygons)
      }
      return
    }
    let rings = parts.map(ring)
    guard let outer = rings.first, outer.points.count >= 3 else { return }
    polygons.append(
      Polygon(outer: outer, holes: rings.dropFirst().filter { $0.points.count >= 3 }))
  }

  private static func ring(_ line: OGRGeometryH) -> Ring {
    var points = (0..<OGR_G_GetPointCount(line)).map {
      Point(x: OGR_G_GetX(line, $0), y: OGR_G_GetY(line, $0))
    }
    if points.count > 1, points.first == points.last { points.removeLast() }
    return Ring(points)
  }
}

extension Polygon {
  fileprivate mutating func carry(
    by converter: CoordinateConverter, tolerance: Double
  ) throws(GeoFileError) {
    outer = try converter.convert(outer, tolerance: tolerance)
    for index in holes.indices {
      holes[index] = try converter.convert(holes[index], tolerance: tolerance)
    }
  }
}
