import GeoFiles
import Grids

/// Memory for one row of blocks of one band, as wide as the picture and 512 rows high.
final class Strip {
  /// The rows of a full strip.
  static let height = GeoTIFFWriter.block

  let width: Int
  private let storage: UnsafeMutableBufferPointer<UInt8>

  init(width: Int) {
    self.width = width
    storage = .allocate(capacity: width * Self.height)
    storage.initialize(repeating: 0)
  }

  deinit { storage.deallocate() }

  /// The first rows.
  func rows(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> { rows(0..<count) }

  /// Some of the rows.
  func rows(_ range: Range<Int>) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(
      rebasing: storage[range.lowerBound * width..<range.upperBound * width])
  }

  /// The strips of a picture, from the top; the last may have fewer rows.
  static func windows(of size: PixelSize) -> [PixelWindow] {
    stride(from: 0, to: size.height, by: height).map { y in
      PixelWindow(x: 0, y: y, width: size.width, height: min(height, size.height - y))
    }
  }
}
