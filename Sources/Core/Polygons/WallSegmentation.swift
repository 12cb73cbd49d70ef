/// Parts a contour into straight walls at the least cost, by dynamic programming.
///
/// The cost is the sum of squared distances from the walls, a price per wall and a penalty for
/// walls that stand slanted to the axis. Consecutive walls differ in label, unless both are free.
struct WallSegmentation {
  let samples: ContourSamples
  /// Where walls may end: sample indices from 0 to the number of samples, both included.
  let cuts: [Int]
  /// The building's axis.
  let axis: Direction
  /// The price of a wall, in px³.
  let price: Double

  private static let labelCount = RunLabel.allCases.count

  /// The walls around the contour and what they cost.
  ///
  /// - Complexity: O(cuts²).
  func best() -> (walls: [WallRun], cost: Double) {
    let width = Self.labelCount
    var table = CostTable(cuts: cuts.count, labels: width)
    let directions = RunLabel.allCases.compactMap { $0.turn.map(axis.turned(by:)) }
    let prices = RunLabel.allCases.map { price * (1 + $0.penalty) }
    let shortest = RunLabel.allCases.map {
      max(2, Int(($0.shortest / samples.step).rounded()))
    }
    let last = cuts.count - 1
    for end in 1...last {
      table.rank(end - 1)
      for start in 0..<end {
        let count = cuts[end] - cuts[start]
        let isAtSeam = start == 0 || end == last
        guard count >= shortest[0] || isAtSeam, count > 0 else { continue }
        let scatter = samples.scatter(from: cuts[start], to: cuts[end])
        for label in 0..<width where label < 2 || count >= shortest[label] {
          let error =
            label < directions.count
            ? scatter.squaredError(along: directions[label]) : scatter.leastSquaredError
          table.offer(error * samples.step + prices[label], start: start, end: end, label: label)
        }
      }
    }
    return (joined(table.walls(cuts: cuts)), table.least)
  }

  /// The walls with the first and the last made one where the contour was begun inside a wall.
  private func joined(_ walls: [WallRun]) -> [WallRun] {
    guard let first = walls.first, let last = walls.last, walls.count > 1,
      first.label == last.label
    else { return walls }
    var joined = walls
    joined.removeFirst()
    joined[joined.count - 1].end += first.count
    return joined
  }
}

/// The least cost of walls up to each cut, by the label of the last wall.
private struct CostTable {
  private let labels: Int
  private let cutCount: Int
  private var costs: [Double]
  private var starts: [Int32]
  private var labelsBefore: [Int8]
  /// The cheapest and the second cheapest label at every ranked cut.
  private var ranks: [(first: Int, second: Int)]

  init(cuts: Int, labels: Int) {
    self.labels = labels
    cutCount = cuts
    costs = [Double](repeating: .infinity, count: cuts * labels)
    starts = [Int32](repeating: 0, count: cuts * labels)
    labelsBefore = [Int8](repeating: 0, count: cuts * labels)
    ranks = []
    for label in 0..<labels { costs[label] = 0 }
  }

  /// The cost of the best walls all around.
  var least: Double { costs[(cutCount - 1) * labels..<cutCount * labels].min() ?? .infinity }

  mutating func rank(_ cut: Int) {
    var (first, second) = (0, 1)
    if costs[cut * labels + 1] < costs[cut * labels] { swap(&first, &second) }
    for label in 2..<labels {
      let cost = costs[cut * labels + label]
      if cost < costs[cut * labels + first] {
        (first, second) = (label, first)
      } else if cost < costs[cut * labels + second] {
        second = label
      }
    }
    ranks.append((first, second))
  }

  /// Offers a wall of `label` from one cut to another at `cost`.
  mutating func offer(_ cost: Double, start: Int, end: Int, label: Int) {
    var before = label
    if start > 0 {
      let rank = ranks[start]
      before = rank.first == label && label != RunLabel.free.rawValue ? rank.second : rank.first
    }
    let total = costs[start * labels + before] + cost
    guard total < costs[end * labels + label] else { return }
    costs[end * labels + label] = total
    starts[end * labels + label] = Int32(start)
    labelsBefore[end * labels + label] = Int8(before)
  }

  /// The walls of the best way, from the first cut to the last.
  func walls(cuts: [Int]) -> [WallRun] {
    var cut = cutCount - 1
    var label = (0..<labels).min { costs[cut * labels + $0] < costs[cut * labels + $1] } ?? 0
    var walls: [WallRun] = []
    while cut > 0 {
      let start = Int(starts[cut * labels + label])
      walls.append(
        WallRun(
          start: cuts[start], end: cuts[cut], label: RunLabel(rawValue: label) ?? .free))
      label = Int(labelsBefore[cut * labels + label])
      cut = start
    }
    return walls.reversed()
  }
}
