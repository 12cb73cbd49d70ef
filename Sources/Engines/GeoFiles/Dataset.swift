import CGDAL
public import Grids

/// An open raster file, closed exactly once.
///
/// `Dataset` is noncopyable: it has one owner, and the compiler proves that nothing reads it after
/// it has been closed. Reading borrows it; ``close()`` consumes it. It is not `Sendable`: GDAL lets
/// a dataset move between threads, but never be used by two at once.
///
/// ```swift
/// let scene = try Dataset(opening: "scene.tif")
/// let pixels = try scene.readBytes(in: PixelWindow(scene.size), bands: [1, 2, 3])
/// ```
public struct Dataset: ~Copyable {
  /// The path the dataset was opened with, as given.
  public let path: String
  /// The name of GDAL's driver for the format, such as `GTiff`.
  public let driver: String
  /// The extent in pixels.
  public let size: PixelSize
  /// From pixels to ground; nil when the file does not place its pixels by an affine map.
  public let transform: GeoTransform?
  /// The system ground coordinates are in; nil when the file does not say.
  public let crs: CoordinateReference?
  /// The bands, in order; the first has number 1.
  public let bands: [BandDescription]
  /// Whether the file places pixels by control points instead of an affine map.
  public let hasGroundControlPoints: Bool
  /// The number of smaller copies inside the file.
  public let overviewCount: Int

  let handle: DatasetHandle
  /// Whether its pixels come from the net.
  let isRemote: Bool

  /// Opens an existing raster for reading.
  ///
  /// - Throws: ``GeoFileError/cannotOpen(path:reason:)`` with GDAL's own words as the reason.
  public init(opening path: String) throws(GeoFileError) {
    isRemote = GDALRuntime.isRemote(path)
    let (raw, said) = GDALRuntime.persistently(isRemote) {
      GDALOpenEx(
        RemoteSignatures.signed(path),
        UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR), nil, nil, nil)
    } succeeds: {
      $0 != nil
    }
    guard let raw else { throw .cannotOpen(path: path, reason: said.words) }
    let handle = DatasetHandle(raw)
    let count = Int(GDALGetRasterCount(raw))
    guard count > 0 else {
      throw .cannotOpen(path: path, reason: "it holds no raster band of its own")
    }
    let (reference, heard) = GDALListener.listen {
      SpatialReference(cloning: GDALGetSpatialRef(raw))
    }
    if let refusal = said.refusal ?? heard.refusal {
      throw .cannotOpen(path: path, reason: refusal)
    }
    crs = try reference?.value()
    self.path = path
    self.handle = handle
    driver = String(cString: GDALGetDriverShortName(GDALGetDatasetDriver(raw)))
    size = PixelSize(width: Int(GDALGetRasterXSize(raw)), height: Int(GDALGetRasterYSize(raw)))
    (transform, bands, overviewCount) =
      GDALListener.listen { () in
        let bands = (1...count).map {
          BandDescription(index: $0, band: GDALGetRasterBand(raw, Int32($0)))
        }
        return (
          Self.transform(of: raw), bands, Int(GDALGetOverviewCount(GDALGetRasterBand(raw, 1)))
        )
      }.value
    hasGroundControlPoints = GDALGetGCPCount(raw) > 0
  }

  /// The number of bands, alpha included.
  public var bandCount: Int { bands.count }

  /// Whether the file has the rational polynomials of a camera (RPC), which need heights.
  public var hasCameraModel: Bool {
    GDALListener.listen { GDALGetMetadata(handle.raw, "RPC") != nil }.value
  }

  /// Whether the raster's rows do not run along a ground axis.
  public var isRotated: Bool { transform.map { !$0.isAxisAligned } ?? false }

  /// Closes the file, reporting what failed meanwhile.
  ///
  /// - Throws: ``GeoFileError/cannotClose(path:reason:)``.
  public consuming func close() throws(GeoFileError) {
    let path = self.path
    try handle.close(path: path)
  }

  private static func transform(of raw: GDALDatasetH) -> GeoTransform? {
    var six = [Double](repeating: 0, count: 6)
    guard GDALGetGeoTransform(raw, &six) == CE_None else { return nil }
    let transform = GeoTransform(
      originX: six[0], columnX: six[1], rowX: six[2], originY: six[3], columnY: six[4],
      rowY: six[5])
    let isUsable = six.allSatisfy(\.isFinite) && transform.determinant != 0
    return isUsable ? transform : nil
  }
}

/// The pointer and nothing else, so that `discard self` is allowed.
struct DatasetHandle: ~Copyable {
  let raw: GDALDatasetH

  init(_ raw: GDALDatasetH) { self.raw = raw }

  func band(_ number: Int) -> GDALRasterBandH { GDALGetRasterBand(raw, Int32(number)) }

  consuming func close(path: String) throws(GeoFileError) {
    let raw = self.raw
    discard self
    let (isClosed, said) = GDALListener.listen { mw_gdal_close(raw) }
    guard isClosed && said.isContent else {
      throw .cannotClose(path: path, reason: said.words.withDiskState(of: path))
    }
  }

  deinit {
    let raw = self.raw
    _ = GDALListener.listen { mw_gdal_close(raw) }
  }
}

extension String {
  /// The same words, followed by the system's own when the disk of `path` is full.
  ///
  /// libtiff says "Write error at scanline 512" and no more.
  func withDiskState(of path: String) -> String {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let free = VSIGetDiskFreeSpace(folder.isEmpty ? "/" : folder)
    guard free >= 0, free < 1 << 20, !contains("No space left on device") else { return self }
    return self + " (No space left on device)"
  }
}
