import CGDAL

// What a GeoTIFF has no place for, GDAL writes to `<path>.aux.xml`, and reads from there as if it
// were part of the file. Our files are moved about alone, so all must be in them.

/// Removes what an earlier file of the same name may have left.
func removeSideFile(of path: String) { _ = VSIUnlink(path + ".aux.xml") }

/// Refuses a written file that is incomplete without another.
///
/// - Throws: ``GeoFileError/wroteWrongly(path:reason:)``.
func refuseSideFile(of path: String) throws(GeoFileError) {
  guard let file = VSIFOpenL(path + ".aux.xml", "rb") else { return }
  _ = VSIFCloseL(file)
  removeSideFile(of: path)
  throw .wroteWrongly(
    path: path, reason: "its coordinate reference system has no place in a GeoTIFF")
}
