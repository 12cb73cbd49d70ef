/// How many values lie between each two limits.
struct Histogram: Hashable, Sendable {
  /// The limits, rising; a bin holds its lower limit and not its upper one.
  let limits: [Double]
  /// One count for each bin.
  private(set) var counts: [Int]

  /// An empty histogram.
  ///
  /// - Precondition: There are two limits at least, and they rise.
  init(limits: [Double]) {
    precondition(limits.count > 1 && zip(limits, limits.dropFirst()).allSatisfy(<))
    self.limits = limits
    counts = [Int](repeating: 0, count: limits.count - 1)
  }

  /// Areas of buildings and fields, in m².
  static var areas: Histogram {
    Histogram(limits: [0, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, .infinity])
  }

  /// Lengths of roads, in m.
  static var lengths: Histogram {
    Histogram(limits: [0, 10, 20, 50, 100, 200, 500, 1_000, .infinity])
  }

  /// Confidences, in steps of a twentieth.
  static var confidences: Histogram {
    Histogram(limits: (0...20).map { Double($0) / 20 })
  }

  /// The number of values.
  var count: Int { counts.reduce(0, +) }

  /// Counts a value; the first and the last bin also hold what lies beyond their limits.
  mutating func add(_ value: Double) {
    let bin = limits.dropFirst().firstIndex { value < $0 } ?? limits.endIndex - 1
    counts[bin - 1] += 1
  }

  /// Without the empty bins at both ends.
  var trimmed: (limits: [Double], counts: [Int]) {
    guard let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return (limits, counts) }
    return (Array(limits[first...last + 1]), Array(counts[first...last]))
  }
}
