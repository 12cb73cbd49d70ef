extension Polygon {
  /// The area that both polygons cover, in square units of the points.
  ///
  /// Exact up to rounding, holes and even-odd rule included: the plane is cut into horizontal slabs
  /// between all corners and crossings, in which every shared stretch is a trapezium. Sides that
  /// fall together or corners that touch need no special care.
  ///
  /// - Complexity: O(n · m) for n and m corners at worst.
  public func overlapArea(with other: Polygon) -> Double {
    var sweep = SlabSweep(origin: outer.points.first ?? .zero)
    sweep.add(self, as: .first)
    sweep.add(other, as: .second)
    return sweep.sharedArea()
  }

  /// Intersection over union: 1 for equal polygons, 0 for polygons that share no area.
  public func intersectionOverUnion(with other: Polygon) -> Double {
    let shared = overlapArea(with: other)
    let all = area + other.area - shared
    return all > 0 ? shared / all : 0
  }
}

/// Sums the shared area of two polygons slab by slab.
private struct SlabSweep {
  enum Member { case first, second }

  private struct Side {
    /// The end with the smaller y.
    let start: Point
    let end: Point
    let slope: Double
    let member: Member

    func x(at y: Double) -> Double { start.x + (y - start.y) * slope }
  }

  private let origin: Point
  private var sides: [Side] = []
  private var levels: [Double] = []

  init(origin: Point) { self.origin = origin }

  mutating func add(_ polygon: Polygon, as member: Member) {
    for ring in polygon.rings {
      guard var previous = ring.points.last.map({ $0 - origin }) else { continue }
      for corner in ring.points {
        let current = corner - origin
        defer { previous = current }
        guard current.y != previous.y else { continue }
        let (start, end) = current.y < previous.y ? (current, previous) : (previous, current)
        sides.append(
          Side(
            start: start, end: end, slope: (end.x - start.x) / (end.y - start.y), member: member))
        levels.append(start.y)
        levels.append(end.y)
      }
    }
  }

  mutating func sharedArea() -> Double {
    sides.sort { $0.start.y < $1.start.y }
    addCrossings()
    levels.sort()
    var area = 0.0
    var next = 0
    var active: [Side] = []
    for index in levels.indices.dropLast() {
      let (low, high) = (levels[index], levels[index + 1])
      guard high > low else { continue }
      active.removeAll { $0.end.y <= low }
      while next < sides.count, sides[next].start.y <= low {
        active.append(sides[next])
        next += 1
      }
      area += (high - low) * Self.sharedWidth(of: active, at: low + (high - low) / 2)
    }
    return area
  }

  /// Adds the heights at which a side of one polygon crosses a side of the other.
  private mutating func addCrossings() {
    var active: [Side] = []
    for side in sides {
      active.removeAll { $0.end.y <= side.start.y }
      for other in active where other.member != side.member && other.slope != side.slope {
        let apart = other.x(at: side.start.y) - side.start.x
        let y = side.start.y + apart / (side.slope - other.slope)
        if y > side.start.y, y < side.end.y, y < other.end.y { levels.append(y) }
      }
      active.append(side)
    }
  }

  private static func sharedWidth(of sides: [Side], at y: Double) -> Double {
    let crossings = sides.map { (x: $0.x(at: y), member: $0.member) }.sorted { $0.x < $1.x }
    var isInFirst = false
    var isInSecond = false
    var width = 0.0
    var start = 0.0
    for (x, member) in crossings {
      let wasShared = isInFirst && isInSecond
      if member == .first { isInFirst.toggle() } else { isInSecond.toggle() }
      if wasShared { width += x - start }
      start = x
    }
    return width
  }
}
