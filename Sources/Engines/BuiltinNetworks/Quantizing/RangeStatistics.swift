/// How a range of values is chosen for the bytes that stand for them.
public enum Clipping: String, CaseIterable, Sendable, Codable {
  /// Everything that was seen.
  case everything
  /// All but one in ten thousand of what was seen.
  case percentile
  /// What makes the mean squared error of the values that were seen least.
  case leastError
}

/// Which values a tensor took, as a histogram between the lowest and the highest.
struct RangeStatistics {
  private static let binCount = 2048

  /// The lowest value; 0 where all are higher, since a byte must stand for 0 exactly.
  private(set) var lowest: Float = 0
  /// The highest value; 0 where all are lower.
  private(set) var highest: Float = 0
  private var bins = [Double](repeating: 0, count: Self.binCount)

  /// Widens the range; what is no number is left out.
  mutating func widen(_ values: UnsafeBufferPointer<Float>) {
    var (low, high) = (lowest, highest)
    for value in values {
      low = value < low ? value : low
      high = value > high ? value : high
    }
    (lowest, highest) = (low, high)
  }

  /// Counts values, once the range is known.
  mutating func count(_ values: UnsafeBufferPointer<Float>) {
    guard width > 0 else { return }
    let (low, factor) = (lowest, Float(Self.binCount) / width)
    bins.withUnsafeMutableBufferPointer { bins in
      for value in values where value >= low {
        bins[min(Int((value - low) * factor), Self.binCount - 1)] += 1
      }
    }
  }

  private var width: Float { highest - lowest }
  private var binWidth: Float { width / Float(Self.binCount) }

  /// The grid of bytes for what was counted.
  func grid(_ clipping: Clipping) -> ByteGrid {
    guard width > 0, width.isFinite else { return ByteGrid(scale: 1, zero: 0) }
    switch clipping {
    case .everything: return Self.grid(lowest, highest)
    case .percentile:
      let tails = bins.reduce(0, +) * 1e-4 / (lowest < 0 && highest > 0 ? 2 : 1)
      return Self.grid(edge(tails, from: bins), -edge(tails, from: bins.reversed(), mirrored: true))
    case .leastError:
      let candidates = (20...100).map { share in
        let part = Float(share) / 100
        return Self.grid(lowest * part, highest * part)
      }
      let best = candidates.map { (grid: $0, error: error(of: $0)) }.min { $0.error < $1.error }
      return best?.grid ?? Self.grid(lowest, highest)
    }
  }

  /// Where a tail of values ends, seen from the lower end; negated when seen from the upper one.
  private func edge(_ tail: Double, from bins: [Double], mirrored: Bool = false) -> Float {
    let start = mirrored ? -highest : lowest
    guard start < 0 else { return 0 }
    var sum = 0.0
    for (index, count) in bins.enumerated() {
      sum += count
      if sum > tail { return min(start + Float(index) * binWidth, 0) }
    }
    return start
  }

  private static func grid(_ low: Float, _ high: Float) -> ByteGrid {
    let scale = max((high - low) / 255, .leastNormalMagnitude)
    return ByteGrid(scale: scale, zero: min(max(Int((-low / scale).rounded()), 0), 255))
  }

  /// The squared error of all values that were counted, were they written on a grid.
  private func error(of grid: ByteGrid) -> Double {
    var sum = 0.0
    for (index, count) in bins.enumerated() where count > 0 {
      let value = lowest + (Float(index) + 0.5) * binWidth
      let (first, last) = (grid.steps.lowerBound, grid.steps.upperBound)
      let step = min(max((value / grid.scale).rounded(), first), last)
      let difference = Double(step * grid.scale - value)
      // Within a step errors are spread evenly; the middle of a bin alone would hide them.
      let isInside = step > first && step < last
      let spread = isInside ? Double(grid.scale) * Double(grid.scale) / 12 : difference * difference
      sum += count * spread
    }
    return sum
  }
}
