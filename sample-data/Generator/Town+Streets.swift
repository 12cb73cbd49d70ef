/// One block of ground between four streets, its corners counter-clockwise.
struct Block {
  let column: Int
  let row: Int
  let corners: [Place]

  /// The place at shares of the way along the first side and towards the opposite one.
  func place(_ s: Double, _ t: Double) -> Place {
    let near = corners[0] + (corners[1] - corners[0]) * s
    let far = corners[3] + (corners[2] - corners[3]) * s
    return near + (far - near) * t
  }

  /// A smaller block of four such shares.
  func part(_ s: ClosedRange<Double>, _ t: ClosedRange<Double>) -> Block {
    Block(
      column: column, row: row,
      corners: [
        place(s.lowerBound, t.lowerBound), place(s.upperBound, t.lowerBound),
        place(s.upperBound, t.upperBound), place(s.lowerBound, t.upperBound),
      ])
  }

  var middle: Place { place(0.5, 0.5) }

  /// Its middle, heading along the first side.
  var frame: Frame {
    Frame(origin: middle, heading: Heading(from: place(0, 0.5), to: place(1, 0.5)))
  }

  /// Length along the first side, and depth.
  var extent: Place {
    Place(length(place(1, 0.5) - place(0, 0.5)), length(place(0.5, 1) - place(0.5, 0)))
  }
}

/// The streets, the river and the blocks they leave.
extension Town {
  /// Lays river and streets, and answers the blocks between them.
  mutating func layStreets(_ dice: inout Dice) -> [Block] {
    layRiver(&dice)
    let nodes = layNodes(&dice)
    for row in 0...plan.rows {
      for column in 0...plan.columns {
        let here = nodes[row][column]
        if column < plan.columns {
          layStreet(
            from: here, to: nodes[row][column + 1], isMain: plan.mainRows.contains(row), &dice)
        }
        if row < plan.rows {
          layStreet(
            from: here, to: nodes[row + 1][column], isMain: plan.mainColumns.contains(column), &dice
          )
        }
      }
    }
    for way in ways {
      for (start, end) in way.segments {
        land.give(Box(around: [start, end]).grown(by: way.breadth), to: .road) {
          distance(from: $0, toSegmentFrom: start, to: end) < way.breadth / 2 + 0.8
        }
      }
    }
    var blocks: [Block] = []
    for row in 0..<plan.rows {
      for column in 0..<plan.columns {
        let corners = [
          nodes[row][column], nodes[row][column + 1], nodes[row + 1][column + 1],
          nodes[row + 1][column],
        ]
        blocks.append(Block(column: column, row: row, corners: corners))
      }
    }
    return blocks
  }

  private mutating func layRiver(_ dice: inout Dice) {
    var points: [Place] = []
    for index in -1...12 {
      let x = Double(index) * 60
      points.append(
        Place(
          x,
          plan.river.entry * plan.tall + plan.river.rise * x
            + dice.between(-plan.river.sway, plan.river.sway)))
    }
    for _ in 0..<3 { points = smoothed(points) }
    river = Way(surface: .water, points: points, breadth: plan.river.breadth, seed: 77)
    let reach = river.breadth / 2 + 5
    for (start, end) in river.segments {
      land.give(Box(around: [start, end]).grown(by: river.breadth / 2 + 8), to: .water) {
        distance(from: $0, toSegmentFrom: start, to: end) < reach
      }
    }
  }

  private func layNodes(_ dice: inout Dice) -> [[Place]] {
    let middle = Place(plan.wide / 2, plan.tall / 2)
    var across: [Double] = [0]
    for _ in 0..<plan.columns {
      across.append(across[across.count - 1] + dice.between(plan.blockBreadth))
    }
    var along: [Double] = [0]
    for _ in 0..<plan.rows { along.append(along[along.count - 1] + dice.between(plan.blockDepth)) }
    let centre = Place(across[across.count - 1], along[along.count - 1]) / 2
    return along.map { v in
      across.map { u in
        let local = Place(u, v) - centre + Place(dice.between(-9, 9), dice.between(-9, 9))
        return Frame(origin: middle, heading: plan.heading).place(local)
      }
    }
  }

  private mutating func layStreet(
    from start: Place, to end: Place, isMain: Bool, _ dice: inout Dice
  ) {
    let bend = Heading(from: start, to: end).across * dice.between(-4, 4)
    let breadth = isMain ? 7.5 : dice.between(3.2, 5.2)
    let isPath = dice.happens(0.3)
    let crossing = river.segments.compactMap { crossingOf(start, end, $0.start, $0.end) }.first
    if let crossing {
      guard isMain || hasLesserBridge(at: crossing, &dice) else { return }
      let own = !isMain && isPath ? 2 : breadth
      bridges.append(
        Bridge(
          frame: Frame(origin: crossing, heading: Heading(from: start, to: end)),
          half: Place(4 + 0.75 * river.breadth, own / 2 + 0.35)))
    }
    let points = isMain || crossing != nil ? [start, end] : [start, (start + end) / 2 + bend, end]
    let surface: Way.Surface = isMain ? .tarmac : isPath ? .path : .dirt
    ways.append(
      Way(
        surface: surface, points: points, breadth: surface == .path ? 2 : breadth,
        seed: dice.whole(0...99_999)))
  }
  /// Whether a lesser street crosses the river at a place; never close to another bridge.
  private func hasLesserBridge(at crossing: Place, _ dice: inout Dice) -> Bool {
    guard plan.lesserBridges > 0, dice.happens(plan.lesserBridges) else { return false }
    return bridges.allSatisfy { length($0.frame.origin - crossing) > 28 }
  }
}

/// Where two pieces of line cross, if they do.
private func crossingOf(_ a: Place, _ b: Place, _ c: Place, _ d: Place) -> Place? {
  let (one, other) = (b - a, d - c)
  let turn = one.x * other.y - one.y * other.x
  guard turn != 0 else { return nil }
  let way = c - a
  let s = (way.x * other.y - way.y * other.x) / turn
  let t = (way.x * one.y - way.y * one.x) / turn
  return (0...1).contains(s) && (0...1).contains(t) ? a + s * one : nil
}

/// A line with its corners cut, after Chaikin (1974).
private func smoothed(_ points: [Place]) -> [Place] {
  var line: [Place] = []
  for (start, end) in zip(points, points.dropFirst()) {
    line.append(start * 0.75 + end * 0.25)
    line.append(start * 0.25 + end * 0.75)
  }
  return line
}
