/// What a block is used for.
enum BlockUse { case compounds, crowded, shops, school, sheds, farm, grove }

/// Fills the blocks.
extension Town {
  /// The whole town from its plan; `isGround` tells where something may stand.
  static func planned(_ plan: TownPlan, isGround: (Place) -> Bool) -> Town {
    var dice = Dice(seed: plan.seed)
    var town = Town(plan: plan)
    let blocks = town.layStreets(&dice)
    town.land.give(Box(low: Place(0, 0), high: Place(plan.wide, plan.tall)), to: .outside) {
      !isGround($0)
    }
    for block in blocks {
      let use = town.use(of: block, &dice)
      let inner = block.part(0.06...0.94, 0.08...0.92)
      switch use {
      case .compounds: town.fillCompounds(inner, &dice)
      case .crowded: town.fillCrowded(inner, &dice)
      case .shops: town.fillShops(inner, &dice)
      case .school: town.fillSchool(inner, &dice)
      case .sheds: town.fillSheds(inner, &dice)
      case .farm: town.fillFarm(inner, &dice)
      case .grove: town.fillGrove(inner, &dice)
      }
    }
    town.plantStreets(&dice)
    return town
  }

  private func use(of block: Block, _ dice: inout Dice) -> BlockUse {
    let isByMainColumn = plan.isByMainColumn(block)
    let isByMainRow = plan.isByMainRow(block)
    let place = SIMD2(block.column, block.row)
    if plan.schools.contains(place) { return .school }
    if plan.sheds.contains(place) { return .sheds }
    if isByMainColumn && isByMainRow { return .shops }
    if isByMainColumn || isByMainRow {
      return dice.pick([.shops, .compounds, .compounds, .compounds, .crowded])
    }
    let isCentre =
      plan.centreColumns.contains(block.column) && plan.centreRows.contains(block.row)
    return !isCentre
      ? dice.pick([.compounds, .compounds, .farm, .farm, .grove, .crowded])
      : dice.pick([.compounds, .compounds, .compounds, .crowded, .grove])
  }

  /// Builds if the ground is free; answers whether it was.
  @discardableResult
  mutating func build(_ building: Building, gap: Double) -> Bool {
    guard land.isFree(for: building, gap: gap) else { return false }
    land.give(building.bounds, to: .building) { building.covers($0) }
    buildings.append(building)
    return true
  }

  /// Plants a tree if its stem finds free ground.
  mutating func plant(_ middle: Place, radius: Double, _ dice: inout Dice) {
    let color = dice.pick([Palette.crown, Palette.crown, Palette.darkCrown, Palette.paleCrown])
    guard land.isFree(around: middle, radius: radius * 0.75) else { return }
    land.give(Box(low: middle, high: middle).grown(by: radius), to: .tree) {
      length($0 - middle) < radius * 0.8
    }
    trees.append(
      Tree(
        middle: middle, radius: radius, height: radius * dice.between(1.2, 1.8), color: color,
        seed: dice.whole(0...99_999)))
  }

  /// Plants so many trees somewhere in a block.
  mutating func scatterTrees(
    _ block: Block, count: Int, radius: ClosedRange<Double>, _ dice: inout Dice
  ) {
    for _ in 0..<count {
      let place = block.place(dice.unit(), dice.unit())
      let size = dice.happens(0.12) ? 1.5 : 1
      plant(place, radius: size * dice.between(radius.lowerBound, radius.upperBound), &dice)
    }
  }

  /// Parks a car if there is room.
  mutating func park(_ frame: Frame, _ dice: inout Dice) {
    guard land.isFree(around: frame.origin, radius: 2.4) else { return }
    land.give(Box(low: frame.origin, high: frame.origin).grown(by: 2.5), to: .car) { _ in true }
    let color = dice.pick([
      Color(232, 234, 236), Color(232, 234, 236), Color(150, 154, 158), Color(52, 54, 60),
      Color(92, 34, 36), Color(48, 66, 104),
    ])
    things.append(
      Thing(kind: .car, frame: frame, size: Place(dice.between(3.9, 4.8), 1.8), color: color))
  }

  /// Lets boards, stones, washing, heaps and shrubs lie about in a block.
  mutating func litter(_ block: Block, count: Int, _ dice: inout Dice) {
    for _ in 0..<count {
      let place = block.place(dice.unit(), dice.unit())
      guard land.holder(at: place) == .nobody else { continue }
      if dice.happens(0.55) {
        let color = dice.pick([Palette.crown, Palette.paleCrown, Palette.grass, Palette.dryGrass])
        let radius = dice.between(0.3, 0.9)
        trees.append(
          Tree(
            middle: place, radius: radius, height: radius * 0.8, color: color,
            seed: dice.whole(0...99_999)))
      } else {
        let color = dice.pick([
          Palette.paving, Palette.paleEarth, Palette.wall, Palette.greySheet, Palette.rust,
          Palette.earth * 0.7, Palette.blueSheet, Palette.tarmac,
        ])
        let heading = block.frame.heading.turned(dice.between(-0.4, 0.4))
        things.append(
          Thing(
            kind: .litter, frame: Frame(origin: place, heading: heading),
            size: Place(dice.between(0.4, 2.4), dice.between(0.4, 1.2)), color: color))
      }
    }
  }

  /// Traffic and a few trees along the streets.
  private mutating func plantStreets(_ dice: inout Dice) {
    for way in ways where way.surface != .path {
      for (start, end) in way.segments {
        let heading = Heading(from: start, to: end)
        if dice.happens(way.surface == .tarmac ? 0.6 : 0.08) {
          let side = heading.across * (way.breadth * 0.24)
          let frame = Frame(origin: start + (end - start) * dice.unit() + side, heading: heading)
          things.append(
            Thing(kind: .car, frame: frame, size: Place(4.4, 1.8), color: Color(226, 228, 230)))
        }
        if dice.happens(0.35) {
          let side = heading.across * (way.breadth / 2 + dice.between(2.5, 4))
          plant(start + (end - start) * dice.unit() + side, radius: dice.between(1.4, 3), &dice)
        }
      }
    }
  }
}
