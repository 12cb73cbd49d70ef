/// Paints what lies flat: earth, grass, crops, roads, water, walls.
struct GroundPainter {
  let town: Town

  func paint(on canvas: inout Canvas) {
    canvas.paint(canvas.box) { place, _ in
      color(of: .mixed, at: place, seed: 1 &+ town.plan.groundSeed)
    }
    for patch in town.patches { paint(patch, on: &canvas) }
    for wall in town.walls { paint(wall, on: &canvas) }
    for building in town.buildings { paintApron(of: building, on: &canvas) }
    paintRiver(on: &canvas)
    for way in town.ways where way.surface != .tarmac { paint(way, on: &canvas) }
    for way in town.ways where way.surface == .tarmac { paint(way, on: &canvas) }
    for bridge in town.bridges { paintBridge(bridge, on: &canvas) }
  }

  /// The colour of a kind of ground.
  func color(of cover: Patch.Cover, at place: Place, seed: Int) -> Color {
    let fine = layeredNoise(place, scale: 0.9, layers: 3, seed: seed &+ 5)
    let broad = layeredNoise(place, scale: 9, layers: 5, seed: seed)
    // Whole quarters are drier or damper than others.
    let quarter = smoothNoise(place, scale: 90, seed: 17 &+ town.plan.groundSeed)
    let shade = (0.78 + 0.40 * fine + 0.16 * broad) * (0.93 + 0.14 * quarter)
    let tuft = step(layeredNoise(place, scale: 4, layers: 5, seed: seed &+ 9), from: 0.46, to: 0.58)
    let weeds = step(
      layeredNoise(place, scale: 2.2, layers: 4, seed: seed &+ 13), from: 0.52, to: 0.60)
    let mix: Color
    switch cover {
    case .earth:
      let bare = blended(Palette.earth, Palette.paleEarth, step(broad, from: 0.4, to: 0.75))
      mix = blended(bare, Palette.dryGrass, 0.7 * weeds)
    case .redEarth:
      let bare = blended(Palette.redEarth, Palette.earth, step(broad, from: 0.3, to: 0.8))
      mix = blended(bare, Palette.grass, 0.6 * weeds)
    case .grass:
      mix = blended(Palette.grass, Palette.earth, 0.75 * step(broad, from: 0.5, to: 0.75))
    case .dryGrass:
      mix = blended(Palette.dryGrass, Palette.earth, 0.6 * tuft)
    case .lush:
      mix = blended(Palette.lush, Palette.grass, tuft)
    case .paving:
      mix = blended(Palette.paving, Palette.paleEarth, 0.6 * tuft)
    case .crop:
      mix = blended(Palette.crop, Palette.lush, tuft)
    case .mixed:
      let bare = step(broad, from: 0.45, to: 0.55)
      let ground = blended(Palette.earth, Palette.dryGrass, 0.7 * weeds)
      mix = blended(blended(Palette.grass, Palette.dryGrass, tuft), ground, bare)
    }
    return mix * shade
  }

  private func paint(_ patch: Patch, on canvas: inout Canvas) {
    let side = cellNoise(patch.seed, 3, 9) < 0.7 ? 3 : 1
    let heading = Heading(from: patch.ring[0], to: patch.ring[side])
    let spacing = 0.9 + 1.1 * Double(cellNoise(patch.seed, 1, 9))
    let ripeness = 0.75 * cellNoise(patch.seed, 2, 9)
    canvas.paint(Box(around: patch.ring).grown(by: 1)) { place, under in
      let inside = depth(of: place, in: patch.ring)
      guard inside > -1 else { return nil }
      let wander: Float = patch.cover == .crop ? 1.2 : 7
      let noise = layeredNoise(place, scale: 5, layers: 4, seed: patch.seed &+ 2) - 0.5
      let share = step(Float(inside) + wander * (noise - 0.12), from: -0.5, to: 0.9)
      guard share > 0 else { return nil }
      var color = color(of: patch.cover, at: place, seed: patch.seed)
      if patch.cover == .crop {
        let furrow = dot(place, heading.across) / spacing
        let wave = abs(Float(furrow - furrow.rounded())) * 2
        color = blended(color, Palette.earth * 0.85, ripeness * wave) * (0.9 + 0.16 * wave)
      }
      return blended(under, color, share)
    }
  }

  private func paint(_ wall: Wall, on canvas: inout Canvas) {
    let box = Box(around: [wall.start, wall.end]).grown(by: 1.5)
    let shadow = Sun.away * 0.5
    canvas.paint(box) { place, under in
      let off = distance(from: place, toSegmentFrom: wall.start, to: wall.end)
      if wall.isHedge {
        let ragged = layeredNoise(place, scale: 1.4, layers: 3, seed: 4)
        let share = step(Float(0.75 - off) + 1.6 * (ragged - 0.5), from: 0, to: 0.3)
        guard share > 0 else { return nil }
        return blended(under, Palette.crown * (0.5 + 0.9 * ragged), share)
      }
      if off < 0.14 {
        return Palette.wall * (0.72 + 0.3 * smoothNoise(place, scale: 1.5, seed: 3))
      }
      let fallen = distance(
        from: place, toSegmentFrom: wall.start + shadow, to: wall.end + shadow)
      return fallen < 0.4 ? under * 0.68 : nil
    }
  }

  private func paint(_ way: Way, on canvas: inout Canvas) {
    for (start, end) in way.segments {
      let box = Box(around: [start, end]).grown(by: way.breadth / 2 + 2)
      let heading = Heading(from: start, to: end)
      canvas.paint(box) { place, under in
        let off = distance(from: place, toSegmentFrom: start, to: end)
        let share = way.share(of: place, off: off)
        guard share > 0 else { return nil }
        let side = dot(place - start, heading.across)
        return blended(under, surface(of: way, at: place, side: side), share)
      }
    }
  }

  /// The colour of a road; `side` is the distance to the left of its middle line.
  private func surface(of way: Way, at place: Place, side: Double) -> Color {
    let fine = layeredNoise(place, scale: 1.1, layers: 3, seed: 21 &+ town.plan.groundSeed)
    let broad = layeredNoise(place, scale: 11, layers: 3, seed: 22 &+ town.plan.groundSeed)
    let shade = 0.86 + 0.18 * fine + 0.12 * broad
    let off = abs(side)
    switch way.surface {
    case .tarmac:
      let dust = step(Float(off / way.breadth) * 2 + 0.5 * (broad - 0.5), from: 0.62, to: 1)
      return blended(Palette.tarmac, Palette.dirtRoad, dust) * shade
    default:
      let track = 1 - min(abs(off - 0.85) / 0.5, 1)
      let worn = blended(Palette.dirtRoad, Palette.paleEarth, 0.45 * Float(track))
      return blended(worn, Palette.redEarth, 0.45 * step(broad, from: 0.45, to: 0.8)) * shade
    }
  }

  /// The swept or paved strip that many houses have around them.
  private func paintApron(of building: Building, on canvas: inout Canvas) {
    let chance = cellNoise(building.seed, 5, 3)
    guard chance < 0.6 else { return }
    let apron = chance < 0.35 ? Palette.paving : Palette.paleEarth
    let breadth = 0.4 + 0.9 * cellNoise(building.seed, 6, 3)
    canvas.paint(building.bounds.grown(by: 3)) { place, under in
      let beyond = -building.inset(of: building.frame.local(place))
      let ragged = layeredNoise(place, scale: 1.5, layers: 3, seed: building.seed)
      let share = step(breadth * (0.5 + ragged) - Float(beyond), from: -0.2, to: 0.5)
      return share > 0 ? blended(under, apron * (0.85 + 0.25 * ragged), 0.7 * share) : nil
    }
  }

  private func paintRiver(on canvas: inout Canvas) {
    let ground = town.plan.groundSeed
    let reach = town.river.breadth / 2 + 8
    for (start, end) in town.river.segments {
      canvas.paint(Box(around: [start, end]).grown(by: reach)) { place, under in
        // The nearest piece paints a pixel, once.
        let own = distance(from: place, toSegmentFrom: start, to: end)
        guard own < reach else { return nil }
        let off = town.river.offset(of: place)
        guard own <= off else { return nil }
        let inward = town.depthInRiver(of: place, off: off)
        let bank = step(inward, from: -4, to: -1.5)
        guard bank > 0 else { return nil }
        let shade = 0.9 + 0.2 * layeredNoise(place, scale: 2, layers: 3, seed: 32 &+ ground)
        let reeds = step(
          layeredNoise(place, scale: 3, layers: 3, seed: 33 &+ ground), from: 0.4, to: 0.6)
        let shore = blended(Palette.earth * 0.85, Palette.lush, reeds) * shade
        let deep = step(inward, from: 0, to: 5)
        let ripple = 0.95 + 0.1 * layeredNoise(place, scale: 5, layers: 2, seed: 34 &+ ground)
        let water = blended(Palette.water * 1.18, Palette.water * 0.9, deep) * ripple
        return blended(blended(under, shore, bank), water, Town.waterShare(atDepth: inward))
      }
    }
  }

  private func paintBridge(_ bridge: Bridge, on canvas: inout Canvas) {
    let middle = bridge.frame.origin
    canvas.paint(Box(low: middle, high: middle).grown(by: bridge.half.x + 5)) { place, under in
      if bridge.covers(place) {
        let fine = layeredNoise(place, scale: 1, layers: 3, seed: 41 &+ town.plan.groundSeed)
        let isRail = abs(bridge.frame.local(place).y) > bridge.half.y - 0.3
        return (isRail ? Palette.wall * 0.9 : Palette.tarmac) * (0.88 + 0.2 * fine)
      }
      return bridge.covers(place - Sun.away * 1.4) ? under * 0.55 : nil
    }
  }
}
