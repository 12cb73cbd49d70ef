/// A rectangle of roof in its building's own coordinates, with the way it slopes.
struct Wing {
  /// The middle, along and across.
  var middle: Place
  /// Half its length and half its breadth.
  var half: Place

  /// Whether the ridge runs along rather than across.
  var ridgeAlong: Bool { half.x >= half.y }
}

/// What lies on a roof.
enum Material: String {
  case tile, concrete, thatch
  case rust = "rusty sheet"
  case redSheet = "red sheet"
  case maroonSheet = "maroon sheet"
  case greySheet = "grey sheet"
  case whiteSheet = "white sheet"
  case blueSheet = "blue sheet"
  case greenSheet = "green sheet"

  /// The colour from which its painting begins.
  var color: Color {
    switch self {
    case .tile: Palette.tile
    case .redSheet: Palette.redSheet
    case .maroonSheet: Palette.maroonSheet
    case .greySheet: Palette.greySheet
    case .whiteSheet: Palette.whiteSheet
    case .blueSheet: Palette.blueSheet
    case .greenSheet: Palette.greenSheet
    case .rust: Palette.rust
    case .concrete: Palette.concrete
    case .thatch: Palette.thatch
    }
  }

  /// Whether it comes in ribbed sheets.
  var isSheet: Bool { self != .tile && self != .concrete && self != .thatch }
}

/// How a roof falls from its ridge.
enum RoofForm: String {
  case gabled, hipped, lean, flat, cone
}

/// The plan of a building, which is its kind in the truth.
enum Plan: String {
  case rectangle, courtyard, round, row, hut, shed
  case ell = "L"
  case tee = "T"
  case you = "U"
}

/// One building: the wings that draw it and the outline that is its truth.
struct Building {
  let plan: Plan
  let frame: Frame
  /// The rectangles of roof; for a round building the square around it.
  let wings: [Wing]
  /// The outline in local coordinates, counter-clockwise.
  let outline: [Place]
  /// The courtyard in local coordinates, clockwise; empty where there is none.
  var yard: [Place] = []
  var material: Material
  var form: RoofForm
  /// Height of the eaves in metres.
  var height: Double
  /// What makes it differ from its like.
  let seed: Int

  /// A box that holds it.
  var bounds: Box { Box(around: outline.map(frame.place)) }

  /// How high the roof stands over the eaves for a slope of one, and which wing it is; nil outside.
  func roof(at local: Place) -> (rise: Double, wing: Int)? {
    if plan == .round {
      let radius = wings[0].half.x
      let distance = length(local)
      return distance <= radius ? (radius - distance, 0) : nil
    }
    var best: (rise: Double, wing: Int)?
    for (index, wing) in wings.enumerated() {
      let offset = local - wing.middle
      let inset = Place(wing.half.x - abs(offset.x), wing.half.y - abs(offset.y))
      guard inset.x >= 0, inset.y >= 0 else { continue }
      let rise = form == .hipped ? min(inset.x, inset.y) : wing.ridgeAlong ? inset.y : inset.x
      if rise > best?.rise ?? -1 { best = (rise, index) }
    }
    return best
  }

  /// How far inside its nearest wall a local place lies, wing by wing; negative outside.
  func inset(of local: Place) -> Double {
    if plan == .round { return wings[0].half.x - length(local) }
    return wings.reduce(-.infinity) { best, wing in
      let offset = local - wing.middle
      return max(best, min(wing.half.x - abs(offset.x), wing.half.y - abs(offset.y)))
    }
  }

  /// Whether a place lies under the roof.
  func covers(_ place: Place) -> Bool { roof(at: frame.local(place)) != nil }
}
