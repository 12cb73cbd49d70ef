import CGDAL
public import Grids

extension Dataset {
  /// How a smaller picture is made from a larger one.
  public enum Reduction: Sendable {
    /// Each pixel is the mean of the valid ones that it stands for.
    case mean
    /// Each pixel is the most frequent of those that it stands for: for classes.
    case mode
  }

  /// Reads one band of the whole raster in another size, with what is valid of it.
  ///
  /// Smaller copies in the file are used where they suffice.
  ///
  /// - Parameters:
  ///   - band: The band's number, from 1.
  ///   - size: The size wanted, at most the raster's own.
  /// - Returns: Numbers as they are stored, row by row; `isValid` tells where there is a picture.
  /// - Throws: ``GeoFileError/cannotRead(what:path:reason:)``.
  /// - Complexity: O(pixels of the smallest copy that is large enough).
  public borrowing func readSmall(
    band: Int, size: PixelSize, _ reduction: Reduction
  ) throws(GeoFileError) -> (values: [Float], isValid: [Bool]) {
    try check(PixelWindow(self.size), [band])
    var values = [Float](repeating: 0, count: size.area)
    var mask = [UInt8](repeating: 0, count: size.area)
    let raw = handle.band(band)
    let alg = reduction == .mean ? GRIORA_Average : GRIORA_Mode
    try values.withUnsafeMutableBufferPointer { pixels throws(GeoFileError) in
      try readSmall(
        raw, "band \(band)", size, UnsafeMutableRawBufferPointer(pixels), GDT_Float32, alg)
    }
    try mask.withUnsafeMutableBufferPointer { pixels throws(GeoFileError) in
      try readSmall(
        GDALGetMaskBand(raw), "the mask of band \(band)", size,
        UnsafeMutableRawBufferPointer(pixels), GDT_Byte, GRIORA_NearestNeighbour)
    }
    let isValid = zip(mask, values).map { $0 != 0 && $1.isFinite }
    return (values, isValid)
  }

  private borrowing func readSmall(
    _ raw: GDALRasterBandH?, _ name: String, _ size: PixelSize,
    _ bytes: UnsafeMutableRawBufferPointer, _ type: GDALDataType, _ alg: GDALRIOResampleAlg
  ) throws(GeoFileError) {
    var extra = GDALRasterIOExtraArg()
    extra.nVersion = 1
    extra.eResampleAlg = alg
    let (status, said) = GDALListener.listen {
      GDALRasterIOEx(
        raw, GF_Read, 0, 0, Int32(self.size.width), Int32(self.size.height), bytes.baseAddress,
        Int32(size.width), Int32(size.height), type, 0, 0, &extra)
    }
    guard status == CE_None && said.isContent else {
      throw .cannotRead(what: name, path: path, reason: said.words)
    }
  }
}
