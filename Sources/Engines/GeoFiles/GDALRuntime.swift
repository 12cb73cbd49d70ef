import CGDAL

/// The one copy of GDAL in this process: its drivers, its settings, its block cache.
///
/// Everything in this module starts it by itself. Call ``start(cacheMegabytes:)`` to choose the size
/// of the block cache, which GDAL would otherwise set to a twentieth of the machine's memory in each
/// process.
public enum GDALRuntime {
  /// Starts GDAL if it is not yet running, and sets the size of its block cache.
  ///
  /// May be called any number of times, from any thread.
  public static func start(cacheMegabytes: Int = 64) {
    ready()
    GDALSetCacheMax64(Int64(cacheMegabytes) << 20)
  }

  /// Tells of something that the system refused to a library below GDAL, such as a file that SQLite
  /// could not open.
  ///
  /// GDAL and PROJ may go on without it. The call that runs meanwhile counts as failed here, with
  /// these words as its reason.
  public static func hear(refusal: String) { GDALListener.hear(refusal: refusal) }

  /// The release of GDAL, such as `3.6.2`.
  public static var version: String { String(cString: GDALVersionInfo("RELEASE_NAME")) }

  /// Starts GDAL if nobody has.
  static func ready() { _ = started }

  private static let started: Void = {
    let settings = [
      ("GDAL_NUM_THREADS", "1"),  // workers are processes
      ("OGR_CURRENT_DATE", "2000-01-01T00:00:00.000Z"),  // GeoPackage would write the time of day
      ("OSR_DEFAULT_AXIS_MAPPING_STRATEGY", "TRADITIONAL_GIS_ORDER"),
      ("PG_USE_COPY", "YES"),  // rows instead of a command for each
      ("OGR_SQLITE_SYNCHRONOUS", "OFF"),  // published files are synchronised by who publishes them
    ]
    for (name, value) in settings { CPLSetConfigOption(name, value) }
    OSRSetPROJEnableNetwork(0)
    GDALListener.listenToBackgroundThreads()
    GDALAllRegister()
    GDALSetCacheMax64(64 << 20)
  }()
}
