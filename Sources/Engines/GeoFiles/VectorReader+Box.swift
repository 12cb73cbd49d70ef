import CGDAL
public import Grids
public import Polygons

/// A feature as it is drawn, in the coordinates of its file.
public struct DrawnFeature: Sendable {
  /// Its number in the file.
  public var number: Int
  /// The rings of its areas, or its lines; a ring's first point is not repeated.
  public var paths: [[Point]]
  /// Whether ``paths`` are rings.
  public var isArea: Bool
  /// The values asked for.
  public var values: [VectorValue]
}

extension VectorReader {
  /// Reads the features that meet a box, or all; a file with a spatial index is asked by it.
  ///
  /// - Parameters:
  ///   - box: In the file's own coordinates; nil for everything.
  ///   - wanted: The fields whose values are read, by index.
  ///   - body: Called with each feature, in the order of the file; false ends the reading.
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  public borrowing func visitDrawn(
    in box: GroundBounds?, values wanted: [Int], _ body: (DrawnFeature) -> Bool
  ) throws(GeoFileError) {
    try visitRaw(in: box) { feature in
      guard let shape = OGR_F_GetGeometryRef(feature) else { return true }
      let polygons = Polygon.collected(from: shape)
      let paths =
        polygons.isEmpty
        ? Polygon.lines(of: shape)
        : polygons.flatMap { [$0.outer.points] + $0.holes.map(\.points) }
      return body(
        DrawnFeature(
          number: Int(OGR_F_GetFID(feature)), paths: paths, isArea: !polygons.isEmpty,
          values: values(of: feature, wanted)))
    }
  }

  /// Reads of all features where they lie, and one number.
  ///
  /// - Parameters:
  ///   - field: The number's field, by index; nil for none.
  ///   - body: Called with each feature's box in the file's own coordinates, and its number, NaN where
  ///     it has none; false ends the reading.
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  public borrowing func visitBoxes(
    number field: Int?, _ body: (GroundBounds, Double) -> Bool
  ) throws(GeoFileError) {
    try visitRaw(in: nil) { feature in
      guard let shape = OGR_F_GetGeometryRef(feature) else { return true }
      var box = OGREnvelope()
      OGR_G_GetEnvelope(shape, &box)
      let number = field.map { OGR_F_GetFieldAsDouble(feature, Int32($0)) }
      return body(
        GroundBounds(west: box.MinX, south: box.MinY, east: box.MaxX, north: box.MaxY),
        number ?? .nan)
    }
  }

  private borrowing func visitRaw(
    in box: GroundBounds?, _ body: (OGRFeatureH) -> Bool
  ) throws(GeoFileError) {
    let (_, said) = GDALListener.listen {
      if let box {
        OGR_L_SetSpatialFilterRect(layer, box.west, box.south, box.east, box.north)
      } else {
        OGR_L_SetSpatialFilter(layer, nil)
      }
      OGR_L_ResetReading(layer)
      while let feature = OGR_L_GetNextFeature(layer) {
        defer { OGR_F_Destroy(feature) }
        if !body(feature) { break }
      }
      OGR_L_SetSpatialFilter(layer, nil)
    }
    try refuse(said)
  }
}
