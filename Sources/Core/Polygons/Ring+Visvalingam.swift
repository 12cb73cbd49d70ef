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
    var corners = CornerHeap(points)
    while corners.count > 3, let least = corners.least, least.area < leastArea {
      corners.removeLeast()
    }
    return Ring(corners.kept.map { points[$0] })
  }
}

/// The corners of a ring by the areas of their triangles, the smallest on top of a heap.
private struct CornerHeap {
  private let points: [Point]
  private var previous: [Int]
  private var next: [Int]
  private var areas: [Double]
  private var isKept: [Bool]
  /// A binary heap; an entry counts only while it has its corner's area.
  private var heap: [(area: Double, corner: Int)] = []
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

  /// The corner with the smallest triangle, of equals the first.
  var least: (area: Double, corner: Int)? { heap.first }

  mutating func removeLeast() {
    guard let (area, corner) = heap.first else { return }
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
    push((areas[corner], corner))
  }

  private mutating func dropStale() {
    while let (area, corner) = heap.first, !isKept[corner] || areas[corner] != area { pop() }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    heap[a].area != heap[b].area ? heap[a].area < heap[b].area : heap[a].corner < heap[b].corner
  }

  private mutating func push(_ entry: (area: Double, corner: Int)) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, precedes(index, (index - 1) / 2) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count && precedes(child, least)
      {
        least = child
      }
      guard least != index else { return }
      heap.swapAt(least, index)
      index = least
    }
  }
}
