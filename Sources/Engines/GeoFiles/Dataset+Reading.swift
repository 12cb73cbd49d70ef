import CGDAL
public import Grids
import Imagery

extension Dataset {
  /// Reads bands of a window as bytes, band by band: `[band][row][column]`.
  ///
  /// - Throws: ``GeoFileError/notBytes(band:type:path:)`` rather than clamp other numbers;
  ///   ``GeoFileError/windowOutside(window:bands:size:bandCount:path:)``;
  ///   ``GeoFileError/cannotRead(what:path:reason:)``.
  public borrowing func readBytes(
    in window: PixelWindow, bands: [Int]
  ) throws(GeoFileError) -> [UInt8] {
    try check(window, bands)
    return try filled(window.area * bands.count) { buffer throws(GeoFileError) in
      for (index, band) in bands.enumerated() {
        let part = index * window.area..<(index + 1) * window.area
        try readBytes(
          in: window, band: band, into: UnsafeMutableBufferPointer(rebasing: buffer[part]))
      }
    }
  }

  /// Reads one band of a window as bytes, row by row.
  ///
  /// - Precondition: `buffer.count == window.area`.
  /// - Throws: As ``readBytes(in:bands:)``.
  public borrowing func readBytes(
    in window: PixelWindow, band: Int, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(GeoFileError) {
    precondition(buffer.count == window.area)
    try check(window, [band])
    let type = bands[band - 1].elementType
    guard type == .uint8 else { throw .notBytes(band: band, type: type, path: path) }
    try read(
      window, of: handle.band(band), named: "band \(band)",
      into: UnsafeMutableRawBufferPointer(buffer), as: GDT_Byte, pixelBytes: 1)
  }

  /// Reads one band of 16-bit numbers of a window, row by row, the smaller byte of each first.
  ///
  /// - Precondition: `buffer.count == 2 * window.area`.
  /// - Throws: As ``readBytes(in:bands:)``.
  package borrowing func readWords(
    in window: PixelWindow, band: Int, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(GeoFileError) {
    precondition(buffer.count == 2 * window.area)
    try check(window, [band])
    let type = bands[band - 1].elementType
    guard type == .uint16 else { throw .notBytes(band: band, type: type, path: path) }
    try read(
      window, of: handle.band(band), named: "band \(band)",
      into: UnsafeMutableRawBufferPointer(buffer), as: GDT_UInt16, pixelBytes: 2)
  }

  /// Reads one band of 16-bit numbers of a window, row by row.
  ///
  /// - Throws: As ``readBytes(in:bands:)``.
  public borrowing func readWords(
    in window: PixelWindow, band: Int
  ) throws(GeoFileError) -> [UInt16] {
    var bytes = [UInt8](repeating: 0, count: 2 * window.area)
    try bytes.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
      try readWords(in: window, band: band, into: buffer)
    }
    return (0..<window.area).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }

  /// Reads bands of a window as they are, without scaling, into a larger picture.
  ///
  /// Pixel `(column, row)` of the window's band `c` goes to
  /// `buffer[c · bandStride + row · rowStride + column]`. Numbers of 32 and 64 bits are rounded to
  /// the nearest `Float`.
  ///
  /// - Parameters:
  ///   - rowStride: From one row to the next; the window's width when nil.
  ///   - bandStride: From one band to the next; the window's height × `rowStride` when nil.
  /// - Precondition: `buffer` holds the last pixel so addressed.
  /// - Throws: ``GeoFileError/windowOutside(window:bands:size:bandCount:path:)``,
  ///   ``GeoFileError/cannotRead(what:path:reason:)``.
  public borrowing func readFloats(
    in window: PixelWindow, bands: [Int], into buffer: UnsafeMutableBufferPointer<Float>,
    rowStride: Int? = nil, bandStride: Int? = nil
  ) throws(GeoFileError) {
    try check(window, bands)
    guard !window.isEmpty, !bands.isEmpty else { return }
    let rowStride = rowStride ?? window.width
    let bandStride = bandStride ?? rowStride * window.height
    let last = (bands.count - 1) * bandStride + (window.height - 1) * rowStride + window.width
    precondition(rowStride >= window.width && buffer.count >= last)
    for (index, band) in bands.enumerated() {
      let part = UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(rebasing: buffer[(index * bandStride)...]))
      try read(
        window, of: handle.band(band), named: "band \(band)", into: part, as: GDT_Float32,
        pixelBytes: 4, rowStride: rowStride)
      guard self.bands[band - 1].elementType == .int8 else { continue }
      for row in 0..<window.height {
        let start = index * bandStride + row * rowStride
        for place in start..<start + window.width where buffer[place] > 127 {
          buffer[place] -= 256
        }
      }
    }
  }

  /// Reads bands of a window, `[C, H, W]`.
  ///
  /// - Throws: As ``readFloats(in:bands:into:rowStride:bandStride:)``.
  public borrowing func readFloats(
    in window: PixelWindow, bands: [Int]
  ) throws(GeoFileError) -> [Float] {
    try check(window, bands)
    return try filled(bands.count * window.area) { buffer throws(GeoFileError) in
      try readFloats(in: window, bands: bands, into: buffer)
    }
  }

  /// Numbers that are all read: their memory, megabytes for a chip, is not cleared before.
  private borrowing func filled<Number>(
    _ count: Int, by read: (UnsafeMutableBufferPointer<Number>) throws(GeoFileError) -> Void
  ) throws(GeoFileError) -> [Number] {
    var failure: GeoFileError?
    let capacity = PixelMemory.room(for: count, of: Number.self)
    let numbers = [Number](unsafeUninitializedCapacity: capacity) { buffer, done in
      do throws(GeoFileError) {
        try read(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        done = count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return numbers
  }

  /// Reads one band of a window in double precision, row by row.
  ///
  /// - Throws: As ``readFloats(in:bands:into:rowStride:bandStride:)``.
  public borrowing func readDoubles(
    in window: PixelWindow, band: Int
  ) throws(GeoFileError) -> [Double] {
    try check(window, [band])
    var pixels = [Double](repeating: 0, count: window.area)
    try pixels.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
      try read(
        window, of: handle.band(band), named: "band \(band)",
        into: UnsafeMutableRawBufferPointer(buffer), as: GDT_Float64, pixelBytes: 8)
    }
    if bands[band - 1].elementType == .int8 {
      for place in pixels.indices where pixels[place] > 127 { pixels[place] -= 256 }
    }
    return pixels
  }

  /// Refuses what is not in the file.
  borrowing func check(_ window: PixelWindow, _ bands: [Int]) throws(GeoFileError) {
    let isInside =
      PixelWindow(size).contains(window) && bands.allSatisfy { $0 >= 1 && $0 <= bandCount }
    guard isInside else {
      throw .windowOutside(
        window: window, bands: bands, size: size, bandCount: bandCount, path: path)
    }
    if let complex = bands.first(where: { self.bands[$0 - 1].elementType == .complex }) {
      throw .complexNumbers(band: complex, path: path)
    }
  }

  /// Reads from a band or from its mask.
  borrowing func read(
    _ window: PixelWindow, of raw: GDALRasterBandH, named name: String,
    into bytes: UnsafeMutableRawBufferPointer, as type: GDALDataType, pixelBytes: Int,
    rowStride: Int? = nil
  ) throws(GeoFileError) {
    guard !window.isEmpty else { return }
    let rowBytes = pixelBytes * (rowStride ?? window.width)
    let (status, said) = GDALRuntime.persistently(isRemote) {
      GDALRasterIOEx(
        raw, GF_Read, Int32(window.x), Int32(window.y), Int32(window.width), Int32(window.height),
        bytes.baseAddress, Int32(window.width), Int32(window.height), type, Int64(pixelBytes),
        Int64(rowBytes), nil)
    } succeeds: {
      $0 == CE_None
    }
    guard status == CE_None && said.isContent else {
      throw .cannotRead(what: "\(window) in \(name)", path: path, reason: said.words)
    }
  }
}
