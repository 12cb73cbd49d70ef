import CGDAL
public import Grids

/// A GeoTIFF of bytes, or of 16-bit numbers, being written: blocks of 512 px, one band after the other.
///
/// Blocks are packed and appended in the order of the calls, past GDAL's block cache, so that the
/// same calls give the same file whatever else the process does. A window that covers only part of
/// a block has that block read and written again: align windows to ``block`` where speed or the
/// file's size counts.
///
/// Blocks never written are filled with nodata, or 0, when the file is closed.
///
/// A file is complete only when ``close()`` has returned; a writer that goes out of scope leaves a
/// broken file behind. Even then GDAL may have lost the last bytes without a word: ``close()`` looks
/// for every block in the file, and who publishes it reads the pixels back.
public struct GeoTIFFWriter: ~Copyable {
  /// The side of a block, in pixels.
  public static let block = 512

  /// The path of the file, as given.
  public let path: String
  /// What the file is to be.
  public let description: GeoTIFFDescription
  private let handle: DatasetHandle

  /// Creates a file, replacing any that is there.
  ///
  /// - Throws: ``GeoFileError/cannotCreate(path:reason:)``,
  ///   ``GeoFileError/unknownCRS(definition:reason:)``.
  public init(
    creating path: String, _ description: GeoTIFFDescription
  ) throws(GeoFileError) {
    let crs = try SpatialReference(description.crs)
    let (raw, said) = GDALListener.listen { () -> GDALDatasetH? in
      guard let driver = GDALGetDriverByName("GTiff") else { return nil }
      removeSideFile(of: path)
      return withStringList(description.creationOptions) {
        GDALCreate(
          driver, path, Int32(description.size.width), Int32(description.size.height),
          Int32(description.bandCount), description.isWide ? GDT_UInt16 : GDT_Byte, $0)
      }
    }
    guard let raw else {
      throw .cannotCreate(path: path, reason: said.words.withDiskState(of: path))
    }
    let handle = DatasetHandle(raw)
    guard said.isContent else {
      throw .cannotCreate(path: path, reason: said.words.withDiskState(of: path))
    }
    let (isDone, heard) = GDALListener.listen { description.describe(raw, crs) }
    guard isDone && heard.isContent else {
      throw .cannotCreate(path: path, reason: heard.words.withDiskState(of: path))
    }
    self.handle = handle
    self.path = path
    self.description = description
  }

  /// Writes one band of a window, row by row.
  ///
  /// - Precondition: `bytes.count == window.area`, or twice that for 16-bit numbers, the smaller byte first.
  /// - Throws: ``GeoFileError/windowOutside(window:bands:size:bandCount:path:)``,
  ///   ``GeoFileError/cannotWrite(what:path:reason:)``.
  public borrowing func write(
    _ bytes: UnsafeBufferPointer<UInt8>, in window: PixelWindow, band: Int
  ) throws(GeoFileError) {
    try write(bytes, in: window, band: band, overview: nil)
  }

  /// Writes one band of a window of a smaller copy; `window` is in that copy's own pixels.
  ///
  /// - Precondition: `bytes.count == window.area`.
  /// - Throws: As ``write(_:in:band:)``.
  public borrowing func write(
    _ bytes: UnsafeBufferPointer<UInt8>, in window: PixelWindow, band: Int, overview: Int
  ) throws(GeoFileError) {
    try write(bytes, in: window, band: band, overview: .some(overview))
  }

  /// Writes one band of a window of the picture, or of a smaller copy of it.
  ///
  /// - Precondition: `bytes.count == window.area`.
  /// - Throws: As ``write(_:in:band:)``.
  public borrowing func write(
    _ bytes: [UInt8], in window: PixelWindow, band: Int, overview: Int? = nil
  ) throws(GeoFileError) {
    try bytes.withUnsafeBufferPointer { buffer throws(GeoFileError) in
      try write(buffer, in: window, band: band, overview: overview)
    }
  }

  /// Finishes the file and sees that every block is in it.
  ///
  /// - Throws: ``GeoFileError/cannotClose(path:reason:)``,
  ///   ``GeoFileError/wroteWrongly(path:reason:)``.
  public consuming func close() throws(GeoFileError) {
    let path = self.path
    try handle.close(path: path)
    try refuseSideFile(of: path)
    let written = try Dataset(opening: path)
    if let reason = written.missingBlock(in: .allCopies) {
      throw .wroteWrongly(path: path, reason: reason.withDiskState(of: path))
    }
  }

  private borrowing func write(
    _ bytes: UnsafeBufferPointer<UInt8>, in window: PixelWindow, band: Int, overview: Int?
  ) throws(GeoFileError) {
    let pixelBytes = description.isWide ? 2 : 1
    precondition(bytes.count == window.area * pixelBytes)
    let size = overview.map { description.size(ofOverview: $0) } ?? description.size
    let isThere =
      (1...description.bandCount).contains(band)
      && (0..<max(1, description.overviewCount)).contains(overview ?? 0)
      && (overview == nil || description.overviewCount > 0)
    guard isThere, PixelWindow(size).contains(window) else {
      throw .windowOutside(
        window: window, bands: [band], size: size, bandCount: description.bandCount, path: path)
    }
    let raw = overview.map { GDALGetOverview(handle.band(band), Int32($0)) } ?? handle.band(band)
    guard let raw, !window.isEmpty else { return }
    let (status, said) = GDALListener.listen {
      writeBlocks(bytes, in: window, of: raw, size: size)
    }
    guard status && said.isContent else {
      throw .cannotWrite(
        what: "\(window) in band \(band)", path: path,
        reason: said.words.withDiskState(of: path))
    }
  }

  /// Writes the blocks a window meets, row by row; false as soon as GDAL refuses one.
  private borrowing func writeBlocks(
    _ bytes: UnsafeBufferPointer<UInt8>, in window: PixelWindow, of raw: GDALRasterBandH,
    size: PixelSize
  ) -> Bool {
    let side = Self.block
    let pixelBytes = description.isWide ? 2 : 1
    var block = [UInt8](repeating: 0, count: side * side * pixelBytes)
    for row in window.y / side...(window.maxY - 1) / side {
      for column in window.x / side...(window.maxX - 1) / side {
        let place = PixelWindow(x: column * side, y: row * side, width: side, height: side)
        let part = place.intersection(window)
        if part != place.intersection(PixelWindow(size)) {
          guard GDALReadBlock(raw, Int32(column), Int32(row), &block) == CE_None else {
            return false
          }
        } else if part != place {
          // What lies beyond the picture's edge is packed, too.
          block.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        }
        for y in part.y..<part.maxY {
          let length = part.width * pixelBytes
          let source = ((y - window.y) * window.width + part.x - window.x) * pixelBytes
          let target = ((y - place.y) * side + part.x - place.x) * pixelBytes
          block.withUnsafeMutableBufferPointer { block in
            _ = block[target...].update(fromContentsOf: bytes[source..<source + length])
          }
        }
        guard GDALWriteBlock(raw, Int32(column), Int32(row), &block) == CE_None else {
          return false
        }
      }
    }
    return true
  }
}

extension GeoTIFFDescription {
  /// Writes all but the pixels; what comes after the first block would be appended elsewhere.
  fileprivate func describe(_ raw: GDALDatasetH, _ crs: SpatialReference) -> Bool {
    var six = transform.coefficients
    var isDone = GDALSetGeoTransform(raw, &six) == CE_None
    isDone = GDALSetSpatialRef(raw, crs.raw) == CE_None && isDone
    for item in metadata {
      isDone = GDALSetMetadataItem(raw, item.name, item.value, nil) == CE_None && isDone
    }
    for index in 1...bandCount {
      guard let band = GDALGetRasterBand(raw, Int32(index)) else { return false }
      if let nodata {
        isDone = GDALSetRasterNoDataValue(band, Double(nodata)) == CE_None && isDone
      }
      if let scale { isDone = GDALSetRasterScale(band, scale) == CE_None && isDone }
      if index <= bandNames.count { GDALSetDescription(band, bandNames[index - 1]) }
    }
    return setColors(raw) && makeOverviews(raw) && isDone
  }

  private func setColors(_ raw: GDALDatasetH) -> Bool {
    guard let colors, let band = GDALGetRasterBand(raw, 1) else { return true }
    guard let table = GDALCreateColorTable(GPI_RGB) else { return false }
    defer { GDALDestroyColorTable(table) }
    for (index, color) in colors.enumerated() {
      var entry = GDALColorEntry(
        c1: Int16(color[0]), c2: Int16(color[1]), c3: Int16(color[2]), c4: 255)
      GDALSetColorEntry(table, Int32(index), &entry)
    }
    return GDALSetRasterColorTable(band, table) == CE_None
  }

  /// Makes the smaller copies, without pixels; the caller knows better how to fill them.
  private func makeOverviews(_ raw: GDALDatasetH) -> Bool {
    guard overviewCount > 0 else { return true }
    // Smaller copies after a header that did not reach the disk would crash libtiff.
    CPLErrorReset()
    GDALFlushCache(raw)
    guard CPLGetLastErrorType().rawValue < CE_Failure.rawValue else { return false }
    let block = "\(GeoTIFFWriter.block)"
    var factors = (0..<overviewCount).map { Int32(2 << $0) }
    CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", block)
    defer { CPLSetThreadLocalConfigOption("GDAL_TIFF_OVR_BLOCKSIZE", nil) }
    return GDALBuildOverviews(raw, "NONE", Int32(factors.count), &factors, 0, nil, nil, nil)
      == CE_None
  }
}
