import GeoFiles
import ShardStores

/// The libraries that all work of a process stands on.
enum OutsideLibraries {
  /// Starts GDAL and PROJ, and has them hear what SQLite says of their own databases.
  ///
  /// To be called before anything else is done with files, on the thread that does it; further calls
  /// do no harm.
  /// - Throws: ``GeoFileError/unknownCRS(definition:reason:)`` when PROJ cannot use its database.
  static func start() throws(GeoFileError) {
    _ = isListening
    GDALRuntime.start(cacheMegabytes: 64)
    try GDALRuntime.holdDatabase()
  }

  private static let isListening: Bool = {
    SQLiteLog.listen { GDALRuntime.hear(refusal: $0) }
    return true
  }()
}
