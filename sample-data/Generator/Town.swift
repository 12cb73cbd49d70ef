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
  let wide: Double
  let tall: Double
  var land: Land
  var river = Way(surface: .water, points: [], breadth: 0, seed: 0)
  var ways: [Way] = []
  var bridges: [Frame] = []
  var patches: [Patch] = []
  var walls: [Wall] = []
  var buildings: [Building] = []
  var trees: [Tree] = []
  var things: [Thing] = []

  init(wide: Double, tall: Double) {
    self.wide = wide
    self.tall = tall
    land = Land(wide: wide, tall: tall)
  }
}
