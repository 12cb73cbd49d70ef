/// Which pixels along one axis of a scene count for a place, and how much.
enum AxisKernel: Hashable {
  case nearest
  case bilinear
  case cubic
  /// All that lies within half so many pixels of the place, each by how much of it does.
  case box(Double)

  /// What is used along an axis on which a scene has `ratio` pixels to one of the grid.
  init(_ resampling: Resampling, ratio: Double) {
    switch resampling {
    case .nearest: self = .nearest
    case .bilinear: self = ratio < Warp.coarseningRatio ? .bilinear : .box(ratio)
    case .cubic: self = ratio < Warp.coarseningRatio ? .cubic : .box(ratio)
    }
  }

  var isBox: Bool { if case .box = self { true } else { false } }

  /// The kernel that asks for fewer pixels, where some of them are missing.
  var narrow: AxisKernel { self == .cubic ? .bilinear : self }

  /// How far from the pixel that holds a place others count, with one to spare for rounding.
  var reach: Int {
    switch self {
    case .nearest: 1
    case .bilinear: 2
    case .cubic: 3
    case .box(let width): Int((width / 2).rounded(.up)) + 1
    }
  }

  /// The most pixels that count.
  var tapCount: Int {
    switch self {
    case .nearest: 1
    case .bilinear: 2
    case .cubic: 4
    case .box(let width): Int(width.rounded(.up)) + 2
    }
  }

  /// Writes the weights of the pixels that count for a place, and tells the first and their number.
  ///
  /// - Parameter place: In pixels; the middle of the first pixel is 0.5.
  func weigh(
    _ place: Double, into weights: UnsafeMutablePointer<Float>
  ) -> (first: Int, count: Int) {
    switch self {
    case .nearest:
      weights[0] = 1
      return (Int(place.rounded(.down)), 1)
    case .bilinear:
      let (first, share) = Self.split(place)
      weights[0] = 1 - share
      weights[1] = share
      return (first, 2)
    case .cubic:
      let (first, share) = Self.split(place)
      let four = Self.cubicWeights(share)
      for tap in 0..<4 { weights[tap] = four[tap] }
      return (first - 1, 4)
    case .box(let width):
      let (low, high) = (place - width / 2, place + width / 2)
      let first = Int(low.rounded(.down))
      let count = Int(high.rounded(.up)) - first
      for tap in 0..<count {
        let left = Double(first + tap)
        weights[tap] = Float(min(high, left + 1) - max(low, left))
      }
      return (first, count)
    }
  }

  /// The same of a box that lies between 0 and `extent`, in less time, as ``splitPositive(_:)``; nil of any
  /// other.
  @inline(__always) func weighInside(
    _ place: Double, of extent: Int, into weights: UnsafeMutablePointer<Float>
  ) -> (first: Int, count: Int)? {
    guard case .box(let width) = self else { return nil }
    let (low, high) = (place - width / 2, place + width / 2)
    guard low >= 0, high <= Double(extent), high > low else { return nil }
    let (first, last) = (Int(low), Int(high))
    let count = last &- first &+ (Double(last) < high ? 1 : 0)
    // Between the outer pixels each counts in full.
    weights[0] = Float(min(high, Double(first &+ 1)) - low)
    for tap in 1..<max(1, count &- 1) { weights[tap] = 1 }
    if count > 1 { weights[count &- 1] = Float(high - Double(first &+ count &- 1)) }
    return (first, count)
  }

  /// The last pixel whose middle does not lie beyond a place, and how far the place is from there.
  @inline(__always) static func split(_ place: Double) -> (pixel: Int, share: Float) {
    let floor = (place - 0.5).rounded(.down)
    return (Int(floor), Float(place - 0.5 - floor))
  }

  /// The same of a place of 0.5 or more, in less time: to find the floor is a call where processors of
  /// any age are to do.
  @inline(__always) static func splitPositive(_ place: Double) -> (pixel: Int, share: Float) {
    let whole = Int(place - 0.5)
    return (whole, Float(place - 0.5 - Double(whole)))
  }

  /// The weights of the pixel before, the two around, and the one after.
  ///
  /// Source: Keys 1981, doi:10.1109/TASSP.1981.1163711, with a = −0.5.
  @inline(__always) static func cubicWeights(_ t: Float) -> SIMD4<Float> {
    let cubes = SIMD4<Float>(-0.5, 1.5, -1.5, 0.5) * t
    let squares = (cubes + SIMD4(1, -2.5, 2, -0.5)) * t
    return (squares + SIMD4(-0.5, 0, 0.5, 0)) * t + SIMD4(0, 1, 0, 0)
  }

  /// The weights of four pixels of which the outer two do not count.
  @inline(__always) static func bilinearWeights(_ t: Float) -> SIMD4<Float> {
    SIMD4(0, 1 - t, t, 0)
  }
}
