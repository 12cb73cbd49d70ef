import CGDAL
public import Grids

extension Dataset {
  /// Reads a window of one band as bytes, in another size.
  ///
  /// Smaller copies in the file are used where they suffice: reading half the size from a file that
  /// has such a copy reads that copy's own pixels.
  ///
  /// - Parameters:
  ///   - size: The size wanted, at most the window's.
  ///   - reduction: How what is not in a copy is made; nil takes the nearest pixel.
  ///   - buffer: Where the pixels go, row by row.
  /// - Precondition: `buffer.count == size.area`.
  /// - Throws: As ``readBytes(in:bands:)``.
  /// - Complexity: O(pixels of the smallest copy that is large enough, in the window).
  public borrowing func readBytes(
    in window: PixelWindow, band: Int, size: PixelSize, _ reduction: Reduction?,
    into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(GeoFileError) {
    precondition(buffer.count == size.area)
    try check(window, [band])
    let type = bands[band - 1].elementType
    guard type == .uint8 else { throw .notBytes(band: band, type: type, path: path) }
    try readCopy(
      of: handle.band(band), named: "band \(band)", window, size, reduction,
      UnsafeMutableRawBufferPointer(buffer), GDT_Byte)
  }

  /// Reads a window of one band as floating-point numbers, in another size; else the same.
  public borrowing func readFloats(
    in window: PixelWindow, band: Int, size: PixelSize, _ reduction: Reduction?,
    into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(GeoFileError) {
    precondition(buffer.count == size.area)
    try check(window, [band])
    try readCopy(
      of: handle.band(band), named: "band \(band)", window, size, reduction,
      UnsafeMutableRawBufferPointer(buffer), GDT_Float32)
  }

  /// Reads where a window holds a picture, by the mask of a band, in another size: 0 for nowhere.
  ///
  /// - Returns: Nil where the file says that there is a picture everywhere.
  public borrowing func readMask(
    in window: PixelWindow, band: Int, size: PixelSize
  ) throws(GeoFileError) -> [UInt8]? {
    try check(window, [band])
    let raw = handle.band(band)
    guard GDALListener.listen({ GDALGetMaskFlags(raw) }).value != GMF_ALL_VALID else { return nil }
    var mask = [UInt8](repeating: 0, count: size.area)
    try mask.withUnsafeMutableBufferPointer { pixels throws(GeoFileError) in
      try readCopy(
        of: GDALGetMaskBand(raw), named: "the mask of band \(band)", window, size, nil,
        UnsafeMutableRawBufferPointer(pixels), GDT_Byte)
    }
    return mask
  }

  /// How many times smaller the copy is that is read where a picture so many times smaller is wanted;
  /// 1 where the picture itself is.
  public borrowing func copy(for factor: Int) -> Int {
    let raw = handle.band(1)
    return GDALListener.listen {
      (0..<GDALGetOverviewCount(raw)).compactMap { level -> Int? in
        guard let copy = GDALGetOverview(raw, level) else { return nil }
        let share = Double(size.width) / Double(GDALGetRasterBandXSize(copy))
        return share <= Double(factor) * 1.2 ? Int(share.rounded()) : nil
      }.max() ?? 1
    }.value
  }

  private borrowing func readCopy(
    of raw: GDALRasterBandH?, named name: String, _ window: PixelWindow, _ size: PixelSize,
    _ reduction: Reduction?, _ bytes: UnsafeMutableRawBufferPointer, _ type: GDALDataType
  ) throws(GeoFileError) {
    guard !window.isEmpty else { return }
    var extra = GDALRasterIOExtraArg()
    extra.nVersion = 1
    extra.eResampleAlg =
      switch reduction {
      case .mean: GRIORA_Average
      case .mode: GRIORA_Mode
      case nil: GRIORA_NearestNeighbour
      }
    let (status, said) = GDALRuntime.persistently(isRemote) {
      GDALRasterIOEx(
        raw, GF_Read, Int32(window.x), Int32(window.y), Int32(window.width), Int32(window.height),
        bytes.baseAddress, Int32(size.width), Int32(size.height), type, 0, 0, &extra)
    } succeeds: {
      $0 == CE_None
    }
    guard status == CE_None && said.isContent else {
      throw .cannotRead(what: "\(window) in \(name)", path: path, reason: said.words)
    }
  }
}
