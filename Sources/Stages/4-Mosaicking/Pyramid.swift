import Grids

/// A picture's smaller copies, made while its rows come by.
///
/// Each level keeps one strip of 512 rows, and hands half of it on as soon as it is full; together
/// they take twice the memory of a strip of the full picture at most.
struct Pyramid {
  /// A strip of some level that has become complete.
  struct Piece {
    /// 0 is the full picture, and each further level half the size of the one before.
    let level: Int
    /// Which pixels of the level.
    let window: PixelWindow
    /// The pixels, good until the next call of ``push()``.
    let pixels: UnsafeBufferPointer<UInt8>
  }

  /// The extent of each level, that of the full picture first.
  let sizes: [PixelSize]
  private let rule: OverviewRule
  private let strips: [Strip]
  /// Rows of each level that were given, and those of them that were handed on.
  private var given: [Int]
  private var done: [Int]

  /// Prepares for a picture and `levelCount` smaller copies.
  init(size: PixelSize, levelCount: Int, rule: OverviewRule) {
    var sizes = [size]
    for _ in 0..<levelCount {
      let last = sizes[sizes.count - 1]
      sizes.append(
        PixelSize(width: OverviewRule.half(last.width), height: OverviewRule.half(last.height)))
    }
    self.sizes = sizes
    self.rule = rule
    strips = sizes.map { Strip(width: $0.width) }
    given = sizes.map { _ in 0 }
    done = given
  }

  /// Where the next strip of the full picture is to be put.
  var next: UnsafeMutableBufferPointer<UInt8> {
    strips[0].rows(min(Strip.height, sizes[0].height - given[0]))
  }

  /// Takes in the strip that was put into ``next``.
  ///
  /// - Returns: The strips that are complete now, the full picture's first.
  mutating func push() -> [Piece] {
    given[0] += next.count / sizes[0].width
    var pieces: [Piece] = []
    for level in sizes.indices {
      let count = given[level] - done[level]
      guard count == Strip.height || given[level] == sizes[level].height, count > 0 else { break }
      let width = sizes[level].width
      let pixels = UnsafeBufferPointer(strips[level].rows(count))
      let window = PixelWindow(x: 0, y: done[level], width: width, height: count)
      pieces.append(Piece(level: level, window: window, pixels: pixels))
      done[level] = given[level]
      guard level + 1 < sizes.count else { break }
      let start = given[level + 1] - done[level + 1]
      let halfCount = OverviewRule.half(count)
      rule.halve(
        pixels, width: width, into: strips[level + 1].rows(start..<start + halfCount))
      given[level + 1] += halfCount
    }
    return pieces
  }
}
