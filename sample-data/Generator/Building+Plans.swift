/// The ground plans, each centred on its frame; lengths in metres.
extension Building {
  /// A plain box of `long` by `broad`.
  static func rectangle(
    _ plan: Plan, at frame: Frame, long: Double, broad: Double, seed: Int
  ) -> Building {
    let half = Place(long / 2, broad / 2)
    return Building(
      plan: plan, frame: frame, wings: [Wing(middle: Place(0, 0), half: half)],
      outline: corners(Place(0, 0), half), material: .greySheet, form: .gabled, height: 3,
      seed: seed)
  }

  /// A box `long` by `broad` with a second wing that leaves its right end forward.
  static func ell(
    at frame: Frame, long: Double, broad: Double, reach: Double, seed: Int
  ) -> Building {
    let (x, y, b) = (long / 2, (broad + reach) / 2, broad)
    return Building(
      plan: .ell, frame: frame,
      wings: [
        Wing(middle: Place(0, y - b / 2), half: Place(x, b / 2)),
        Wing(middle: Place(x - b / 2, 0), half: Place(b / 2, y)),
      ],
      outline: [
        Place(-x, y - b), Place(x - b, y - b), Place(x - b, -y), Place(x, -y), Place(x, y),
        Place(-x, y),
      ],
      material: .greySheet, form: .gabled, height: 3, seed: seed)
  }

  /// A box `long` by `broad` with a second wing that leaves its middle forward.
  static func tee(
    at frame: Frame, long: Double, broad: Double, reach: Double, seed: Int
  ) -> Building {
    let (x, y, b) = (long / 2, (broad + reach) / 2, broad)
    let h = b / 2
    return Building(
      plan: .tee, frame: frame,
      wings: [
        Wing(middle: Place(0, y - h), half: Place(x, h)),
        Wing(middle: Place(0, 0), half: Place(h, y)),
      ],
      outline: [
        Place(-x, y - b), Place(-h, y - b), Place(-h, -y), Place(h, -y), Place(h, y - b),
        Place(x, y - b), Place(x, y), Place(-x, y),
      ],
      material: .greySheet, form: .gabled, height: 3, seed: seed)
  }

  /// Three wings around a yard that is open to the front.
  static func you(
    at frame: Frame, long: Double, broad: Double, deep: Double, seed: Int
  ) -> Building {
    let (x, y, b) = (long / 2, deep / 2, broad)
    return Building(
      plan: .you, frame: frame,
      wings: [
        Wing(middle: Place(0, y - b / 2), half: Place(x, b / 2)),
        Wing(middle: Place(b / 2 - x, 0), half: Place(b / 2, y)),
        Wing(middle: Place(x - b / 2, 0), half: Place(b / 2, y)),
      ],
      outline: [
        Place(-x, -y), Place(b - x, -y), Place(b - x, y - b), Place(x - b, y - b),
        Place(x - b, -y), Place(x, -y), Place(x, y), Place(-x, y),
      ],
      material: .greySheet, form: .gabled, height: 3, seed: seed)
  }

  /// Four wings around a closed yard.
  static func courtyard(
    at frame: Frame, long: Double, broad: Double, deep: Double, seed: Int
  ) -> Building {
    let (x, y, b) = (long / 2, deep / 2, broad)
    var building = Building(
      plan: .courtyard, frame: frame,
      wings: [
        Wing(middle: Place(0, y - b / 2), half: Place(x, b / 2)),
        Wing(middle: Place(0, b / 2 - y), half: Place(x, b / 2)),
        Wing(middle: Place(b / 2 - x, 0), half: Place(b / 2, y)),
        Wing(middle: Place(x - b / 2, 0), half: Place(b / 2, y)),
      ],
      outline: corners(Place(0, 0), Place(x, y)), material: .redSheet, form: .gabled, height: 3.5,
      seed: seed)
    building.yard = corners(Place(0, 0), Place(x - b, y - b)).reversed()
    return building
  }

  /// A disc.
  static func round(at frame: Frame, radius: Double, seed: Int) -> Building {
    let sides = 32
    // The corners of a regular ring, found by turning a vector by twice atan(0.0985) = π/16 again and again.
    var heading = Heading(turn: 0)
    var outline: [Place] = []
    for _ in 0..<sides {
      outline.append(radius * heading.along)
      heading = heading.turned(0.098_491_403_357_164_25)
    }
    return Building(
      plan: .round, frame: frame,
      wings: [Wing(middle: Place(0, 0), half: Place(radius, radius))], outline: outline,
      material: .thatch, form: .cone, height: 2.4, seed: seed)
  }

  private static func corners(_ middle: Place, _ half: Place) -> [Place] {
    [
      middle - half, middle + Place(half.x, -half.y), middle + half,
      middle + Place(-half.x, half.y),
    ]
  }
}
