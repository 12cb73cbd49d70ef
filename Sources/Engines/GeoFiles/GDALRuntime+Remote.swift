import CGDAL
import Synchronization

// Whether this process reaches out. GDAL does so wherever it meets an address, in a virtual raster too;
// so it is kept from it below all formats: its file systems for the net are replaced by one that
// refuses, and drivers with clients of their own are taken out.

extension GDALRuntime {
  /// Keeps this process from reading anything that is not on this machine; for good.
  ///
  /// What GDAL is asked for then, by whatever file, fails and says why. To be called before any file
  /// is opened, on the first thread.
  public static func forbidRemote() { _ = isForbidden }

  /// Sets how often and how long GDAL tries when it reads from the net, the same for all processes.
  ///
  /// A server that fails (429, 500, 502, 503, 504) or breaks off is asked again, five times, after half
  /// a second and ever longer; one that sends fewer than 1,000 bytes/s for 30 s has broken off. Folders
  /// on the net are not listed, and files beside a scene (`.msk`, `.aux.xml`, `.ovr`) are not looked
  /// for there: whether they were found would depend on how well the server does.
  public static func allowRemote() { _ = isAllowed }

  /// GDAL's file systems that stay on this machine.
  private static let local: Set<String> = [
    "/vsimem/", "/vsizip/", "/vsigzip/", "/vsitar/", "/vsi7z/", "/vsirar/", "/vsisubfile/",
    "/vsisparse/", "/vsicrypt/", "/vsistdin/", "/vsistdin?", "/vsistdout/", "/vsistdout_redirect/",
    "/vsicached?",
  ]

  /// Drivers that speak to servers by themselves.
  private static let clients = [
    "HTTP", "WMS", "WMTS", "WCS", "OGCAPI", "PLMOSAIC", "EEDAI", "EEDA", "NGW", "DAAS", "RDA",
    "STACIT", "STACTA", "PostGISRaster", "RASDAMAN", "WFS", "OAPIF", "CSW", "Carto", "AmigoCloud",
    "PLSCENES", "Elasticsearch", "CouchDB", "GPSBabel",
  ]

  /// Whether a file's pixels come from the net, as its path or, of a virtual raster, its text says.
  static func isRemote(_ path: String) -> Bool {
    if RemotePath.isRemote(path) { return true }
    guard path.lowercased().hasSuffix(".vrt"),
      let bytes = try? VirtualFile.read(path, atMost: 64 << 20)
    else { return false }
    return RemotePath.isRemote(String(decoding: bytes, as: UTF8.self))
  }

  /// Runs a call; where it fails on its way over the net, as if nothing had been fetched, up to three
  /// times.
  ///
  /// GDAL asks again where a server says that it failed. An answer that is cut short it takes for the
  /// file's end, and remembers.
  static func persistently<Value>(
    _ isRemote: Bool, _ call: () -> Value, succeeds: (Value) -> Bool
  ) -> (value: Value, said: GDALListener) {
    guard isRemote else { return GDALListener.listen(call) }
    let setting = "GDAL_DISABLE_READDIR_ON_OPEN"
    CPLSetThreadLocalConfigOption(setting, "EMPTY_DIR")
    defer { CPLSetThreadLocalConfigOption(setting, nil) }
    var result = GDALListener.listen(call)
    for _ in 0..<2 where !succeeds(result.value) || !result.said.isContent {
      VSICurlClearCache()
      result = GDALListener.listen(call)
    }
    return result
  }

  private static let isForbidden: Void = {
    ready()
    var prefixes: [String] = []
    if let list = VSIGetFileSystemsPrefixes() {
      var next = list
      while let prefix = next.pointee {
        prefixes.append(String(cString: prefix))
        next += 1
      }
      CSLDestroy(list)
    }
    for prefix in prefixes where prefix.hasPrefix("/vsi") && !local.contains(prefix) {
      _ = mw_gdal_block(prefix)
    }
    for name in clients {
      guard let driver = GDALGetDriverByName(name) else { continue }
      GDALDeregisterDriver(driver)
    }
  }()

  private static let isAllowed: Void = {
    ready()
    let settings = [
      ("GDAL_HTTP_MAX_RETRY", "5"), ("GDAL_HTTP_RETRY_DELAY", "0.5"),
      ("GDAL_HTTP_CONNECTTIMEOUT", "10"), ("GDAL_HTTP_LOW_SPEED_TIME", "30"),
      ("GDAL_HTTP_LOW_SPEED_LIMIT", "1000"), ("GDAL_HTTP_USERAGENT", "Mapwright"),
    ]
    for (name, value) in settings { CPLSetConfigOption(name, value) }
  }()
}
