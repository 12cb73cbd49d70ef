import Polygons

/// Cuts lines at the sides of a square.
///
/// Source: Liang and Barsky 1984, doi:10.1145/357332.357333.
struct LineClip {
  /// The least coordinate inside, of both axes.
  let low: Double
  /// The greatest.
  let high: Double

  /// The pieces of a line that lie inside, in order; a single point is a piece by itself.
  func pieces(of line: [Point]) -> [[Point]] {
    guard line.count > 1 else { return line.filter(contains).map { [$0] } }
    var pieces: [[Point]] = []
    var current: [Point] = []
    for (start, end) in zip(line, line.dropFirst()) {
      guard let (from, to) = inside(start, end) else {
        if !current.isEmpty { pieces.append(current) }
        current = []
        continue
      }
      let step = end - start
      if current.isEmpty { current = [from > 0 ? start + step * from : start] }
      current.append(to < 1 ? start + step * to : end)
      if to < 1 {
        pieces.append(current)
        current = []
      }
    }
    return current.isEmpty ? pieces : pieces + [current]
  }

  private func contains(_ point: Point) -> Bool {
    point.x >= low && point.x <= high && point.y >= low && point.y <= high
  }

  /// The shares of a segment between which it is inside; nil when it is nowhere.
  private func inside(_ start: Point, _ end: Point) -> (Double, Double)? {
    var (from, to) = (0.0, 1.0)
    let step = end - start
    for (delta, distance) in [
      (-step.x, start.x - low), (step.x, high - start.x), (-step.y, start.y - low),
      (step.y, high - start.y),
    ] {
      if delta == 0 {
        if distance < 0 { return nil }
        continue
      }
      let share = distance / delta
      if delta < 0 { from = max(from, share) } else { to = min(to, share) }
    }
    return from <= to ? (from, to) : nil
  }
}
