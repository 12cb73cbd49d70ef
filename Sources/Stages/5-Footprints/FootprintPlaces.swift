import GeoFiles
import Grids
import Polygons

/// A footprint's polygons as the formats want them, each made at most once.
struct FootprintPlaces {
  /// Where a format wants polygons.
  enum Kind {
    /// In the run's reference system.
    case local
    /// In longitude and latitude, going on beyond 180° where they cross the antimeridian.
    case lonLat
    /// In longitude and latitude, cut at the antimeridian.
    case cut
  }

  private let local: PolygonPlacer
  private let lonLat: PolygonPlacer
  private var made: (local: Polygon?, lonLat: Polygon?, cut: [Polygon]?) = (nil, nil, nil)

  /// The footprint's outline, in the run's reference system.
  var footprint = Polygon(outer: Ring([])) {
    didSet { made = (nil, nil, nil) }
  }

  init(local: PolygonPlacer, lonLat: PolygonPlacer) {
    self.local = local
    self.lonLat = lonLat
  }

  /// The polygons where a format wants them.
  mutating func parts(_ kind: Kind) throws -> [Polygon] {
    switch kind {
    case .local:
      if made.local == nil { made.local = try local.placed(footprint) }
      return made.local.map { [$0] } ?? []
    case .lonLat:
      if made.lonLat == nil { made.lonLat = try lonLat.placed(footprint) }
      return made.lonLat.map { [$0] } ?? []
    case .cut:
      if made.cut == nil { made.cut = try parts(.lonLat).flatMap { $0.cutAtAntimeridian() } }
      return made.cut ?? []
    }
  }

  /// Whether any footprint between shards may cross the antimeridian: then layers must be of a kind
  /// that allows for it, before the first one is written.
  ///
  /// - Parameter cores: The shards' pixels.
  func crossAntimeridian(_ cores: [PixelWindow], on grid: RunGrid) -> Bool {
    guard let first = cores.first else { return false }
    let all = cores.dropFirst().reduce(first) { $0.union($1) }
    // Sides are curves in longitude and latitude: places along them, not corners alone.
    let steps = (0..<16).map { Double($0) / 16 }
    let (left, top) = (Double(all.x), Double(all.y))
    let (width, height) = (Double(all.width), Double(all.height))
    let places =
      steps.map { (left + $0 * width, top) } + steps.map { (left + width, top + $0 * height) }
      + steps.map { (left + (1 - $0) * width, top + height) }
      + steps.map { (left, top + (1 - $0) * height) }
    let ring = Ring(
      places.map { place in
        let ground = grid.transform.ground(x: place.0, y: place.1)
        return Point(x: ground.x, y: ground.y)
      })
    // Shards may reach to where the system has no places; a layer of multi-polygons takes all.
    guard let bounds = try? lonLat.placed(Polygon(outer: ring)).outer.bounds else { return true }
    return bounds.low.x < -180 || bounds.high.x > 180
  }
}
