/// A position in the drawn town: metres east and metres north of the canvas's south-west corner.
typealias Place = SIMD2<Double>

/// A direction of length one, made without trigonometry so that its bits never differ.
struct Heading {
  /// The unit vector along the heading.
  let along: Place

  /// The unit vector to its left.
  var across: Place { Place(-along.y, along.x) }

  /// The heading at twice the arc tangent of `turn`, counter-clockwise from east.
  init(turn: Double) {
    let scale = 1 / (1 + turn * turn)
    along = Place((1 - turn * turn) * scale, 2 * turn * scale)
  }

  /// The heading from one place to another.
  init(from start: Place, to end: Place) {
    let way = end - start
    along = way / length(way)
  }

  init(along: Place) { self.along = along }

  /// The same heading, turned further.
  func turned(_ turn: Double) -> Heading {
    let more = Heading(turn: turn).along
    return Heading(
      along: Place(
        along.x * more.x - along.y * more.y, along.x * more.y + along.y * more.x))
  }

  /// The heading a quarter turn to the left.
  var left: Heading { Heading(along: across) }
}

/// A place with a heading: local coordinates run `along` and `across`.
struct Frame {
  var origin: Place
  var heading: Heading

  /// The place of local coordinates.
  func place(_ local: Place) -> Place {
    origin + local.x * heading.along + local.y * heading.across
  }

  /// The local coordinates of a place.
  func local(_ place: Place) -> Place {
    let way = place - origin
    return Place(dot(way, heading.along), dot(way, heading.across))
  }
}

/// An upright rectangle of ground.
struct Box {
  var low: Place
  var high: Place

  /// The smallest box around these places.
  init(around places: [Place]) {
    low = places[0]
    high = places[0]
    for place in places {
      low = pointwiseMin(low, place)
      high = pointwiseMax(high, place)
    }
  }

  init(low: Place, high: Place) {
    self.low = low
    self.high = high
  }

  /// The box, larger by so many metres on every side.
  func grown(by margin: Double) -> Box {
    Box(low: low - Place(repeating: margin), high: high + Place(repeating: margin))
  }

  /// The box, moved.
  func moved(by way: Place) -> Box { Box(low: low + way, high: high + way) }
}

func dot(_ one: Place, _ other: Place) -> Double { one.x * other.x + one.y * other.y }

func length(_ way: Place) -> Double { dot(way, way).squareRoot() }

/// How far a place is from a straight piece of line.
func distance(from place: Place, toSegmentFrom start: Place, to end: Place) -> Double {
  let way = end - start
  let share = min(max(dot(place - start, way) / dot(way, way), 0), 1)
  return length(place - start - share * way)
}

/// How deep a place lies inside a convex ring that runs counter-clockwise; negative outside.
func depth(of place: Place, in ring: [Place]) -> Double {
  var least = Double.infinity
  for index in ring.indices {
    let start = ring[index]
    let way = ring[(index + 1) % ring.count] - start
    let offset = place - start
    least = min(least, (way.x * offset.y - way.y * offset.x) / length(way))
  }
  return least
}
