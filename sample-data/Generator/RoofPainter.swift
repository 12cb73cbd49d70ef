/// Paints roofs: slopes lit by the sun, sheets and tiles, rust, ridges, eaves, what stands on them.
struct RoofPainter {
  let building: Building

  func paint(on canvas: inout Canvas) {
    canvas.paint(building.bounds.grown(by: 0.5)) { place, _ in
      let local = building.frame.local(place)
      guard let (rise, index) = building.roof(at: local) else { return nil }
      return color(at: local, rise: rise, wing: building.wings[index])
    }
    if building.form == .flat { paintThings(on: &canvas) }
  }

  private func color(at local: Place, rise: Double, wing: Wing) -> Color {
    let seed = building.seed
    // Noise in the roof's own coordinates, so that a turned copy of it would look the same.
    let stains = layeredNoise(local, scale: 3.2, layers: 4, seed: seed)
    let grain = layeredNoise(local, scale: 0.5, layers: 2, seed: seed &+ 1)
    let age = cellNoise(seed, 7, 3)
    let tint = Color(
      0.93 + 0.14 * cellNoise(seed, 1, 3), 0.94 + 0.12 * cellNoise(seed, 2, 3),
      0.94 + 0.12 * cellNoise(seed, 3, 3))
    let shade = 0.90 + 0.16 * stains + 0.05 * grain
    var color = building.material.color * tint * shade * (0.96 + 0.18 * age)
    let slope = slope(at: local, wing: wing)
    if building.material.isSheet {
      color = sheet(color, at: local, slope: slope, age: age, stains: stains)
    } else if building.material == .tile {
      let course = (rise / 0.36).rounded(.down)
      color *= 0.96 + 0.08 * cellNoise(Int(course), Int((local.x / 0.3).rounded(.down)), seed)
      color = blended(color, Palette.rust * 0.8, 0.5 * step(stains, from: 0.55, to: 0.8))
    } else if building.material == .concrete {
      color = blended(color, Color(120, 116, 108), 0.6 * step(stains, from: 0.5, to: 0.75))
    }
    color *= Sun.light(onSlope: slope)
    return edge(color, at: local, rise: rise, wing: wing)
  }

  /// The ground direction in which the roof falls here; zero on a flat roof.
  private func slope(at local: Place, wing: Wing) -> Place {
    let frame = building.frame
    switch building.form {
    case .flat: return Place(0, 0)
    case .cone: return (frame.place(local) - frame.origin) / max(length(local), 0.01)
    case .lean: return frame.heading.across * (wing.ridgeAlong ? -0.5 : 0.5)
    case .gabled, .hipped:
      let offset = local - wing.middle
      let inset = Place(wing.half.x - abs(offset.x), wing.half.y - abs(offset.y))
      let fallsAcross = building.form == .hipped ? inset.y < inset.x : wing.ridgeAlong
      return fallsAcross
        ? frame.heading.across * (offset.y < 0 ? -1 : 1)
        : frame.heading.along * (offset.x < 0 ? -1 : 1)
    }
  }

  /// Ribs down the slope, sheets of differing age, rust.
  private func sheet(_ color: Color, at local: Place, slope: Place, age: Float, stains: Float)
    -> Color
  {
    let seed = building.seed
    let fallsAcross = abs(dot(slope, building.frame.heading.across)) > 0.4
    let along = fallsAcross ? local.x : local.y
    let down = fallsAcross ? local.y : local.x
    let rib = along / 0.6
    let wave = abs(Float(rib - rib.rounded())) * 2
    let column = Int((along / 0.9).rounded(.down))
    let lap = Int((down / 2.4).rounded(.down))
    let one = cellNoise(column, lap, seed)
    var color = color * (0.965 + 0.07 * wave) * (0.96 + 0.08 * one)
    let isRusty = building.material == .rust
    let rust = step(stains + 0.2 * (one - 0.5), from: 0.72 - 0.2 * age, to: 0.94 - 0.2 * age)
    if isRusty {
      // Rust eats whole sheets, some sooner than their neighbours, and runs down the slope.
      let sheetAge = 0.55 * cellNoise(column, 0, seed) + 0.2 * one
      let streaks = smoothNoise(Place(along * 6, down * 0.7), scale: 2, seed: seed &+ 4)
      let eaten = min(sheetAge + 0.25 * streaks + 0.3 * (age - 0.5), 1)
      color = blended(Palette.rustPale * 1.06, color, max(eaten, 0.1)) * (0.97 + 0.06 * stains)
    } else {
      color = blended(color, Palette.rust, 0.4 * rust)
    }
    return color
  }

  /// Ridge caps, valleys, eaves and parapets.
  private func edge(_ color: Color, at local: Place, rise: Double, wing: Wing) -> Color {
    switch building.form {
    case .flat:
      let inset = building.inset(of: local)
      if inset < 0.32 { return Palette.paving * 1.12 }
      let shaded = building.frame.local(building.frame.place(local) - Sun.away * 0.6)
      return building.inset(of: shaded) < 0.32 ? color * 0.72 : color
    case .gabled, .hipped:
      let crest = min(wing.half.x, wing.half.y)
      if crest - rise < 0.22 { return color * 1.13 }
      return rise < 0.16 ? color * 0.82 : color
    case .lean, .cone:
      return rise < 0.16 ? color * 0.84 : color
    }
  }

  /// Water tanks and a stair head on a flat roof, each with its small shadow.
  private func paintThings(on canvas: inout Canvas) {
    var dice = Dice(seed: UInt64(building.seed))
    for _ in 0..<dice.whole(1...4) {
      guard let wing = building.wings.first else { return }
      let room = wing.half - Place(1.4, 1.4)
      guard room.x > 0, room.y > 0 else { return }
      let local = wing.middle + room * Place(dice.between(-1, 1), dice.between(-1, 1))
      let middle = building.frame.place(local)
      let radius = dice.between(0.45, 0.8)
      let color = dice.pick([
        Color(40, 42, 44), Color(64, 96, 140), Color(214, 216, 214), Color(60, 120, 104),
      ])
      canvas.paint(Box(low: middle, high: middle).grown(by: 2.5)) { place, under in
        if length(place - middle) < radius { return color }
        let fallen = distance(from: place, toSegmentFrom: middle, to: middle + Sun.away * 0.8)
        guard fallen < radius, building.covers(place) else { return nil }
        return under * 0.62
      }
    }
  }
}
