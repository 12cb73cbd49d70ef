import GeoFiles
import ShardStores

/// The libraries that all work of a process stands on.
enum OutsideLibraries {
  /// Starts GDAL, and has it hear what SQLite says of GDAL's and PROJ's own databases.
  ///
  /// To be called before anything else is done with files; further calls do no harm.
  static func start() {
    _ = isListening
    GDALRuntime.start(cacheMegabytes: 64)
  }

  private static let isListening: Bool = {
    SQLiteLog.listen { GDALRuntime.hear(refusal: $0) }
    return true
  }()
}
