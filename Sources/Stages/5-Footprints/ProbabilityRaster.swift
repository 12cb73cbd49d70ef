import GeoFiles
public import Grids
import Imagery

/// A raster of probabilities that anything may have made, read as a layer.
///
/// Numbers are divided by what stands for probability 1 and kept in steps of 1/200, to the nearest.
/// A pixel is nodata where the band's nodata value, NaN, the file's mask or its alpha says so; also
/// 255 in bytes that count to 254 and name no nodata value of their own. Not for use by several
/// threads at once.
public final class ProbabilityRaster: RasterSource {
  /// A band of a file and how it is understood.
  public struct Source: Hashable, Sendable {
    /// Where the file is: anything that GDAL reads.
    public var path: String
    /// The band's number, from 1.
    public var band: Int
    /// The number that stands for probability 1; nil for 1 in floating-point bands, 254 in bytes,
    /// and what the file's own scale makes of it.
    public var one: Double?

    /// Names a band.
    public init(path: String, band: Int = 1, one: Double? = nil) {
      self.path = path
      self.band = band
      self.one = one
    }
  }

  /// The grid of the raster's own pixels.
  public let grid: RunGrid
  /// Where its pixels lie on the lattice it is read on.
  public let window: PixelWindow
  /// The largest probability that was read, rounded to steps of 1/200; 0 before anything was.
  public private(set) var largestRead = 0.0

  private let open: OpenDataset
  private let source: Source
  private let one: Double
  private let nodata: Double?

  /// What is left to resampling, which overshoots a little: so far beyond 0 or 1 numbers are drawn in.
  public static let overshoot = 0.01
  /// Probability 1 in bytes that leave 255 to nodata.
  public static let byteOne = 254.0

  /// Opens a raster on a lattice.
  ///
  /// - Parameters:
  ///   - source: The band.
  ///   - lattice: The grid it is read on; nil for its own.
  /// - Throws: ``ProbabilityRasterError``, and `GeoFileError` when the file cannot be opened.
  public init(_ source: Source, on lattice: RunGrid? = nil) throws {
    open = OpenDataset(try Dataset(opening: source.path))
    let (bands, size) = (open.value.bands, open.value.size)
    guard bands.count >= source.band else {
      throw ProbabilityRasterError.bandMissing(
        band: source.band, path: source.path, count: bands.count)
    }
    guard let transform = open.value.transform else {
      throw ProbabilityRasterError.withoutTransform(path: source.path)
    }
    guard let crs = open.value.crs else {
      throw ProbabilityRasterError.withoutCRS(path: source.path)
    }
    let band = bands[source.band - 1]
    let isByte = band.elementType == .uint8
    // A VRT always says a scale: 1 when nobody set any.
    let scale = band.scale.flatMap { $0 == 1 ? nil : $0 }
    let usual = scale.map { 1 / $0 } ?? (isByte ? Self.byteOne : 1)
    one = source.one ?? usual
    nodata = isByte && band.nodata == nil && one < 255 && one > 1 ? 255 : nil
    grid = lattice ?? RunGrid(of: transform, crs: crs)
    self.source = source
    guard grid.crs == crs else {
      throw ProbabilityRasterError.gridsDiffer(
        path: source.path, reason: "it is in \(crs), not in \(grid.crs)")
    }
    let place = try Self.place(of: transform, size: size, on: grid, path: source.path)
    window = PixelWindow(x: place.x, y: place.y, width: size.width, height: size.height)
  }

  private static func place(
    of transform: GeoTransform, size: PixelSize, on grid: RunGrid, path: String
  ) throws(ProbabilityRasterError) -> (x: Int, y: Int) {
    do {
      return try grid.offset(of: transform, size: size)
    } catch {
      guard case .notOnGrid(let reason) = error else {
        throw .gridsDiffer(path: path, reason: "\(error)")
      }
      throw .gridsDiffer(path: path, reason: reason)
    }
  }

  /// The bytes of a window; nodata beyond the raster.
  ///
  /// - Throws: ``ProbabilityRasterError/notAProbability(value:one:band:path:)``, and `GeoFileError`
  ///   when pixels cannot be decoded.
  /// - Complexity: O(pixels of the window).
  public func bytes(in window: PixelWindow) throws -> [UInt8] {
    var bytes = [UInt8](repeating: LayerValue.nodata, count: window.area)
    let part = self.window.intersection(window)
    guard !part.isEmpty else { return bytes }
    let inFile = part.translated(byX: -self.window.x, y: -self.window.y)
    var numbers = [Float](repeating: 0, count: part.area)
    try numbers.withUnsafeMutableBufferPointer {
      try open.value.readFloats(in: inFile, bands: [source.band], into: $0)
    }
    let valid = try open.value.readValidity(in: inFile, bands: [source.band], nodata: nodata).pixels
    let steps = Double(LayerValue.one)
    var largest = 0.0
    for row in 0..<part.height {
      let target = (part.y + row - window.y) * window.width + part.x - window.x
      for column in 0..<part.width where valid[row * part.width + column] != 0 {
        let number = Double(numbers[row * part.width + column])
        let probability = number / one
        guard probability >= -Self.overshoot, probability <= 1 + Self.overshoot else {
          throw ProbabilityRasterError.notAProbability(
            value: number, one: one, band: source.band, path: source.path)
        }
        let value = max(0, min(steps, (probability * steps).rounded()))
        largest = max(largest, value)
        bytes[target + column] = UInt8(value)
      }
    }
    largestRead = max(largestRead, largest / steps)
    return bytes
  }
}
