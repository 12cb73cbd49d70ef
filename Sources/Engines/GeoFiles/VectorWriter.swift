import CGDAL
public import Grids
public import Polygons

/// A file format for polygons.
public enum VectorFormat: String, Hashable, Sendable, CaseIterable {
  /// A GeoPackage: a SQLite database with a spatial index.
  case geoPackage
  /// FlatGeobuf: one stream with a spatial index in front, readable over HTTP by ranges.
  case flatGeobuf
  /// One GeoJSON feature per line, in longitude and latitude on WGS 84.
  case geoJSONSequence

  /// The usual end of a file's name, without the dot.
  public var fileExtension: String {
    switch self {
    case .geoPackage: "gpkg"
    case .flatGeobuf: "fgb"
    case .geoJSONSequence: "geojsonl"
    }
  }

  fileprivate var driver: String {
    switch self {
    case .geoPackage: "GPKG"
    case .flatGeobuf: "FlatGeobuf"
    case .geoJSONSequence: "GeoJSONSeq"
    }
  }

  fileprivate var layerOptions: [String] {
    switch self {
    case .geoPackage: ["GEOMETRY_NAME=geom", "FID=fid", "SPATIAL_INDEX=YES"]
    case .flatGeobuf: ["SPATIAL_INDEX=YES"]
    case .geoJSONSequence: ["RS=NO", "COORDINATE_PRECISION=7"]
    }
  }
}

/// A file of polygons being written, feature after feature.
///
/// The same features in the same order give the same bytes. Rings are closed; outlines run
/// counter-clockwise and holes clockwise (RFC 7946, GeoPackage). As with rasters, only a file whose
/// ``close()`` has returned is complete.
public struct VectorWriter: ~Copyable {
  /// The path of the file, as given.
  public let path: String
  /// Where GDAL writes: it takes a FlatGeobuf of another name for a folder of layers.
  private let workingPath: String
  private let fields: [VectorField]
  private let toLonLat: CoordinateConverter?
  private let layer: OGRLayerH
  private let handle: DatasetHandle
  private let tally = VectorTally()

  /// Creates a file with one layer, replacing any that is there.
  ///
  /// - Parameter crs: The system of the polygons. GeoJSON is carried to longitude and latitude.
  /// - Throws: ``GeoFileError/cannotCreate(path:reason:)``,
  ///   ``GeoFileError/unknownCRS(definition:reason:)``.
  public init(
    creating path: String, format: VectorFormat, layer name: String, crs: CoordinateReference,
    fields: [VectorField]
  ) throws(GeoFileError) {
    let isLonLat = format == .geoJSONSequence
    let toLonLat =
      isLonLat ? try CoordinateConverter(from: crs, to: try CoordinateReference.wgs84) : nil
    let reference = try SpatialReference(isLonLat ? try CoordinateReference.wgs84 : crs)
    let needsName = format == .flatGeobuf && !path.hasSuffix(".fgb")
    let workingPath = needsName ? path + ".fgb" : path
    let (raw, said) = GDALListener.listen { () -> GDALDatasetH? in
      guard let driver = GDALGetDriverByName(format.driver) else { return nil }
      _ = VSIUnlink(workingPath)
      return GDALCreate(driver, workingPath, 0, 0, 0, GDT_Unknown, nil)
    }
    guard let raw else {
      throw .cannotCreate(path: path, reason: said.words.withDiskState(of: path))
    }
    let handle = DatasetHandle(raw)
    // GDAL goes on without a journal, and numbers the changes of the database otherwise.
    guard said.isContent else {
      throw .cannotCreate(path: path, reason: said.words.withDiskState(of: path))
    }
    let (layer, heard) = GDALListener.listen {
      Self.makeLayer(in: raw, name, reference, format.layerOptions, fields)
    }
    guard let layer, heard.isContent else {
      throw .cannotCreate(path: path, reason: heard.words.withDiskState(of: path))
    }
    self.path = path
    self.workingPath = workingPath
    self.fields = fields
    self.toLonLat = toLonLat
    self.layer = layer
    self.handle = handle
  }

  /// Writes one feature.
  ///
  /// - Precondition: `values` has one value per field, in the fields' order.
  /// - Throws: ``GeoFileError/cannotWrite(what:path:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)``.
  public borrowing func write(
    _ polygon: Polygon, values: [VectorValue]
  ) throws(GeoFileError) {
    precondition(values.count == fields.count)
    let outer = try positioned(polygon.outer, isCounterClockwise: true)
    var rings = [outer]
    for hole in polygon.holes { rings.append(try positioned(hole, isCounterClockwise: false)) }
    let (isDone, said) = GDALListener.listen { () -> Bool in
      guard let feature = OGR_F_Create(OGR_L_GetLayerDefn(layer)) else { return false }
      defer { OGR_F_Destroy(feature) }
      for (index, value) in values.enumerated() { Self.set(value, Int32(index), of: feature) }
      let shape = OGR_G_CreateGeometry(wkbPolygon)
      for ring in rings {
        let line = OGR_G_CreateGeometry(wkbLinearRing)
        for point in ring.points { OGR_G_AddPoint_2D(line, point.x, point.y) }
        if let first = ring.points.first { OGR_G_AddPoint_2D(line, first.x, first.y) }
        OGR_G_AddGeometryDirectly(shape, line)
      }
      return OGR_F_SetGeometryDirectly(feature, shape) == OGRERR_NONE
        && OGR_L_CreateFeature(layer, feature) == OGRERR_NONE
    }
    guard isDone && said.isContent else {
      throw .cannotWrite(
        what: "a feature", path: path, reason: said.words.withDiskState(of: path))
    }
    tally.add(polygon)
  }

  /// Commits what was written, finishes the file, opens it again and counts what it holds.
  ///
  /// - Throws: ``GeoFileError/cannotClose(path:reason:)``, and
  ///   ``GeoFileError/wroteWrongly(path:reason:)`` when a piece was lost without a word.
  public consuming func close() throws(GeoFileError) {
    let (path, workingPath, tally) = (self.path, self.workingPath, self.tally)
    let raw = handle.raw
    let (isDone, said) = GDALListener.listen {
      GDALDatasetTestCapability(raw, ODsCTransactions) == 0
        || GDALDatasetCommitTransaction(raw) == OGRERR_NONE
    }
    try handle.close(path: path)
    guard isDone && said.isContent else {
      throw .cannotClose(path: path, reason: said.words.withDiskState(of: path))
    }
    // A sequence of no features is an empty file, which GDAL cannot know for what it is.
    let isEmptySequence = toLonLat != nil && tally.features == 0
    if !isEmptySequence,
      let reason = try VectorTally(reading: workingPath).difference(from: tally)
    {
      throw .wroteWrongly(path: path, reason: reason.withDiskState(of: path))
    }
    if workingPath != path, VSIRename(workingPath, path) != 0 {
      throw .cannotClose(path: path, reason: "it cannot be renamed from '\(workingPath)'")
    }
  }

  /// A ring in the file's system, running the way the formats want it.
  private borrowing func positioned(
    _ ring: Ring, isCounterClockwise: Bool
  ) throws(GeoFileError) -> Ring {
    var points = try toLonLat?.convert(ring.points) ?? ring.points
    if toLonLat != nil {
      // A ring over the antimeridian goes on beyond 180° rather than around the world.
      for index in points.indices.dropFirst() {
        while points[index].x - points[index - 1].x > 180 { points[index].x -= 360 }
        while points[index].x - points[index - 1].x < -180 { points[index].x += 360 }
      }
    }
    let placed = Ring(points)
    guard (placed.signedArea >= 0) != isCounterClockwise, let first = points.first else {
      return placed
    }
    return Ring([first] + points.dropFirst().reversed())
  }

  private static func makeLayer(
    in raw: GDALDatasetH, _ name: String, _ reference: SpatialReference, _ options: [String],
    _ fields: [VectorField]
  ) -> OGRLayerH? {
    let layer = withStringList(options) {
      GDALDatasetCreateLayer(raw, name, reference.raw, wkbPolygon, $0)
    }
    guard let layer else { return nil }
    for field in fields {
      let kind =
        switch field.kind {
        case .integer: OFTInteger64
        case .real: OFTReal
        case .text: OFTString
        }
      guard let definition = OGR_Fld_Create(field.name, kind) else { return nil }
      defer { OGR_Fld_Destroy(definition) }
      guard OGR_L_CreateField(layer, definition, 0) == OGRERR_NONE else { return nil }
    }
    if GDALDatasetTestCapability(raw, ODsCTransactions) != 0 {
      guard GDALDatasetStartTransaction(raw, 0) == OGRERR_NONE else { return nil }
    }
    return layer
  }

  private static func set(_ value: VectorValue, _ index: Int32, of feature: OGRFeatureH) {
    switch value {
    case .integer(let number): OGR_F_SetFieldInteger64(feature, index, number)
    case .real(let number): OGR_F_SetFieldDouble(feature, index, number)
    case .text(let text): OGR_F_SetFieldString(feature, index, text)
    case .null: OGR_F_SetFieldNull(feature, index)
    }
  }
}
