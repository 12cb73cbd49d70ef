import Grids
import Testing

@testable import Mosaicking

@Suite struct `A pyramid` {
  /// Streams a picture through, and collects its levels.
  func levels(of picture: [UInt8], width: Int, count: Int) -> [[UInt8]] {
    let size = PixelSize(width: width, height: picture.count / width)
    var pyramid = Pyramid(size: size, levelCount: count, rule: .mean(nodata: 255))
    var levels = [[UInt8]](repeating: [], count: count + 1)
    for strip in Strip.windows(of: size) {
      _ = pyramid.next.update(
        fromContentsOf: picture[strip.y * width..<strip.maxY * width])
      for piece in pyramid.push() {
        #expect(piece.window.y * piece.window.width == levels[piece.level].count)
        levels[piece.level] += Array(piece.pixels)
      }
    }
    return levels
  }

  @Test(arguments: [1, 2, 511, 512, 513, 1024, 1025, 2049, 3000])
  func `of streamed rows is that of the whole picture`(_ height: Int) {
    let width = 9
    let picture = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 / 77) }
    let levels = levels(of: picture, width: width, count: 4)
    var expected = picture
    var extent = width
    for level in levels {
      #expect(firstDifference(level, expected) == nil)
      let rows = expected.count / extent
      var half = [UInt8](repeating: 0, count: (extent + 1) / 2 * ((rows + 1) / 2))
      half.withUnsafeMutableBufferPointer { target in
        expected.withUnsafeBufferPointer {
          OverviewRule.mean(nodata: 255).halve($0, width: extent, into: target)
        }
      }
      (expected, extent) = (half, (extent + 1) / 2)
    }
  }
}
