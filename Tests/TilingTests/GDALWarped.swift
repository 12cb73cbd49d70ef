import CGDAL
import Grids
import Testing

/// What GDAL makes of a scene with its exact transformer (`-et 0`), straight lines between pixels.
struct GDALWarped {
  /// What stands where the scene does not reach.
  static let nodata: Float = -9999

  /// The pixels of each band, row by row.
  let bands: [[Float]]

  /// Warps a scene.
  ///
  /// The scale of resampling is that of pixels of one size: GDAL's own widens its lines, by which a ramp
  /// comes out bent.
  init(
    _ path: String, from source: String, to crs: String, of window: PixelWindow, on grid: RunGrid
  ) throws {
    GDALAllRegister()
    let bounds = grid.transform.bounds(of: window)
    let words = [
      "-of", "MEM", "-s_srs", source, "-t_srs", crs, "-wo", "XSCALE=1", "-wo", "YSCALE=1", "-et",
      "0", "-r", "bilinear", "-dstnodata", "-9999", "-te",
      "\(bounds.west)", "\(bounds.south)", "\(bounds.east)", "\(bounds.north)", "-ts",
      "\(window.width)", "\(window.height)", "-ot", "Float32",
    ]
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    for word in words { list = CSLAddString(list, word) }
    defer { CSLDestroy(list) }
    let options = GDALWarpAppOptionsNew(list, nil)
    defer { GDALWarpAppOptionsFree(options) }
    var source: GDALDatasetH? = GDALOpen(path, GA_ReadOnly)
    try #require(source != nil)
    defer { GDALClose(source) }
    let warped = try #require(GDALWarp("", nil, 1, &source, options, nil))
    defer { GDALClose(warped) }
    bands = try (1...GDALGetRasterCount(warped)).map { band in
      var pixels = [Float](repeating: 0, count: window.area)
      let status = GDALRasterIO(
        GDALGetRasterBand(warped, band), GF_Read, 0, 0, Int32(window.width), Int32(window.height),
        &pixels, Int32(window.width), Int32(window.height), GDT_Float32, 0, 0)
      try #require(status == CE_None)
      return pixels
    }
  }
}
