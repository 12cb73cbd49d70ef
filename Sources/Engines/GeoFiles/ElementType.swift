import CGDAL

/// The type of the numbers in a band.
public enum ElementType: String, Hashable, Sendable, Codable {
  /// Whole numbers of 8 bits, without sign.
  case uint8
  /// Whole numbers of 8 bits, with sign.
  case int8
  /// Whole numbers of 16 bits, without sign.
  case uint16
  /// Whole numbers of 16 bits, with sign.
  case int16
  /// Whole numbers of 32 bits, without sign.
  case uint32
  /// Whole numbers of 32 bits, with sign.
  case int32
  /// Whole numbers of 64 bits, without sign.
  case uint64
  /// Whole numbers of 64 bits, with sign.
  case int64
  /// Floating-point numbers of 32 bits.
  case float32
  /// Floating-point numbers of 64 bits.
  case float64
  /// Complex numbers of any kind, of which there is no picture.
  case complex

  /// Whether every value is also a `Float`, bit for bit.
  public var fitsFloat: Bool {
    switch self {
    case .uint8, .int8, .uint16, .int16, .float32: true
    default: false
    }
  }

  /// What a number of this type can be, as `Float`; nil for floating-point and complex numbers.
  public var range: ClosedRange<Float>? {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65_535
    case .int16: -32_768...32_767
    case .uint32: 0...4_294_967_296
    case .int32: -2_147_483_648...2_147_483_648
    case .uint64: 0...18_446_744_073_709_551_616
    case .int64: -9_223_372_036_854_775_808...9_223_372_036_854_775_808
    case .float32, .float64, .complex: nil
    }
  }

  init(of band: GDALRasterBandH) {
    switch GDALGetRasterDataType(band) {
    case GDT_Byte:
      // Releases before 3.7 have no type for signed bytes and say so in a metadata item.
      let kind = GDALGetMetadataItem(band, "PIXELTYPE", "IMAGE_STRUCTURE")
      self = kind.map { String(cString: $0) } == "SIGNEDBYTE" ? .int8 : .uint8
    case GDT_UInt16: self = .uint16
    case GDT_Int16: self = .int16
    case GDT_UInt32: self = .uint32
    case GDT_Int32: self = .int32
    case GDT_UInt64: self = .uint64
    case GDT_Int64: self = .int64
    case GDT_Float32: self = .float32
    case GDT_Float64: self = .float64
    case let other:
      self = GDALGetDataTypeName(other).map { String(cString: $0) } == "Int8" ? .int8 : .complex
    }
  }
}
