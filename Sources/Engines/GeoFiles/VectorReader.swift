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
  let layer: OGRLayerH
  private let handle: DatasetHandle
  /// Whether the layer is none of the file's own, and is to be given back before the file is closed.
  private let isSelection: Bool

  /// Opens a file, and in it a layer by name or else the first.
  ///
  /// - Throws: ``GeoFileError/cannotOpenVector(path:reason:)``.
  public init(opening path: String, layer name: String? = nil) throws(GeoFileError) {
    try self.init(path, isSelection: false) { raw in
      name.map { GDALDatasetGetLayerByName(raw, $0) } ?? GDALDatasetGetLayer(raw, 0)
    } absent: {
      name.map { "layer '\($0)'" } ?? "a layer"
    }
  }

  /// Opens files whose first layers hold pieces of one layer, and reads them as that layer.
  ///
  /// - Throws: ``GeoFileError/cannotOpenVector(path:reason:)``.
  public init(joining files: [String]) throws(GeoFileError) {
    guard files.count != 1 else {
      try self.init(opening: files[0])
      return
    }
    // Source: https://gdal.org/drivers/vector/vrt.html, OGRVRTUnionLayer.
    var pieces = ""
    for file in files {
      let layer = try VectorReader(opening: file).layerName
      pieces +=
        "<OGRVRTLayer name=\"\(layer.escapedForXML)\"><SrcDataSource>"
        + "\(file.escapedForXML)</SrcDataSource></OGRVRTLayer>"
    }
    let joined =
      "<OGRVRTDataSource><OGRVRTUnionLayer name=\"all\">\(pieces)</OGRVRTUnionLayer>"
      + "</OGRVRTDataSource>"
    try self.init(joined, isSelection: false) {
      GDALDatasetGetLayer($0, 0)
    } absent: {
      "a layer"
    }
  }

  /// Opens a file of buildings: the first layer, or of an OpenStreetMap extract its buildings.
  ///
  /// An extract (`.osm`, `.osm.pbf`) has a layer for each kind of geometry, and all kinds of things in
  /// each; buildings are the areas that bear the key `building` with another value than `no`. Its
  /// other layers are not kept while it is read.
  ///
  /// - Throws: ``GeoFileError/cannotOpenVector(path:reason:)``.
  public init(openingBuildings path: String) throws(GeoFileError) {
    let name = path.lowercased()
    guard name.hasSuffix(".osm") || name.hasSuffix(".pbf") else {
      try self.init(opening: path)
      return
    }
    try self.init(path, isSelection: true) { raw in
      let words = "SELECT * FROM multipolygons WHERE building IS NOT NULL AND building <> 'no'"
      return GDALDatasetExecuteSQL(raw, words, nil, nil)
    } absent: {
      "a layer 'multipolygons'"
    }
  }

  private init(
    _ path: String, isSelection: Bool, choose: (GDALDatasetH) -> OGRLayerH?,
    absent: () -> String
  ) throws(GeoFileError) {
    let (raw, said) = GDALListener.listen {
      GDALOpenEx(
        path, UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    }
    guard let raw else { throw .cannotOpenVector(path: path, reason: said.words) }
    let handle = DatasetHandle(raw)
    if let refusal = said.refusal { throw .cannotOpenVector(path: path, reason: refusal) }
    let (layer, heard) = GDALListener.listen { choose(raw) }
    guard let layer, let definition = OGR_L_GetLayerDefn(layer) else {
      let why = heard.isContent ? "it does not hold \(absent())" : heard.words
      throw .cannotOpenVector(path: path, reason: why)
    }
    let crs = try SpatialReference(cloning: OGR_L_GetSpatialRef(layer))?.value()
    self.path = path
    self.layer = layer
    self.handle = handle
    self.isSelection = isSelection
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

  deinit {
    if isSelection { GDALDatasetReleaseResultSet(handle.raw, layer) }
  }

  /// Reads the lines of all features, carried to another system corner by corner.
  ///
  /// Polygons and points are passed over, collections taken apart, third dimensions dropped.
  ///
  /// - Throws: As ``features(in:tolerance:)``.
  public borrowing func lines(in crs: CoordinateReference) throws(GeoFileError) -> [[Point]] {
    guard let own = self.crs else { throw .missingCRS(path: path) }
    let converter = try own.isSame(as: crs) ? nil : CoordinateConverter(from: own, to: crs)
    let (read, said) = GDALListener.listen { () -> [[Point]] in
      var lines: [[Point]] = []
      OGR_L_ResetReading(layer)
      while let feature = OGR_L_GetNextFeature(layer) {
        defer { OGR_F_Destroy(feature) }
        guard let shape = OGR_F_GetGeometryRef(feature),
          let linear = OGR_G_GetLinearGeometry(shape, 0, nil)
        else { continue }
        lines += Polygon.lines(of: linear)
        OGR_G_DestroyGeometry(linear)
      }
      return lines
    }
    try refuse(said)
    guard read.allSatisfy({ $0.allSatisfy { $0.x.isFinite && $0.y.isFinite } }) else {
      throw .cannotRead(
        what: "layer '\(layerName)'", path: path, reason: "a coordinate is not a finite number")
    }
    guard let converter else { return read }
    var lines: [[Point]] = []
    for line in read { lines.append(try converter.convert(line)) }
    return lines
  }

  /// Whether the first feature with a geometry is a line, or several.
  public borrowing func holdsLines() -> Bool { firstDimension() == 1 }

  /// Whether the first feature with a geometry is a place, or several.
  public borrowing func holdsPlaces() -> Bool { firstDimension() == 0 }

  private borrowing func firstDimension() -> Int32? {
    GDALListener.listen { () -> Int32? in
      OGR_L_ResetReading(layer)
      while let feature = OGR_L_GetNextFeature(layer) {
        defer { OGR_F_Destroy(feature) }
        guard let shape = OGR_F_GetGeometryRef(feature) else { continue }
        return OGR_G_GetDimension(shape)
      }
      return nil
    }.value
  }

  /// The number of features, counted anew.
  var featureCount: Int { Int(OGR_L_GetFeatureCount(layer, 1)) }

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
    var features: [VectorFeature] = []
    try visit(in: crs, tolerance: tolerance) { features.append($0) }
    return features
  }

  /// Reads feature after feature, carried to another system; memory does not grow with them.
  ///
  /// - Parameters:
  ///   - crs: The system wanted; the file's own when nil.
  ///   - tolerance: How far a carried edge may leave its true course, in units of `crs`.
  ///   - wanted: The fields whose values are read, by index; all of them when nil.
  ///   - body: Called with each feature, in the order of the file.
  /// - Throws: As ``features(in:tolerance:)``, and what `body` throws.
  public borrowing func visit(
    in crs: CoordinateReference? = nil, tolerance: Double = .infinity, values wanted: [Int]? = nil,
    _ body: (VectorFeature) throws(GeoFileError) -> Void
  ) throws(GeoFileError) {
    var converter: CoordinateConverter?
    if let crs {
      guard let own = self.crs else { throw .missingCRS(path: path) }
      if try !own.isSame(as: crs) { converter = try CoordinateConverter(from: own, to: crs) }
    }
    let wanted = wanted ?? Array(fields.indices)
    let (_, said) = GDALListener.listen { OGR_L_ResetReading(layer) }
    try refuse(said)
    while true {
      let (read, said) = GDALListener.listen { () -> VectorFeature? in
        guard let feature = OGR_L_GetNextFeature(layer) else { return nil }
        defer { OGR_F_Destroy(feature) }
        return self.read(feature, wanted)
      }
      try refuse(said)
      guard var feature = read else { return }
      guard feature.polygons.allSatisfy(\.isFinite) else {
        throw .cannotRead(
          what: "layer '\(layerName)'", path: path, reason: "a coordinate is not a finite number")
      }
      if let converter {
        for index in feature.polygons.indices {
          try feature.polygons[index].carry(by: converter, tolerance: tolerance)
        }
      }
      try body(feature)
    }
  }

  borrowing func refuse(_ said: GDALListener) throws(GeoFileError) {
    guard said.isContent else {
      throw .cannotRead(what: "layer '\(layerName)'", path: path, reason: said.words)
    }
  }

  /// The values of a feature's fields.
  borrowing func values(of feature: OGRFeatureH, _ wanted: [Int]) -> [VectorValue] {
    wanted.map { index -> VectorValue in
      let place = Int32(index)
      guard OGR_F_IsFieldSetAndNotNull(feature, place) != 0 else { return .null }
      switch fields[index].kind {
      case .integer: return .integer(OGR_F_GetFieldAsInteger64(feature, place))
      case .real: return .real(OGR_F_GetFieldAsDouble(feature, place))
      case .text, .records: return .text(String(cString: OGR_F_GetFieldAsString(feature, place)))
      }
    }
  }

  private borrowing func read(_ feature: OGRFeatureH, _ wanted: [Int]) -> VectorFeature {
    let values = values(of: feature, wanted)
    var polygons: [Polygon] = []
    if let shape = OGR_F_GetGeometryRef(feature),
      let linear = OGR_G_GetLinearGeometry(shape, 0, nil)
    {
      polygons = Polygon.collected(from: linear)
      OGR_G_DestroyGeometry(linear)
    }
    return VectorFeature(polygons: polygons, values: values)
  }
}

extension Polygon {
  fileprivate var isFinite: Bool {
    ([outer] + holes).allSatisfy { $0.points.allSatisfy { $0.x.isFinite && $0.y.isFinite } }
  }

  fileprivate mutating func carry(
    by converter: CoordinateConverter, tolerance: Double
  ) throws(GeoFileError) {
    outer = try converter.convert(outer, tolerance: tolerance)
    for index in holes.indices {
      holes[index] = try converter.convert(holes[index], tolerance: tolerance)
    }
  }
}
