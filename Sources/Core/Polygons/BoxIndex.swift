/// Finds polygons, or anything that has a box, by the squares of a coarse grid that their boxes touch.
///
/// Squares are hashed into as many buckets as there are polygons, so that memory grows with the
/// polygons alone: 16 bytes for a box and about 10 for its place, whatever ground they lie on.
package struct BoxIndex: Sendable {
  private let boxes: [Box]
  private let origin: Point
  private let side: Double
  /// Where each bucket begins among the members, and where the last one ends.
  private var starts: [Int32]
  private var members: [Int32]
  /// Polygons that touch too many squares to be entered in each: always looked at.
  private var large: [Int32] = []

  private static let mostSquares = 64

  /// Sorts polygons into squares about twice as wide as their mean box.
  ///
  /// - Complexity: O(polygons).
  package init(_ polygons: [Polygon]) { self.init(polygons.map(Box.init(of:))) }

  /// Sorts boxes into squares about twice as wide as their mean.
  package init(_ boxes: [Box]) {
    let sum = boxes.reduce(0) { $0 + max($1.high.x - $1.low.x, $1.high.y - $1.low.y) }
    let mean = sum / Double(max(1, boxes.count))
    self.boxes = boxes
    origin = boxes.first?.low ?? Point(x: 0, y: 0)
    side = mean > 0 && mean.isFinite ? 2 * mean : 1
    starts = [Int32](repeating: 0, count: boxes.count + 2)
    members = []
    for (index, box) in boxes.enumerated() where !box.isEmpty {
      let squares = squares(of: box)
      if squares.count > Self.mostSquares {
        large.append(Int32(index))
      } else {
        squares.forEach { starts[bucket(of: $0, $1) + 1] += 1 }
      }
    }
    for bucket in starts.indices.dropFirst() { starts[bucket] += starts[bucket - 1] }
    members = [Int32](repeating: 0, count: Int(starts.last ?? 0))
    var next = starts
    for (index, box) in boxes.enumerated() where !box.isEmpty {
      let squares = squares(of: box)
      guard squares.count <= Self.mostSquares else { continue }
      squares.forEach { column, row in
        let bucket = bucket(of: column, row)
        members[Int(next[bucket])] = Int32(index)
        next[bucket] += 1
      }
    }
  }

  /// The polygons whose boxes meet another, in their own order.
  ///
  /// - Complexity: O(polygons in the squares that the box touches).
  package func meeting(_ box: Box) -> [Int] {
    guard !box.isEmpty else { return [] }
    let squares = squares(of: box)
    guard squares.count <= max(Self.mostSquares, boxes.count) else {
      return boxes.indices.filter { boxes[$0].meets(box) }
    }
    var found = large.filter { boxes[Int($0)].meets(box) }
    squares.forEach { column, row in
      let bucket = bucket(of: column, row)
      for place in Int(starts[bucket])..<Int(starts[bucket + 1])
      where boxes[Int(members[place])].meets(box) {
        found.append(members[place])
      }
    }
    found.sort()
    var distinct: [Int] = []
    for index in found where distinct.last != Int(index) { distinct.append(Int(index)) }
    return distinct
  }

  private func bucket(of column: Int, _ row: Int) -> Int {
    let mixed =
      (UInt64(bitPattern: Int64(column)) &* 0x9E37_79B9_7F4A_7C15)
      ^ (UInt64(bitPattern: Int64(row)) &* 0xC2B2_AE3D_27D4_EB4F)
    let count = UInt64(starts.count - 1)
    return Int((mixed ^ (mixed >> 29)) % count)
  }

  private func squares(of box: Box) -> Squares {
    Squares(
      columns: number(box.low.x - origin.x)...number(box.high.x - origin.x),
      rows: number(box.low.y - origin.y)...number(box.high.y - origin.y))
  }

  /// The square that a distance from the origin lies in; within bounds that fit whole numbers.
  private func number(_ distance: Double) -> Int {
    Int(min(max((distance / side).rounded(.down), -0x1p30), 0x1p30))
  }

  private struct Squares {
    let columns: ClosedRange<Int>
    let rows: ClosedRange<Int>

    var count: Int { columns.count * rows.count }

    func forEach(_ body: (Int, Int) -> Void) {
      for row in rows { for column in columns { body(column, row) } }
    }
  }
}

/// The smallest upright rectangle around a polygon.
package struct Box: Sendable {
  /// The corner with the least coordinates.
  package let low: Point
  /// The corner with the greatest.
  package let high: Point

  /// The box around a polygon.
  package init(of polygon: Polygon) { (low, high) = polygon.outer.bounds }

  /// The box between two corners; it holds its sides.
  package init(low: Point, high: Point) { (self.low, self.high) = (low, high) }

  /// Whether there is nothing that it is around.
  package var isEmpty: Bool { !(low.x <= high.x && low.y <= high.y) }

  /// Whether the boxes share a place.
  package func meets(_ other: Box) -> Bool {
    low.x <= other.high.x && other.low.x <= high.x && low.y <= other.high.y && other.low.y <= high.y
  }

  /// The box with its sides moved outwards.
  package func outset(x: Double, y: Double) -> Box {
    Box(low: Point(x: low.x - x, y: low.y - y), high: Point(x: high.x + x, y: high.y + y))
  }
}
