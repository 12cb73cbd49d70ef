public import Grids

/// What a GeoTIFF of bytes is to be, before its first pixel.
public struct GeoTIFFDescription: Hashable, Sendable {
  /// How blocks are packed.
  public enum Compression: Hashable, Sendable {
    /// Not at all.
    case none
    /// By DEFLATE, with a checksum per block; level 1…9.
    case deflate(level: Int)
    /// By Zstandard, faster and without a checksum; level 1…22.
    case zstd(level: Int)
    /// By Limited Error Raster Compression, with an error of 0.
    case lerc
  }

  /// A named text in the file.
  public struct Item: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The text.
    public var value: String

    /// Makes a named text.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The extent in pixels.
  public var size: PixelSize
  /// The number of bands.
  public var bandCount: Int
  /// Whether numbers have 16 bits, rather than 8.
  public var isWide = false
  /// From pixels to ground.
  public var transform: GeoTransform
  /// The system ground coordinates are in.
  public var crs: CoordinateReference
  /// The value that stands for "no picture here".
  public var nodata: UInt8?
  /// How blocks are packed.
  public var compression = Compression.deflate(level: 5)
  /// Whether each value is packed as its difference from the one before (TIFF 6.0, section 14), which
  /// makes gradual values smaller and others larger; LERC does so by itself.
  public var tellsDifferences = false
  /// Red, green, blue of the values from 0 of band 1, or none.
  public var colors: [[UInt8]]?
  /// A description per band, or none.
  public var bandNames: [String] = []
  /// What one step of the stored numbers is worth.
  public var scale: Double?
  /// Named texts in the file, in this order.
  public var metadata: [Item] = []
  /// The number of smaller copies; copy `i` is 2^(i + 1) times smaller, rounded up.
  public var overviewCount = 0

  /// Describes a plain raster; set the other properties as wanted.
  public init(
    size: PixelSize, bandCount: Int, transform: GeoTransform, crs: CoordinateReference,
    nodata: UInt8? = nil
  ) {
    self.size = size
    self.bandCount = bandCount
    self.transform = transform
    self.crs = crs
    self.nodata = nodata
  }

  /// The extent of a smaller copy, in pixels.
  public func size(ofOverview index: Int) -> PixelSize {
    let factor = 2 << index
    return PixelSize(
      width: (size.width + factor - 1) / factor, height: (size.height + factor - 1) / factor)
  }

  /// How many smaller copies make the last no larger than one block.
  public static func overviewCount(for size: PixelSize) -> Int {
    var count = 0
    while max(size.width, size.height) > GeoTIFFWriter.block << count { count += 1 }
    return count
  }

  var creationOptions: [String] {
    let block = GeoTIFFWriter.block
    return [
      "TILED=YES", "BLOCKXSIZE=\(block)", "BLOCKYSIZE=\(block)", "INTERLEAVE=BAND",
      "BIGTIFF=IF_SAFER", "SPARSE_OK=FALSE", "NUM_THREADS=1", "PROFILE=GDALGeoTIFF",
      "PHOTOMETRIC=\(colors == nil ? "MINISBLACK" : "PALETTE")",
    ] + compression.options
      + (tellsDifferences && compression != .lerc ? ["PREDICTOR=2"] : [])
  }
}

extension GeoTIFFDescription.Compression {
  /// The driver's words.
  fileprivate var options: [String] {
    switch self {
    case .none: ["COMPRESS=NONE"]
    case .deflate(let level): ["COMPRESS=DEFLATE", "ZLEVEL=\(level)"]
    case .zstd(let level): ["COMPRESS=ZSTD", "ZSTD_LEVEL=\(level)"]
    case .lerc: ["COMPRESS=LERC", "MAX_Z_ERROR=0"]
    }
  }
}
