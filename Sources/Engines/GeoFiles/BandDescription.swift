import CGDAL

/// What a raster says of one of its bands.
public struct BandDescription: Hashable, Sendable {
  /// The band's number, from 1.
  public let index: Int
  /// The band's own description; else what it is coloured as, such as `red` or `alpha`; else `band 4`.
  public let name: String
  /// What the band is coloured as, in lower case; `undefined` when the file does not say.
  public let interpretation: String
  /// The type of its numbers.
  public let elementType: ElementType
  /// The number that stands for "no picture here"; may be NaN.
  public let nodata: Double?
  /// Whether the band says how opaque the others are.
  public let isAlpha: Bool
  /// Red, green, blue of each value, when the band's numbers are places in a colour table.
  public let colors: [[UInt8]]?
  /// What one step of the stored numbers is worth, when the file says so.
  public let scale: Double?

  init(index: Int, band: GDALRasterBandH) {
    self.index = index
    let color = GDALGetRasterColorInterpretation(band)
    let interpretation = String(cString: GDALGetColorInterpretationName(color)).lowercased()
    self.interpretation = interpretation
    let own = GDALGetDescription(band).map { String(cString: $0) } ?? ""
    if !own.isEmpty {
      name = own
    } else {
      name = interpretation == "undefined" ? "band \(index)" : interpretation
    }
    elementType = ElementType(of: band)
    nodata = Self.nodata(of: band, elementType)
    isAlpha = color == GCI_AlphaBand
    colors = Self.colors(of: band)
    var hasScale: Int32 = 0
    let scale = GDALGetRasterScale(band, &hasScale)
    self.scale = hasScale != 0 ? scale : nil
  }

  private static func nodata(of band: GDALRasterBandH, _ type: ElementType) -> Double? {
    var has: Int32 = 0
    let value: Double =
      switch type {
      case .int64: Double(GDALGetRasterNoDataValueAsInt64(band, &has))
      case .uint64: Double(GDALGetRasterNoDataValueAsUInt64(band, &has))
      default: GDALGetRasterNoDataValue(band, &has)
      }
    return has != 0 ? value : nil
  }

  private static func colors(of band: GDALRasterBandH) -> [[UInt8]]? {
    guard let table = GDALGetRasterColorTable(band) else { return nil }
    return (0..<GDALGetColorEntryCount(table)).map { index in
      guard let entry = GDALGetColorEntry(table, index)?.pointee else { return [0, 0, 0] }
      return [entry.c1, entry.c2, entry.c3].map { UInt8(clamping: $0) }
    }
  }
}
