import GeoFiles
import Grids

/// Tells which pixels of a scene are clouds, by its mask.
///
/// It belongs to one thread, as the file does that it reads.
final class CloudReader {
  private let mask: SceneMask
  private let dataset: Dataset
  /// 1 for each number from 0 that tells of a clear pixel.
  private let isClear: [UInt8]

  /// Opens a mask.
  ///
  /// - Throws: As ``Dataset/opened(_:madeOf:)``.
  init(_ mask: SceneMask) throws(TilingError) {
    self.mask = mask
    dataset = try Dataset.opened(mask.path, madeOf: mask.files)
    isClear = (0...MaskRule.largest).map { mask.clear.holds($0) ? 1 : 0 }
  }

  /// 1 where the mask does not call a pixel clear, `[H, W]`.
  ///
  /// - Parameter window: In the scene's own pixels.
  /// - Throws: ``TilingError/cannotRead(path:cause:)``.
  /// - Complexity: O(pixels).
  func clouds(in window: PixelWindow) throws(TilingError) -> [UInt8] {
    let (factor, offset) = (mask.factor, mask.offset)
    let (left, top) = (window.x + offset.x, window.y + offset.y)
    let source = PixelWindow(
      x: left / factor.x, y: top / factor.y,
      width: (left + window.width - 1) / factor.x - left / factor.x + 1,
      height: (top + window.height - 1) / factor.y - top / factor.y + 1)
    var numbers = [Float](repeating: 0, count: source.area)
    do throws(GeoFileError) {
      try numbers.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
        try dataset.readFloats(in: source, bands: [mask.band], into: buffer)
      }
    } catch { throw .cannotRead(path: mask.path, cause: error) }
    let own = numbers.map { number -> UInt8 in
      number >= 0 && number <= Float(MaskRule.largest) ? 1 - isClear[Int(number)] : 1
    }
    guard factor.x > 1 || factor.y > 1 else { return own }
    var clouds = [UInt8](repeating: 0, count: window.area)
    own.withUnsafeBufferPointer { own in
      clouds.withUnsafeMutableBufferPointer { clouds in
        for row in 0..<window.height {
          let line = ((top + row) / factor.y - source.y) * source.width - source.x
          for column in 0..<window.width {
            clouds[row * window.width + column] = own[line + (left + column) / factor.x]
          }
        }
      }
    }
    return clouds
  }
}
