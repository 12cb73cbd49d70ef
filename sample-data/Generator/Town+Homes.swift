/// Blocks where people live.
extension Town {
  /// Walled parcels with a house each, sheds behind it, trees, cars.
  mutating func fillCompounds(_ block: Block, _ dice: inout Dice) {
    let across = max(2, Int((block.extent.x / dice.between(19, 24)).rounded()))
    for half in 0...1 {
      for index in 0..<across {
        let s = Double(index) / Double(across)
        let t = Double(half) / 2
        let parcel = block.part(s...(s + 1 / Double(across)), t...(t + 0.5))
        fillParcel(parcel, facing: half == 0 ? 1 : -1, &dice)
      }
    }
  }

  /// Puts up a wall or hedge, unless the neighbour has done so already.
  private mutating func fence(from start: Place, to end: Place, isHedge: Bool) {
    let isThere = walls.contains { length(($0.start + $0.end) - (start + end)) < 2 }
    if !isThere { walls.append(Wall(start: start, end: end, isHedge: isHedge)) }
  }

  private mutating func fillParcel(_ parcel: Block, facing: Double, _ dice: inout Dice) {
    let cover = dice.pick([
      Patch.Cover.grass, .grass, .grass, .earth, .redEarth, .mixed, .mixed, .mixed, .mixed, .lush,
      .dryGrass,
    ])
    patches.append(
      Patch(
        ring: parcel.part(0.02...0.98, 0.02...0.98).corners, cover: cover,
        seed: dice.whole(0...99_999)))
    if dice.happens(0.75) {
      let isHedge = dice.happens(0.4)
      for (start, end) in zip(parcel.corners, parcel.corners.dropFirst() + [parcel.corners[0]])
      where dice.happens(0.85) {
        fence(from: start, to: end, isHedge: isHedge)
      }
    }
    guard dice.happens(0.93) else {
      scatterTrees(parcel, count: 5, radius: 1.5...4, &dice)
      return
    }
    for _ in 0..<8 {
      let middle = parcel.place(dice.between(0.38, 0.62), dice.between(0.4, 0.6))
      let heading = parcel.frame.heading.turned(dice.between(-0.03, 0.03))
      let house = house(
        at: Frame(origin: middle, heading: facing > 0 ? heading : heading.left.left), &dice)
      if build(house, gap: 1.8) { break }
    }
    for _ in 0..<dice.whole(0...3) {
      let place = parcel.place(dice.pick([0.16, 0.84, 0.5]), facing > 0 ? 0.84 : 0.16)
      var shed = Building.rectangle(
        .hut, at: Frame(origin: place, heading: parcel.frame.heading),
        long: dice.between(4.5, 8), broad: dice.between(3, 4.4), seed: dice.whole(0...99_999))
      shed.material = dice.pick([.greySheet, .rust, .maroonSheet, .whiteSheet, .rust])
      shed.form = .lean
      shed.height = 2.3
      build(shed, gap: 2.4)
    }
    if dice.happens(0.3) {
      park(
        Frame(
          origin: parcel.place(dice.between(0.2, 0.8), facing > 0 ? 0.16 : 0.84),
          heading: dice.happens(0.5) ? parcel.frame.heading : parcel.frame.heading.left), &dice)
    }
    litter(parcel, count: 16, &dice)
    scatterTrees(parcel, count: dice.whole(3...9), radius: 0.7...3.8, &dice)
  }

  /// A family house of one of several plans.
  private func house(at frame: Frame, _ dice: inout Dice) -> Building {
    let seed = dice.whole(0...99_999)
    let broad = dice.between(6.5, 8.5)
    var house: Building =
      switch dice.whole(0...9) {
      case 0...1:
        .ell(
          at: frame, long: dice.between(12, 15), broad: broad, reach: dice.between(3.5, 5),
          seed: seed)
      case 2:
        .tee(
          at: frame, long: dice.between(13, 16), broad: broad, reach: dice.between(3, 4.5),
          seed: seed)
      case 3:
        .you(at: frame, long: dice.between(15, 17), broad: 5, deep: dice.between(9, 11), seed: seed)
      default:
        .rectangle(
          .rectangle, at: frame, long: broad * dice.between(1.15, 1.7), broad: broad, seed: seed)
      }
    house.material = dice.pick([
      .tile, .tile, .tile, .redSheet, .redSheet, .maroonSheet, .greySheet, .greySheet, .rust,
      .blueSheet, .greenSheet, .concrete,
    ])
    house.form = house.material == .concrete ? .flat : dice.happens(0.6) ? .hipped : .gabled
    house.height = house.form == .flat ? dice.between(3.2, 6.5) : dice.between(2.8, 3.6)
    return house
  }

  /// Small roofs close together, with paths of bare earth between them.
  mutating func fillCrowded(_ block: Block, _ dice: inout Dice) {
    patches.append(
      Patch(
        ring: block.corners, cover: dice.pick([.earth, .redEarth, .mixed]),
        seed: dice.whole(0...99_999)))
    let lean = dice.between(-0.06, 0.06)
    for attempt in 0..<260 {
      let frame = Frame(
        origin: block.place(dice.unit(), dice.unit()),
        heading: block.frame.heading.turned(lean + dice.between(-0.05, 0.05)))
      let isLarge = attempt < 40
      let long = isLarge ? dice.between(8, 13) : dice.between(4.5, 8)
      var home = Building.rectangle(
        .rectangle,
        at: dice.happens(0.3) ? Frame(origin: frame.origin, heading: frame.heading.left) : frame,
        long: long, broad: isLarge ? dice.between(5.5, 7.5) : dice.between(3.6, 5.5),
        seed: dice.whole(0...99_999))
      home.material = dice.pick([
        .rust, .rust, .greySheet, .greySheet, .whiteSheet, .redSheet, .maroonSheet,
      ])
      home.form = long < 6 || dice.happens(0.3) ? .lean : .gabled
      home.height = dice.between(2.2, 3)
      build(home, gap: dice.between(plan.crowdedGap))
    }
    litter(block, count: 120, &dice)
    scatterTrees(block, count: 26, radius: 0.7...3.4, &dice)
  }

  /// Trees and grass with a house or a round hut here and there.
  mutating func fillGrove(_ block: Block, _ dice: inout Dice) {
    patches.append(Patch(ring: block.corners, cover: .lush, seed: dice.whole(0...99_999)))
    fillLonely(block, homes: dice.whole(2...4), &dice)
    litter(block, count: 60, &dice)
    scatterTrees(block, count: 80, radius: 1.6...5, &dice)
  }

  /// Strips of crops, some bare, and a farm.
  mutating func fillFarm(_ block: Block, _ dice: inout Dice) {
    let strips = dice.whole(3...6)
    for index in 0..<strips {
      let strip = block.part(
        (Double(index) / Double(strips))...(Double(index + 1) / Double(strips)), 0...1)
      let cover = dice.pick([Patch.Cover.crop, .crop, .dryGrass, .earth, .redEarth])
      patches.append(Patch(ring: strip.corners, cover: cover, seed: dice.whole(0...99_999)))
    }
    fillLonely(block.part(0.05...0.95, 0.05...0.4), homes: dice.whole(1...4), &dice)
    litter(block, count: 40, &dice)
    scatterTrees(block, count: 9, radius: 1.2...3.6, &dice)
  }

  private mutating func fillLonely(_ block: Block, homes: Int, _ dice: inout Dice) {
    for _ in 0..<homes {
      let frame = Frame(
        origin: block.place(dice.between(0.1, 0.9), dice.between(0.1, 0.9)),
        heading: block.frame.heading.turned(dice.between(-0.2, 0.2)))
      if dice.happens(0.35) {
        build(
          .round(at: frame, radius: dice.between(3, 4.6), seed: dice.whole(0...99_999)), gap: 1.5)
      } else {
        build(house(at: frame, &dice), gap: 2)
      }
    }
  }
}
