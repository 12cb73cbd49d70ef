import Foundation
public import Grids

/// A temporary folder with drawn rasters in it, gone when the test is over.
public final class DrawnFolder {
  /// The folder's path.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("mapwright-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder, whether it is there or not.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a text and returns its path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    return file(name)
  }

  /// Cuts bytes off a file's end.
  public func truncate(_ name: String, by count: Int) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file(name)))
    try bytes.dropLast(count).write(to: URL(fileURLWithPath: file(name)))
  }

  /// Removes a file.
  public func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: file(name))
  }

  /// Draws a raster: raw numbers, and a VRT beside them that says what they are.
  ///
  /// - Parameters:
  ///   - name: The VRT's name, such as `scene.vrt`.
  ///   - crs: A code or WKT; empty for none.
  ///   - transform: Nil for none.
  ///   - mask: One byte per pixel, 0 where there is no picture; or none.
  ///   - extra: More elements, such as control points.
  /// - Returns: The VRT's path.
  @discardableResult
  public func draw(
    _ name: String, size: PixelSize, bands: [DrawnBand], crs: String = "EPSG:32645",
    transform: GeoTransform? = GeoTransform(west: 500_000, north: 3_000_000, pixel: 1),
    mask: [UInt8]? = nil, extra: String = ""
  ) throws -> String {
    var text = "<VRTDataset rasterXSize=\"\(size.width)\" rasterYSize=\"\(size.height)\">\n"
    if !crs.isEmpty { text += "<SRS dataAxisToSRSAxisMapping=\"1,2\">\(crs)</SRS>\n" }
    if let transform {
      let six = transform.coefficients.map { "\($0)" }.joined(separator: ", ")
      text += "<GeoTransform>\(six)</GeoTransform>\n"
    }
    text += extra
    for (index, band) in bands.enumerated() {
      let raw = "\(name).\(index + 1).raw"
      try band.bytes.write(to: URL(fileURLWithPath: file(raw)))
      text += band.element(number: index + 1, raw: raw, width: size.width)
    }
    if let mask {
      let raw = "\(name).mask.raw"
      try Data(mask).write(to: URL(fileURLWithPath: file(raw)))
      let band = DrawnBand(bytes: mask).element(number: nil, raw: raw, width: size.width)
      text += "<MaskBand>\(band)</MaskBand>\n"
    }
    return try write(text + "</VRTDataset>\n", to: name)
  }
}

/// A band to be drawn: its numbers as they lie in the file, and what is said of them.
public struct DrawnBand {
  let bytes: Data
  let type: String
  let pixelBytes: Int
  /// What the file says stands for no picture, as text.
  public var nodata: String?
  /// The band's own description.
  public var name: String?
  /// The colour it is shown as, such as `Red` or `Alpha`.
  public var color: String?

  /// A band of bytes.
  public init(
    bytes pixels: [UInt8], nodata: String? = nil, name: String? = nil, color: String? = nil
  ) {
    self.init(Data(pixels), "Byte", 1, nodata, name, color)
  }

  /// A band of 16-bit whole numbers without sign.
  public init(
    words pixels: [UInt16], nodata: String? = nil, name: String? = nil, color: String? = nil
  ) {
    self.init(pixels.withUnsafeBytes { Data($0) }, "UInt16", 2, nodata, name, color)
  }

  /// A band of single-precision numbers.
  public init(
    floats pixels: [Float], nodata: String? = nil, name: String? = nil, color: String? = nil
  ) {
    self.init(pixels.withUnsafeBytes { Data($0) }, "Float32", 4, nodata, name, color)
  }

  private init(
    _ bytes: Data, _ type: String, _ pixelBytes: Int, _ nodata: String?, _ name: String?,
    _ color: String?
  ) {
    self.bytes = bytes
    self.type = type
    self.pixelBytes = pixelBytes
    self.nodata = nodata
    self.name = name
    self.color = color
  }

  func element(number: Int?, raw: String, width: Int) -> String {
    let number = number.map { " band=\"\($0)\"" } ?? ""
    var text = "<VRTRasterBand dataType=\"\(type)\"\(number) subClass=\"VRTRawRasterBand\">"
    if let name { text += "<Description>\(name)</Description>" }
    if let color { text += "<ColorInterp>\(color)</ColorInterp>" }
    if let nodata { text += "<NoDataValue>\(nodata)</NoDataValue>" }
    text += "<SourceFilename relativeToVRT=\"1\">\(raw)</SourceFilename>"
    text += "<ImageOffset>0</ImageOffset><PixelOffset>\(pixelBytes)</PixelOffset>"
    text += "<LineOffset>\(pixelBytes * width)</LineOffset><ByteOrder>LSB</ByteOrder>"
    return text + "</VRTRasterBand>\n"
  }
}
