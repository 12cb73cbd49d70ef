import GeoFiles
import ShardStores

/// The libraries that all work of a process stands on.
enum OutsideLibraries {
  /// Starts GDAL and PROJ, and has them hear what SQLite says of their own databases.
  ///
  /// To be called before anything else is done with files, on the thread that does it; further calls
  /// do no harm.
  /// - Parameters:
  ///   - reachesOut: Whether files may be read that are not on this machine; else none are, whatever a
  ///     virtual raster or a catalogue says.
  ///   - cacheMegabytes: The size of GDAL's block cache.
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)`` when PROJ cannot use its database.
  static func start(
    reachesOut: Bool = false, cacheMegabytes: Int = MemoryPlan.usualCache
  ) throws(GeoFileError) {
    _ = isListening
    GDALRuntime.start(cacheMegabytes: cacheMegabytes)
    if reachesOut { GDALRuntime.allowRemote() } else { GDALRuntime.forbidRemote() }
    try GDALRuntime.holdDatabase()
  }

  private static let isListening: Bool = {
    SQLiteLog.listen { GDALRuntime.hear(refusal: $0) }
    return true
  }()
}
