import CGDAL
public import Grids
public import Polygons

/// A file of polygons, lines or points being written, feature after feature.
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
  private let placer: ShapePlacer
  private let kind: Shape.Kind
  private let format: VectorFormat
  /// Whether every feature is written as several parts, be it one.
  private let isMultiple: Bool
  private let layer: OGRLayerH
  private let handle: DatasetHandle
  private let tally = VectorTally()

  /// Creates a file with one layer, replacing any that is there.
  ///
  /// - Parameters:
  ///   - path: Where it is written.
  ///   - format: Its format.
  ///   - name: The layer's name.
  ///   - kind: What the features are.
  ///   - crs: The system of the features. GeoJSON is carried to longitude and latitude.
  ///   - fields: The attributes.
  ///   - hasIdentifier: Whether the field `id` names features: GeoJSON has a place of its own for it.
  ///   - parts: Whether features may have several parts: the layer is one of their multiples then.
  ///   - style: How a GeoPackage's layer is drawn; other formats have no place for it.
  /// - Throws: ``GeoFileError/cannotCreate(path:reason:)``,
  ///   ``GeoFileError/unknownCRS(definition:reason:)``.
  public init(
    creating path: String, format: VectorFormat, layer name: String,
    of kind: Shape.Kind = .polygon, crs: CoordinateReference,
    fields: [VectorField], hasIdentifier: Bool = false, parts: Bool = false,
    style: VectorStyle? = nil
  ) throws(GeoFileError) {
    let target = format.isLonLat ? try CoordinateReference.wgs84 : crs
    let reference = try SpatialReference(target)
    let ending = ".\(format.fileExtension)"
    let needsName = format.isKnownByName && !path.hasSuffix(ending)
    let workingPath = needsName ? path + ending : path
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
    let (layer, heard) = GDALListener.listen { () -> OGRLayerH? in
      let layer = Self.makeLayer(
        in: raw, name, reference, parts ? kind.multipleType : kind.type,
        format.layerOptions(hasIdentifier: hasIdentifier), fields,
        mayShortenNames: format == .shapefile)
      return layer != nil && Self.begin(in: raw) ? layer : nil
    }
    guard let layer, heard.isContent else {
      throw .cannotCreate(path: path, reason: heard.words.withDiskState(of: path))
    }
    let placer = try ShapePlacer(from: crs, to: target)
    if let style, format == .geoPackage { try Self.add(style, to: name, in: raw, at: path) }
    self.path = path
    self.workingPath = workingPath
    self.fields = fields
    self.format = format
    // GeoJSON's collections have features of both kinds.
    isMultiple = parts && !format.isLonLat
    self.placer = placer
    self.kind = kind
    self.layer = layer
    self.handle = handle
  }

  /// Writes one feature.
  ///
  /// - Precondition: The shape is of the layer's kind, and `values` has one value per field, in the
  ///   fields' order.
  /// - Throws: ``GeoFileError/cannotWrite(what:path:reason:)``,
  ///   ``GeoFileError/cannotConvert(from:to:reason:)``.
  public borrowing func write(
    _ shape: Shape, values: [VectorValue]
  ) throws(GeoFileError) {
    precondition(values.count == fields.count && shape.kind == kind)
    let placed = try placer.placed(shape)
    let (isDone, said) = GDALListener.listen {
      Self.add(placed, values, fields, asMultiple: isMultiple, to: layer)
    }
    guard isDone && said.isContent else {
      throw .cannotWrite(
        what: "a feature", path: path, reason: said.words.withDiskState(of: path))
    }
    tally.add(shape)
  }

  static func add(
    _ shape: Shape, _ values: [VectorValue], _ fields: [VectorField], asMultiple: Bool,
    to layer: OGRLayerH
  ) -> Bool {
    guard let feature = OGR_F_Create(OGR_L_GetLayerDefn(layer)) else { return false }
    defer { OGR_F_Destroy(feature) }
    for (index, value) in values.enumerated() {
      set(value, fields[index].kind, Int32(index), of: feature)
    }
    return OGR_F_SetGeometryDirectly(feature, shape.makeShape(asMultiple: asMultiple))
      == OGRERR_NONE && OGR_L_CreateFeature(layer, feature) == OGRERR_NONE
  }

  /// Commits what was written, finishes the file, opens it again and counts what it holds.
  ///
  /// - Throws: ``GeoFileError/cannotClose(path:reason:)``, and
  ///   ``GeoFileError/wroteWrongly(path:reason:)`` when a piece was lost without a word.
  public consuming func close() throws(GeoFileError) {
    let (path, workingPath, format) = (self.path, self.workingPath, self.format)
    let tally = self.tally
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
    let isEmptySequence = format == .geoJSONSequence && tally.features == 0
    let found =
      isEmptySequence
      ? tally
      : format.isReadable
        ? try VectorTally(reading: workingPath) : try VectorTally(readingCommands: workingPath)
    if let reason = found.difference(from: tally) {
      throw .wroteWrongly(path: path, reason: reason.withDiskState(of: path))
    }
    if workingPath != path, VSIRename(workingPath, path) != 0 {
      throw .cannotClose(path: path, reason: "it cannot be renamed from '\(workingPath)'")
    }
  }

  static func makeLayer(
    in raw: GDALDatasetH, _ name: String, _ reference: SpatialReference, _ type: OGRwkbGeometryType,
    _ options: [String], _ fields: [VectorField], mayShortenNames: Bool = false
  ) -> OGRLayerH? {
    let layer = withStringList(options) {
      GDALDatasetCreateLayer(raw, name, reference.raw, type, $0)
    }
    guard let layer else { return nil }
    for field in fields {
      let kind =
        switch field.kind {
        case .integer: OFTInteger64
        case .real: OFTReal
        case .text, .records: OFTString
        }
      guard let definition = OGR_Fld_Create(field.name, kind) else { return nil }
      defer { OGR_Fld_Destroy(definition) }
      if case .records = field.kind { OGR_Fld_SetSubType(definition, OFSTJSON) }
      guard OGR_L_CreateField(layer, definition, mayShortenNames ? 1 : 0) == OGRERR_NONE else {
        return nil
      }
    }
    return layer
  }

  /// Begins a transaction where there are any.
  private static func begin(in raw: GDALDatasetH) -> Bool {
    GDALDatasetTestCapability(raw, ODsCTransactions) == 0
      || GDALDatasetStartTransaction(raw, 0) == OGRERR_NONE
  }

  static func set(
    _ value: VectorValue, _ kind: VectorField.Kind, _ index: Int32, of feature: OGRFeatureH
  ) {
    switch value {
    case .integer(let number): OGR_F_SetFieldInteger64(feature, index, number)
    case .real(let number): OGR_F_SetFieldDouble(feature, index, number)
    case .text(let text): OGR_F_SetFieldString(feature, index, text)
    case .records: OGR_F_SetFieldString(feature, index, value.json(kind))
    case .null: OGR_F_SetFieldNull(feature, index)
    }
  }
}
