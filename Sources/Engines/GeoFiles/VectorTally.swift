import CGDAL
import Polygons

/// How much a vector file holds: enough to see that a piece of it was lost on the way to the disk.
///
/// Some of OGR's drivers do not look whether a write went well, GeoJSON's among them. What is lost
/// then is a piece of the stream, from the middle or from the end: features, or points of one.
final class VectorTally {
  private(set) var features = 0
  private(set) var points = 0

  init() {}

  /// Counts a feature; every ring is closed by its first point.
  func add(_ polygon: Polygon) {
    features += 1
    points += polygon.outer.points.count + 1
    for hole in polygon.holes { points += hole.points.count + 1 }
  }

  /// Counts what a file holds.
  ///
  /// - Throws: ``GeoFileError/wroteWrongly(path:reason:)`` when it cannot be read.
  /// - Complexity: O(features); constant memory.
  init(reading path: String) throws(GeoFileError) {
    let (raw, said) = GDALListener.listen {
      GDALOpenEx(
        path, UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    }
    guard let raw else { throw .wroteWrongly(path: path, reason: said.words) }
    let handle = DatasetHandle(raw)
    let ((features, points), heard) = GDALListener.listen {
      Self.count(GDALDatasetGetLayer(handle.raw, 0))
    }
    guard heard.isContent else { throw .wroteWrongly(path: path, reason: heard.words) }
    (self.features, self.points) = (features, points)
  }

  private static func count(_ layer: OGRLayerH?) -> (Int, Int) {
    guard let layer else { return (0, 0) }
    var (features, points) = (0, 0)
    OGR_L_ResetReading(layer)
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      features += 1
      guard let shape = OGR_F_GetGeometryRef(feature) else { continue }
      for ring in 0..<OGR_G_GetGeometryCount(shape) {
        points += Int(OGR_G_GetPointCount(OGR_G_GetGeometryRef(shape, ring)))
      }
    }
    return (features, points)
  }

  /// What differs from what was written, in words; nil when nothing does.
  func difference(from written: VectorTally) -> String? {
    guard features != written.features || points != written.points else { return nil }
    return "it holds \(features) features with \(points) points, "
      + "written were \(written.features) with \(written.points)"
  }
}
