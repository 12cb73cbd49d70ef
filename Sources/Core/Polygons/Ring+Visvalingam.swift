extension Ring {
  /// The ring without the corners that matter least: those whose triangle with their neighbours is
  /// smaller than an area, the smallest first.
  ///
  /// What nature drew keeps its bends better this way than by distances, of which the farthest
  /// corners decide.
  ///
  /// Source: Visvalingam and Whyatt 1993, doi:10.1179/000870493786962263.
  ///
  /// - Parameter leastArea: In square units of the points.
  /// - Returns: At least three corners.
  /// - Complexity: O(points log points).
  public func generalized(leastArea: Double) -> Ring {
    var corners = Corners(points)
    while corners.count > 3, let least = corners.leastArea, least < leastArea {
      corners.removeLeast()
    }
    return Ring(corners.kept.map { points[$0] })
  }
}

/// The corners of a ring by the areas of their triangles.
private struct Corners {
  /// A corner, and the area that it had when it was measured; of equals the first is less.
  private struct Entry: Comparable {
    let area: Double
    let corner: Int

    static func < (a: Entry, b: Entry) -> Bool { (a.area, a.corner) < (b.area, b.corner) }
  }

  private let points: [Point]
  private var previous: [Int]
  private var next: [Int]
  private var areas: [Double]
  private var isKept: [Bool]
  /// An entry counts only while it has its corner's area.
  private var heap = Heap<Entry>()
  private(set) var count: Int

  init(_ points: [Point]) {
    self.points = points
    count = points.count
    previous = points.indices.map { ($0 + points.count - 1) % points.count }
    next = points.indices.map { ($0 + 1) % points.count }
    areas = [Double](repeating: 0, count: points.count)
    isKept = [Bool](repeating: true, count: points.count)
    for corner in points.indices { measure(corner, atLeast: 0) }
  }

  var kept: [Int] { points.indices.filter { isKept[$0] } }

  /// The area of the smallest triangle.
  var leastArea: Double? { heap.least?.area }

  mutating func removeLeast() {
    guard let least = heap.least else { return }
    let (area, corner) = (least.area, least.corner)
    isKept[corner] = false
    count -= 1
    let (before, after) = (previous[corner], next[corner])
    next[before] = after
    previous[after] = before
    // A corner is never less than one that went before it.
    measure(before, atLeast: area)
    measure(after, atLeast: area)
    dropStale()
  }

  private mutating func measure(_ corner: Int, atLeast least: Double) {
    let (a, b, c) = (points[previous[corner]], points[corner], points[next[corner]])
    areas[corner] = max(least, abs((b - a).cross(c - a)) / 2)
    heap.insert(Entry(area: areas[corner], corner: corner))
  }

  private mutating func dropStale() {
    while let least = heap.least, !isKept[least.corner] || areas[least.corner] != least.area {
      _ = heap.removeLeast()
    }
  }
}
