import CGDAL

/// A GeoPackage with several layers, put together from files of one layer each.
public enum LayeredGeoPackage {
  /// Appends the layers of files to a GeoPackage, in their order.
  ///
  /// - Parameters:
  ///   - files: GeoPackages of one layer each, which keep its name.
  ///   - path: A GeoPackage that ``VectorWriter`` has closed; its own layer stays the first.
  /// - Throws: ``GeoFileError/cannotWrite(what:path:reason:)`` and its kin; the file is incomplete
  ///   then. ``GeoFileError/wroteWrongly(path:reason:)`` when a layer holds fewer features than its
  ///   file.
  public static func append(_ files: [String], to path: String) throws(GeoFileError) {
    for file in files {
      let (count, name) = try features(of: file, layer: nil)
      let (isDone, said) = GDALListener.listen { copy(file, into: path) }
      guard isDone, said.isContent else {
        throw .cannotWrite(what: "layer '\(name)'", path: path, reason: said.words)
      }
      let (written, _) = try features(of: path, layer: name)
      guard written == count else {
        throw .wroteWrongly(
          path: path, reason: "layer '\(name)' holds \(written) features, written were \(count)")
      }
    }
  }

  private static func copy(_ file: String, into path: String) -> Bool {
    guard
      let source = GDALOpenEx(
        file, UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    else { return false }
    defer { GDALClose(source) }
    guard
      let target = GDALOpenEx(
        path, UInt32(GDAL_OF_VECTOR | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    else { return false }
    let words = ["-update", "-append", "-lco", "GEOMETRY_NAME=geom", "-lco", "FID=fid"]
    let options = withStringList(words) { GDALVectorTranslateOptionsNew($0, nil) }
    defer { GDALVectorTranslateOptionsFree(options) }
    var sources: [GDALDatasetH?] = [source]
    var isMisused: Int32 = 0
    let result = GDALVectorTranslate(nil, target, 1, &sources, options, &isMisused)
    return mw_gdal_close(target) && result != nil && isMisused == 0
  }

  private static func features(
    of path: String, layer name: String?
  ) throws(GeoFileError) -> (count: Int, layer: String) {
    let reader = try VectorReader(opening: path, layer: name)
    return (reader.featureCount, reader.layerName)
  }
}
