/// Blocks where people trade, learn and store.
extension Town {
  /// Rows of touching shops along two streets, and yards behind them.
  mutating func fillShops(_ block: Block, _ dice: inout Dice) {
    patches.append(
      Patch(ring: block.corners, cover: dice.pick([.earth, .mixed]), seed: dice.whole(0...99_999)))
    for side in [0.14, 0.86] {
      let start = block.place(0.03, side)
      let end = block.place(0.97, side)
      let heading = Heading(from: start, to: end)
      let whole = length(end - start)
      var along = 0.0
      let deep = dice.between(8.5, 11)
      while along < whole - 5 {
        let front = min(dice.between(7, 13), whole - along)
        if dice.happens(plan.alleys) { along += dice.between(1.2, 4) }
        let setBack = heading.across * dice.between(-1.2, 1.2)
        let origin = start + heading.along * (along + front / 2) + setBack
        var shop = Building.rectangle(
          .row, at: Frame(origin: origin, heading: heading), long: front,
          broad: deep * dice.between(0.8, 1.1),
          seed: dice.whole(0...99_999))
        shop.material = dice.pick([
          .concrete, .concrete, .redSheet, .greySheet, .rust, .maroonSheet, .tile, .blueSheet,
          .whiteSheet,
        ])
        shop.form = shop.material == .concrete ? .flat : .gabled
        shop.height = shop.form == .flat ? dice.between(4, 8) : dice.between(3, 4)
        // Neighbours share a wall, so the gap is a little less than nothing.
        build(shop, gap: -0.35)
        along += front
      }
    }
    fillYard(block.part(0.05...0.95, 0.34...0.66), &dice)
  }

  private mutating func fillYard(_ yard: Block, _ dice: inout Dice) {
    for _ in 0..<10 {
      var store = Building.rectangle(
        .rectangle,
        at: Frame(origin: yard.place(dice.unit(), dice.unit()), heading: yard.frame.heading),
        long: dice.between(6, 12), broad: dice.between(4.5, 7), seed: dice.whole(0...99_999))
      store.material = dice.pick([.rust, .greySheet, .redSheet, .maroonSheet])
      store.height = 2.8
      build(store, gap: 2)
    }
    for _ in 0..<5 {
      park(
        Frame(origin: yard.place(dice.unit(), dice.unit()), heading: yard.frame.heading.left), &dice
      )
    }
    litter(yard, count: 40, &dice)
    scatterTrees(yard, count: 8, radius: 1...3, &dice)
  }

  /// A school: a courtyard or a long U, classrooms, a playing field, a water tower.
  mutating func fillSchool(_ block: Block, _ dice: inout Dice) {
    patches.append(Patch(ring: block.corners, cover: .mixed, seed: dice.whole(0...99_999)))
    let field = block.part(0.55...0.95, 0.1...0.6)
    patches.append(Patch(ring: field.corners, cover: .redEarth, seed: dice.whole(0...99_999)))
    let heading = block.frame.heading
    let broad = dice.between(7, 8)
    let main = Frame(origin: block.place(0.28, 0.55), heading: heading)
    var hall: Building =
      dice.happens(0.6)
      ? .courtyard(at: main, long: 30, broad: broad, deep: 28, seed: dice.whole(0...99_999))
      : .you(at: main, long: 30, broad: broad, deep: 24, seed: dice.whole(0...99_999))
    hall.material = dice.pick([.redSheet, .maroonSheet, .tile])
    hall.height = 3.6
    build(hall, gap: 2)
    for (s, t) in [(0.72, 0.84), (0.28, 0.1), (0.75, 0.1)] {
      var rooms = Building.rectangle(
        .rectangle, at: Frame(origin: block.place(s, t), heading: heading),
        long: dice.between(20, 27), broad: dice.between(6.5, 8), seed: dice.whole(0...99_999))
      rooms.material = dice.pick([.redSheet, .redSheet, .greySheet, .maroonSheet])
      rooms.height = 3.2
      build(rooms, gap: 2)
    }
    litter(block, count: 60, &dice)
    scatterTrees(block, count: 16, radius: 1.5...4, &dice)
  }

  /// Workshops and stores under wide roofs.
  mutating func fillSheds(_ block: Block, _ dice: inout Dice) {
    patches.append(Patch(ring: block.corners, cover: .earth, seed: dice.whole(0...99_999)))
    for (s, t) in [(0.25, 0.3), (0.72, 0.3), (0.25, 0.75), (0.72, 0.75)] {
      var shed = Building.rectangle(
        .shed, at: Frame(origin: block.place(s, t), heading: block.frame.heading),
        long: dice.between(22, 30), broad: dice.between(12, 15), seed: dice.whole(0...99_999))
      shed.material = dice.pick([.greySheet, .whiteSheet, .blueSheet, .rust])
      shed.height = dice.between(4.5, 6)
      build(shed, gap: 2)
    }
    for _ in 0..<8 {
      park(
        Frame(origin: block.place(dice.unit(), dice.unit()), heading: block.frame.heading), &dice)
    }
    litter(block, count: 70, &dice)
    scatterTrees(block, count: 8, radius: 1...3, &dice)
  }
}
