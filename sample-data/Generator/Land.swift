/// Who holds each 0.3 m of ground, so that no two things stand in one place.
struct Land {
  enum Holder: UInt8 { case nobody, road, water, building, tree, car, outside }

  static let cell = 0.3

  let columns: Int
  let rows: Int
  private var holders: [Holder]

  init(wide: Double, tall: Double) {
    columns = Int(wide / Self.cell)
    rows = Int(tall / Self.cell)
    holders = [Holder](repeating: .nobody, count: columns * rows)
  }

  /// The holder at a place; `.outside` beyond the land.
  func holder(at place: Place) -> Holder {
    let column = Int((place.x / Self.cell).rounded(.down))
    let row = Int((place.y / Self.cell).rounded(.down))
    guard column >= 0, row >= 0, column < columns, row < rows else { return .outside }
    return holders[row * columns + column]
  }

  /// Gives to a holder every free cell of a box for which the test holds.
  mutating func give(_ box: Box, to holder: Holder, where isWanted: (Place) -> Bool) {
    let left = max(0, Int(box.low.x / Self.cell))
    let right = min(columns, Int(box.high.x / Self.cell) + 1)
    let bottom = max(0, Int(box.low.y / Self.cell))
    let top = min(rows, Int(box.high.y / Self.cell) + 1)
    guard left < right, bottom < top else { return }
    for row in bottom..<top {
      for column in left..<right {
        let place = Place((Double(column) + 0.5) * Self.cell, (Double(row) + 0.5) * Self.cell)
        if holders[row * columns + column] == .nobody, isWanted(place) {
          holders[row * columns + column] = holder
        }
      }
    }
  }

  /// Whether a building would have the ground to itself, with a gap in metres all around it.
  func isFree(for building: Building, gap: Double) -> Bool {
    for wing in building.wings {
      let reach = wing.half + Place(repeating: gap)
      let steps = Place((reach.x / 0.25).rounded(.up), (reach.y / 0.25).rounded(.up))
      for i in 0...Int(2 * steps.x) {
        for j in 0...Int(2 * steps.y) {
          let share = Place(Double(i) / steps.x - 1, Double(j) / steps.y - 1)
          let place = building.frame.place(wing.middle + reach * share)
          if holder(at: place) != .nobody { return false }
        }
      }
    }
    return true
  }

  /// Whether a disc of ground is free.
  func isFree(around middle: Place, radius: Double) -> Bool {
    let steps = Int(radius / Self.cell) + 1
    for i in -steps...steps {
      for j in -steps...steps {
        let way = Place(Double(i), Double(j)) * (radius / Double(steps))
        if dot(way, way) <= radius * radius, holder(at: middle + way) != .nobody { return false }
      }
    }
    return true
  }
}
