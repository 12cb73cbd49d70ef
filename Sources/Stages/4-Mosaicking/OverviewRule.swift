/// What one pixel becomes that stands for a square of four.
///
/// At an odd edge the square holds two pixels or one. Smaller copies are made from the next larger
/// one, never from the full picture, so that a row of blocks is enough to go on.
enum OverviewRule: Hashable, Sendable {
  /// The value that occurs most often; of equally frequent ones the lowest. Nodata, which is 255 if
  /// there is any, counts only where there is nothing else.
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
    precondition(nodata ?? .max == .max)
    let isPartial = nodata != nil
    for x in 0..<width / 2 {
      let left = 2 &* x
      result[x] = mode(
        upper[left], upper[left &+ 1], below[left], below[left &+ 1], isPartial: isPartial)
    }
    if width % 2 == 1 {
      let (a, c) = (upper[width - 1], below[width - 1])
      result[width / 2] = mode(a, a, c, c, isPartial: isPartial)
    }
  }

  /// Sorts four values and takes the first two that are the same, or the least where none are; without
  /// branches, so that the compiler does many squares at once.
  @inline(__always)
  private static func mode(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, isPartial: Bool
  ) -> UInt8 {
    let (least, greatest) = (min(min(a, b), min(c, d)), max(max(a, b), max(c, d)))
    let (low, high) = (max(min(a, b), min(c, d)), min(max(a, b), max(c, d)))
    let (second, third) = (min(low, high), max(low, high))
    let hasLatePair = third == greatest && !(isPartial && third == .max)
    let hasMiddlePair = second == third && !(isPartial && second == .max)
    let beyondFirst = hasMiddlePair ? second : hasLatePair ? third : least
    return least == second ? least : beyondFirst
  }

  // MARK: - Mean

  private static func takeMeans(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>?, width: Int, nodata: UInt8,
    into result: UnsafeMutablePointer<UInt8>
  ) {
    let below = lower ?? upper
    for x in 0..<width / 2 {
      let left = 2 &* x
      result[x] = mean(upper[left], upper[left &+ 1], below[left], below[left &+ 1], nodata)
    }
    if width % 2 == 1 {
      let (a, c) = (upper[width - 1], below[width - 1])
      result[width / 2] = mean(a, a, c, c, nodata)
    }
  }

  /// The mean of those that are not nodata, rounded half up; without branches, as modes are.
  ///
  /// A product and a shift divide by twice the number of pixels, rightly for all sums of four bytes.
  @inline(__always)
  private static func mean(
    _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ nodata: UInt8
  ) -> UInt8 {
    var (sum, count): (UInt32, UInt32) = (0, 0)
    @inline(__always) func add(_ value: UInt8) {
      sum &+= value == nodata ? 0 : UInt32(value)
      count &+= value == nodata ? 0 : 1
    }
    add(a)
    add(b)
    add(c)
    add(d)
    let inverse: UInt32 = count == 4 ? 8192 : count == 3 ? 10923 : count == 2 ? 16384 : 32768
    let rounded = ((2 &* sum &+ count) &* inverse) >> 16
    return count == 0 ? nodata : UInt8(truncatingIfNeeded: rounded)
  }
}
