import Foundation
import GeoFiles
import Grids
import Mosaicking
import Previews

/// A picture of any raster or vector file: what `mapwright preview` makes.
public struct FilePreview {
  /// The most pixels of a side, if nothing else is said.
  public static let usualSide = 1024

  private let image: PNGImage

  /// Draws a file.
  ///
  /// A raster with a colour table is drawn in its colours; three bands as red, green and blue; one
  /// band in greys, or where it is a probability from dark to bright. Numbers that are no bytes are
  /// stretched between the hundredth smallest and the hundredth greatest of each hundred. Of a vector
  /// file the first layer is drawn.
  ///
  /// - Parameter side: The most pixels of a side.
  /// - Throws: ``InputError/cannotRead(path:reason:)``, or the words of GDAL.
  public init(of path: String, side: Int = usualSide) throws {
    try OutsideLibraries.start()
    guard FileManager.default.fileExists(atPath: path) || path.hasPrefix("/vsi") else {
      throw InputError.cannotRead(path: path, reason: "no such file")
    }
    let raster: Dataset
    do { raster = try Dataset(opening: path) } catch {
      // What is no raster may hold features; if not, it is the raster's error that is told.
      guard let reader = try? VectorReader(opening: path) else { throw error }
      image = try Self.picture(of: reader, side: side)
      return
    }
    image = try Self.picture(of: raster, side: side)
  }

  /// Writes the picture as a PNG file.
  public func write(to path: String) throws { try image.write(to: path) }

  // MARK: - Rasters

  private static func picture(of raster: borrowing Dataset, side: Int) throws -> PNGImage {
    let longest = max(raster.size.width, raster.size.height)
    let share = min(1, Double(side) / Double(longest))
    let size = PixelSize(
      width: max(1, Int((Double(raster.size.width) * share).rounded())),
      height: max(1, Int((Double(raster.size.height) * share).rounded())))
    let shown = raster.bands.filter { !$0.isAlpha }
    guard let first = shown.first else {
      throw InputError.cannotRead(path: raster.path, reason: "it holds no band but alpha")
    }
    if let colors = first.colors {
      let (values, isValid) = try raster.readSmall(band: first.index, size: size, .mode)
      return rgba(size, isValid) { place in
        let value = Int(values[place])
        return colors.indices.contains(value) ? colors[value] : PreviewMaker.empty
      }
    }
    let named = ["red", "green", "blue"].compactMap { name in
      shown.first { $0.interpretation == name }
    }
    let chosen = named.count == 3 ? named : shown.count >= 3 ? Array(shown.prefix(3)) : [first]
    var levels: [[UInt8]] = []
    var isValid = [Bool](repeating: true, count: size.area)
    for band in chosen {
      let (values, valid) = try raster.readSmall(band: band.index, size: size, .mean)
      for place in valid.indices where !valid[place] { isValid[place] = false }
      levels.append(stretched(values, valid, isByte: band.elementType == .uint8))
    }
    if levels.count == 3 {
      return rgba(size, isValid) { [levels[0][$0], levels[1][$0], levels[2][$0]] }
    }
    let isProbability = first.scale != nil || first.name.hasPrefix("probability")
    return rgba(size, isValid) { place in
      isProbability
        ? ColorRamp.color(levels[0][place]) : [UInt8](repeating: levels[0][place], count: 3)
    }
  }

  private static func rgba(
    _ size: PixelSize, _ isValid: [Bool], _ color: (Int) -> [UInt8]
  ) -> PNGImage {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(size.area * 4)
    for place in 0..<size.area {
      pixels += isValid[place] ? color(place) + [255] : [0, 0, 0, 0]
    }
    return PNGImage(width: size.width, height: size.height, pixels: .rgba(pixels))
  }

  /// Bytes as they are; other numbers between their first and their last hundredth.
  private static func stretched(_ values: [Float], _ isValid: [Bool], isByte: Bool) -> [UInt8] {
    var (low, high): (Float, Float) = (0, 255)
    if !isByte {
      let sorted = zip(values, isValid).filter(\.1).map(\.0).sorted()
      guard let last = sorted.last else { return [UInt8](repeating: 0, count: values.count) }
      low = sorted[sorted.count / 100]
      high = sorted[sorted.count - 1 - sorted.count / 100]
      if high <= low { (low, high) = (min(low, 0), max(last, low + 1)) }
    }
    return zip(values, isValid).map { value, valid in
      valid ? UInt8((min(max((value - low) / (high - low), 0), 1) * 255).rounded()) : 0
    }
  }

  // MARK: - Features

  /// How many pixels of the mask a pixel of the picture is wide.
  private static let fineness = 3

  private static func picture(of reader: borrowing VectorReader, side: Int) throws -> PNGImage {
    let (mask, fine) = try reader.drawn(longest: side * fineness)
    let size = PixelSize(
      width: (fine.width + fineness - 1) / fineness, height: (fine.height + fineness - 1) / fineness
    )
    // A place is drawn as a square of three pixels.
    let reach = reader.holdsPlaces() ? fineness : 0
    let isThin = reach > 0 || reader.holdsLines()
    var pixels: [UInt8] = []
    pixels.reserveCapacity(size.area * 3)
    let (paper, ink): ([Double], [Double]) = ([250, 250, 247], [190, 62, 26])
    for y in 0..<size.height {
      for x in 0..<size.width {
        var (inside, edge) = (0.0, 0.0)
        for row in max(0, y * fineness - reach)..<min((y + 1) * fineness + reach, fine.height) {
          for column in max(0, x * fineness - reach)..<min((x + 1) * fineness + reach, fine.width) {
            guard mask[row * fine.width + column] != 0 else { continue }
            inside += 1
            if isThin || isEdge(mask, fine, column, row) { edge += 1 }
          }
        }
        let whole = Double(fineness * fineness)
        // Thin things fill a third of a pixel at most.
        let strength = min(
          1,
          reach > 0 ? edge : isThin ? 3 * edge / whole : 0.35 * inside / whole + 2 * edge / whole)
        pixels += zip(paper, ink).map { UInt8(($0 + ($1 - $0) * strength).rounded()) }
      }
    }
    return PNGImage(width: size.width, height: size.height, pixels: .rgb(pixels))
  }

  private static func isEdge(_ mask: [UInt8], _ size: PixelSize, _ x: Int, _ y: Int) -> Bool {
    x == 0 || y == 0 || x + 1 == size.width || y + 1 == size.height
      || mask[y * size.width + x - 1] == 0 || mask[y * size.width + x + 1] == 0
      || mask[(y - 1) * size.width + x] == 0 || mask[(y + 1) * size.width + x] == 0
  }
}
