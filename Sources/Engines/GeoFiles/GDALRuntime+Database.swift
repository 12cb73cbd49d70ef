import CGDAL
import Glibc
import Grids

extension GDALRuntime {
  /// Sees that PROJ can look into its database, and has it kept open for this thread.
  ///
  /// Where PROJ cannot open it, it goes on without: reference systems then have poorer texts, and
  /// nobody is told. Once open, it stays so, and cannot fail in the middle of the work.
  ///
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)``.
  public static func holdDatabase() throws(GeoFileError) {
    do { _ = try CoordinateReference.wgs84 } catch {
      if let reason = refusal() { throw .unknownCRS(definition: "EPSG:4326", reason: reason) }
      // A call that failed once, for want of a descriptor say, has passed by now.
      _ = try CoordinateReference.wgs84
    }
  }

  /// Why the system does not let the database be opened now; nil where it does, or has none.
  private static func refusal() -> String? {
    guard let folders = OSRGetPROJSearchPaths() else { return nil }
    defer { CSLDestroy(folders) }
    var next = folders
    while let folder = next.pointee {
      let path = String(cString: folder) + "/proj.db"
      let file = open(path, O_RDONLY | O_CLOEXEC)
      if file >= 0 {
        close(file)
        return nil
      }
      if errno != ENOENT && errno != ENOTDIR {
        return "the system says: cannot open \(path): \(String(cString: strerror(errno)))"
      }
      next += 1
    }
    return nil
  }
}
