/// What one pixel becomes that stands for a square of four.
///
/// At an odd edge the square holds two pixels or one. Smaller copies are made from the next larger
/// one, never from the full picture, so that a row of blocks is enough to go on.
enum OverviewRule: Hashable, Sendable {
  /// The value that occurs most often; of equally frequent ones the lowest. Nodata counts only
  /// where there is nothing else.
  case mode(nodata: UInt8?)
  /// The pixel in the north-west.
  case corner
  /// The mean, rounded half up, of those that are not nodata; nodata where all are.
  case mean(nodata: UInt8)

  /// The extent of what is made of so many pixels.
  static func half(_ extent: Int) -> Int { (extent + 1) / 2 }

  /// Makes half as many rows, each half as wide; an odd last row or column stands for itself.
  ///
  /// - Complexity: O(pixels).
  func halve(
    _ source: UnsafeBufferPointer<UInt8>, width: Int,
    into target: UnsafeMutableBufferPointer<UInt8>
  ) {
    let height = source.count / width
    let halfWidth = Self.half(width)
    precondition(target.count >= halfWidth * Self.half(height))
    guard let source = source.baseAddress, let target = target.baseAddress else { return }
    for row in 0..<Self.half(height) {
      let upper = source + 2 * row * width
      let lower = 2 * row + 1 < height ? upper + width : nil
      let result = target + row * halfWidth
      switch self {
      case .mode(let nodata):
        Self.takeModes(upper, lower, width: width, nodata: nodata, into: result)
      case .mean(let nodata):
        Self.takeMeans(upper, lower, width: width, nodata: nodata, into: result)
      case .corner:
        for x in 0..<halfWidth { result[x] = upper[2 * x] }
      }
    }
  }

  // MARK: - Mode

  private static func takeModes(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>?, width: Int, nodata: UInt8?,
    into result: UnsafeMutablePointer<UInt8>
  ) {
    // A row that is missing is replaced by the other: that doubles every count alike.
    let below = lower ?? upper
    for x in 0..<width / 2 {
      let (a, b, c, d) = (upper[2 * x], upper[2 * x + 1], below[2 * x], below[2 * x + 1])
      result[x] = a == b && b == c && c == d ? a : mode(a, b, c, d, nodata: nodata)
    }
    if width % 2 == 1 {
      let (a, c) = (upper[width - 1], below[width - 1])
      result[width / 2] = mode(a, a, c, c, nodata: nodata)
    }
  }

  private static func mode(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, nodata: UInt8?
  ) -> UInt8 {
    var best = a
    var most = 0
    @inline(__always) func consider(_ value: UInt8) {
      if value == nodata { return }
      let count =
        (value == a ? 1 : 0) + (value == b ? 1 : 0) + (value == c ? 1 : 0) + (value == d ? 1 : 0)
      if count > most || (count == most && value < best) {
        best = value
        most = count
      }
    }
    consider(a)
    consider(b)
    consider(c)
    consider(d)
    return best
  }

  // MARK: - Mean

  private static func takeMeans(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>?, width: Int, nodata: UInt8,
    into result: UnsafeMutablePointer<UInt8>
  ) {
    let below = lower ?? upper
    for x in 0..<half(width) {
      let right = min(2 * x + 1, width - 1)
      result[x] = mean(upper[2 * x], upper[right], below[2 * x], below[right], nodata: nodata)
    }
  }

  private static func mean(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, nodata: UInt8
  ) -> UInt8 {
    var sum: UInt32 = 0
    var count: UInt32 = 0
    @inline(__always) func add(_ value: UInt8) {
      let isThere: UInt32 = value == nodata ? 0 : 1
      sum &+= UInt32(value) &* isThere
      count &+= isThere
    }
    add(a)
    add(b)
    add(c)
    add(d)
    return count == 0 ? nodata : UInt8(truncatingIfNeeded: (2 &* sum &+ count) / (2 &* count))
  }
}
