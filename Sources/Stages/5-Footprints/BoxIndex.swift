import Polygons

/// Finds polygons by the squares of a coarse grid that their boxes touch.
struct BoxIndex {
  private let origin: Point
  private let side: Double
  private var cells: [Cell: [Int]] = [:]

  private struct Cell: Hashable {
    let column: Int
    let row: Int
  }

  /// Sorts polygons into squares about twice as wide as their mean box.
  ///
  /// - Complexity: O(polygons), for polygons of about the same size.
  init(_ polygons: [Polygon]) {
    let boxes = polygons.map(Box.init(of:))
    let sum = boxes.reduce(0) { $0 + max($1.high.x - $1.low.x, $1.high.y - $1.low.y) }
    let mean = sum / Double(max(1, boxes.count))
    origin = boxes.first?.low ?? Point(x: 0, y: 0)
    side = mean > 0 && mean.isFinite ? 2 * mean : 1
    for (index, box) in boxes.enumerated() {
      for cell in touched(by: box) { cells[cell, default: []].append(index) }
    }
  }

  /// The polygons whose boxes may meet that of `polygon`, in their own order.
  func candidates(for polygon: Polygon) -> [Int] {
    var found: Set<Int> = []
    for cell in touched(by: Box(of: polygon)) { found.formUnion(cells[cell] ?? []) }
    return found.sorted()
  }

  private func touched(by box: Box) -> [Cell] {
    guard box.low.x <= box.high.x else { return [] }
    let first = cell(of: box.low)
    let last = cell(of: box.high)
    return (first.row...last.row).flatMap { row in
      (first.column...last.column).map { Cell(column: $0, row: row) }
    }
  }

  private func cell(of place: Point) -> Cell {
    Cell(
      column: Int(((place.x - origin.x) / side).rounded(.down)),
      row: Int(((place.y - origin.y) / side).rounded(.down)))
  }
}

/// The smallest upright rectangle around a polygon.
struct Box {
  let low: Point
  let high: Point

  init(of polygon: Polygon) {
    (low, high) = polygon.outer.bounds
  }

  func meets(_ other: Box) -> Bool {
    low.x <= other.high.x && other.low.x <= high.x && low.y <= other.high.y && other.low.y <= high.y
  }
}
