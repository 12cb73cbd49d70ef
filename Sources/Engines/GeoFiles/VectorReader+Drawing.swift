import CGDAL
public import Grids

extension VectorReader {
  /// Draws all features into a mask: 255 where there is one, 0 elsewhere.
  ///
  /// Areas are filled, and lines and places are one pixel wide.
  ///
  /// - Parameter longest: The longer side of the mask, in pixels.
  /// - Returns: The mask, row by row from the north.
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``, also when there is nothing to draw.
  /// - Complexity: O(features + pixels).
  public borrowing func drawn(
    longest: Int
  ) throws(GeoFileError) -> (mask: [UInt8], size: PixelSize) {
    var box = OGREnvelope()
    let (status, said) = GDALListener.listen { OGR_L_GetExtent(layer, &box, 1) }
    let name = "layer '\(layerName)'"
    guard status == OGRERR_NONE, said.isContent else {
      let reason = said.isContent ? "it holds no feature with a place" : said.words
      throw .cannotRead(what: name, path: path, reason: reason)
    }
    // A margin, so that what lies at the edge is seen; a single place has no extent at all.
    let margin = max(box.MaxX - box.MinX, box.MaxY - box.MinY) * 0.02 + 1e-9
    let (width, height) = (
      box.MaxX - box.MinX + 2 * margin, box.MaxY - box.MinY + 2 * margin
    )
    let pixel = max(width, height) / Double(longest)
    let size = PixelSize(
      width: max(1, Int((width / pixel).rounded())), height: max(1, Int((height / pixel).rounded()))
    )
    var mask = [UInt8](repeating: 0, count: size.area)
    var six = [box.MinX - margin, pixel, 0, box.MaxY + margin, 0, -pixel]
    let (isDrawn, heard) = mask.withUnsafeMutableBytes { bytes in
      GDALListener.listen { () -> Bool in
        let target = GDALCreate(
          GDALGetDriverByName("MEM"), "", Int32(size.width), Int32(size.height), 1, GDT_Byte, nil)
        guard let target else { return false }
        defer { GDALClose(target) }
        GDALSetGeoTransform(target, &six)
        var (band, burnt): (Int32, Double) = (1, 255)
        var layers: [OGRLayerH?] = [layer]
        OGR_L_ResetReading(layer)
        return GDALRasterizeLayers(
          target, 1, &band, 1, &layers, nil, nil, &burnt, nil, nil, nil) == CE_None
          && GDALRasterIO(
            GDALGetRasterBand(target, 1), GF_Read, 0, 0, Int32(size.width), Int32(size.height),
            bytes.baseAddress, Int32(size.width), Int32(size.height), GDT_Byte, 0, 0) == CE_None
      }
    }
    guard isDrawn, heard.isContent else {
      throw .cannotRead(what: name, path: path, reason: heard.words)
    }
    return (mask, size)
  }
}
