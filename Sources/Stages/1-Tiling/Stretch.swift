import GeoFiles
import Grids
import Imagery

/// How the numbers of a scene's bands become 0 to 255: a share of its darkest pixels is black, a share of
/// its brightest white.
///
/// It is found once, when the run is planned, and is a part of the plan: a pixel depends on it and on
/// nothing that is asked of the scene later.
public struct Stretch: Hashable, Sendable, Codable {
  /// What is black and what is white in a band.
  public struct Range: Hashable, Sendable, Codable {
    /// What becomes 0, and all below it.
    public let black: Double
    /// What becomes 255, and all above it.
    public let white: Double
  }

  /// One for each chosen band.
  public let bands: [Range]

  /// Stretches a band's pixels in place.
  ///
  /// Each is one difference, one product and two comparisons in `Float`, so that every processor finds the
  /// same bits. A band of one value becomes black.
  func apply(toBand band: Int, of pixels: UnsafeMutableBufferPointer<Float>) {
    let black = Float(bands[band].black)
    let width = Float(bands[band].white) - black
    let gain = width > 0 ? 255 / width : 0
    for place in pixels.indices {
      let value = (pixels[place] - black) * gain
      pixels[place] = value > 0 ? value < 255 ? value : 255 : 0
    }
  }
}

/// Which shares of a scene's pixels become black and white.
public struct StretchRule: Hashable, Sendable {
  /// The share of a band's pixels that may be black, in percent.
  public var low: Double
  /// The share of those that are not white, in percent.
  public var high: Double
  /// Scenes whose stretch is known already, by their paths.
  public var known: [String: Scene]

  /// Makes a rule.
  ///
  /// - Precondition: `0 <= low < high <= 100`.
  public init(low: Double, high: Double, known: [String: Scene] = [:]) {
    precondition(low >= 0 && low < high && high <= 100)
    (self.low, self.high, self.known) = (low, high, known)
  }

  /// The most pixels of a scene that are looked at.
  static let samples = 1 << 22
  /// The side of the squares that are looked at, in pixels.
  static let square = 256

  /// The stretch of a scene.
  ///
  /// Percentiles are those pixels of the sample that so many do not exceed (nearest rank). The sample is
  /// all of a small scene; of a large one squares of 256 px at equal distances, which depend on its size
  /// alone. Pixels without a picture and clouds do not count.
  ///
  /// - Throws: ``TilingError/notARaster(path:cause:)``, ``TilingError/cannotRead(path:cause:)``,
  ///   ``TilingError/nothingToStretch(path:)``.
  /// - Complexity: O(pixels looked at · log).
  func stretch(
    of path: String, bands: [Int], mask: SceneMask?, nodata: Double?
  ) throws(TilingError) -> Stretch {
    // Other bands are other pixels, and so are those that another mask leaves.
    if let scene = known[path], let stretch = scene.stretch, scene.bands == bands,
      scene.mask == mask
    {
      return stretch
    }
    let clouds = try mask.map { mask throws(TilingError) in try CloudReader(mask) }
    var values = [[Float]](repeating: [], count: bands.count)
    let file: Dataset
    do throws(GeoFileError) { file = try Dataset(opening: path) } catch {
      throw .notARaster(path: path, cause: error)
    }
    for window in Self.windows(of: file.size) {
      let pixels: [Float]
      let valid: [UInt8]
      do throws(GeoFileError) {
        pixels = try Self.pixels(of: file, in: window, bands: bands)
        valid = try file.readValidity(in: window, bands: bands, nodata: nodata).pixels
      } catch { throw .cannotRead(path: path, cause: error) }
      let hidden = try clouds?.clouds(in: window)
      for place in valid.indices where valid[place] != 0 && hidden?[place] ?? 0 == 0 {
        for band in bands.indices { values[band].append(pixels[band * window.area + place]) }
      }
    }
    guard !values[0].isEmpty else { throw .nothingToStretch(path: path) }
    return Stretch(
      bands: values.map { values in
        let sorted = values.sorted()
        func percentile(_ percent: Double) -> Double {
          let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
          return Double(sorted[min(max(rank, 1), sorted.count) - 1])
        }
        return Stretch.Range(black: percentile(low), white: percentile(high))
      })
  }

  private static func pixels(
    of file: borrowing Dataset, in window: PixelWindow, bands: [Int]
  ) throws(GeoFileError) -> [Float] {
    var pixels = [Float](repeating: 0, count: bands.count * window.area)
    try pixels.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
      try file.readFloats(in: window, bands: bands, into: buffer)
    }
    return pixels
  }

  /// The squares of a scene that are looked at.
  static func windows(of size: PixelSize) -> [PixelWindow] {
    let columns = (size.width + square - 1) / square
    let rows = (size.height + square - 1) / square
    let most = samples / (square * square)
    // Every n-th square along both axes, as few as keep to the limit.
    var step = 1
    while ((columns + step - 1) / step) * ((rows + step - 1) / step) > most { step += 1 }
    return stride(from: 0, to: rows, by: step).flatMap { row in
      stride(from: 0, to: columns, by: step).map { column in
        PixelWindow(x: column * square, y: row * square, width: square, height: square)
          .intersection(PixelWindow(size))
      }
    }
  }
}
