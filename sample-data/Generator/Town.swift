/// A line of road or water with its breadth.
struct Way {
  enum Surface { case tarmac, dirt, path, water }

  let surface: Surface
  let points: [Place]
  let breadth: Double
  let seed: Int

  /// The pieces it is made of.
  var segments: [(start: Place, end: Place)] { Array(zip(points, points.dropFirst())) }

  /// How far a place is from its middle line.
  func offset(of place: Place) -> Double {
    segments.reduce(.infinity) { least, segment in
      min(least, distance(from: place, toSegmentFrom: segment.start, to: segment.end))
    }
  }
}

extension Way {
  /// How much of a place the road covers, 0 … 1, `off` metres from its middle line: its edge is
  /// ragged.
  func share(of place: Place, off: Double) -> Float {
    let ragged = (layeredNoise(place, scale: 3, layers: 3, seed: seed) - 0.5) * 2.6
    return step(Float(breadth / 2 - off) + ragged, from: -0.5, to: 0.7)
  }
}

/// A deck over the river, with rails along its sides.
struct Bridge {
  let frame: Frame
  /// Half its length and half its breadth, in metres.
  let half: Place

  /// Whether the deck lies over a place.
  func covers(_ place: Place) -> Bool {
    let local = frame.local(place)
    return abs(local.x) <= half.x && abs(local.y) <= half.y
  }
}

/// A piece of ground with one kind of cover.
struct Patch {
  enum Cover { case earth, redEarth, grass, dryGrass, lush, paving, crop, mixed }

  /// Convex, counter-clockwise.
  let ring: [Place]
  let cover: Cover
  let seed: Int
}

/// A wall or a hedge between two parcels.
struct Wall {
  let start: Place
  let end: Place
  let isHedge: Bool
}

/// A crown of leaves.
struct Tree {
  let middle: Place
  let radius: Double
  let height: Double
  let color: Color
  let seed: Int
}

/// A car, or another thing that stands about and is not a building.
struct Thing {
  enum Kind { case car, litter }

  let kind: Kind
  let frame: Frame
  let size: Place
  let color: Color

  /// Its height in metres.
  var height: Double { kind == .car ? 1.4 : 0.5 }
}

/// Everything that stands in the drawn region.
struct Town {
  let plan: TownPlan
  var land: Land
  var river = Way(surface: .water, points: [], breadth: 0, seed: 0)
  var ways: [Way] = []
  var bridges: [Bridge] = []
  var patches: [Patch] = []
  var walls: [Wall] = []
  var buildings: [Building] = []
  var trees: [Tree] = []
  var things: [Thing] = []

  init(plan: TownPlan) {
    self.plan = plan
    land = Land(wide: plan.wide, tall: plan.tall)
  }
}

extension Town {
  /// How far inside the river's ragged edge a place lies in metres, `off` metres from its middle
  /// line; negative on land.
  func depthInRiver(of place: Place, off: Double) -> Float {
    let ragged =
      (layeredNoise(place, scale: 8, layers: 4, seed: 31 &+ plan.groundSeed) - 0.5) * 5
    return Float(river.breadth / 2 - off) + ragged
  }

  /// How much water covers a place so far inside the river's edge, 0 … 1.
  static func waterShare(atDepth depth: Float) -> Float { step(depth, from: -0.4, to: 0.5) }
}
