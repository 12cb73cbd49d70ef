import GeoFiles
import ShardStores

/// The libraries that all work of a process stands on.
enum OutsideLibraries {
  /// Starts GDAL and PROJ, and has them hear what SQLite says of their own databases.
  ///
  /// To be called before anything else is done with files, on the thread that does it; further calls
  /// do no harm.
  /// - Parameter reachesOut: Whether files may be read that are not on this machine; else none are,
  ///   whatever a virtual raster or a catalogue says.
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)`` when PROJ cannot use its database.
  static func start(reachesOut: Bool = false) throws(GeoFileError) {
    _ = isListening
    GDALRuntime.start(cacheMegabytes: 64)
    if reachesOut { GDALRuntime.allowRemote() } else { GDALRuntime.forbidRemote() }
    try GDALRuntime.holdDatabase()
  }

  private static let isListening: Bool = {
    SQLiteLog.listen { GDALRuntime.hear(refusal: $0) }
    return true
  }()
}
