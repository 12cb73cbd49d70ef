import GeoFiles
import Grids
import Polygons

/// A feature's shape as the formats want it, each made at most once.
struct ShapePlaces {
  /// Where a format wants shapes.
  enum Kind {
    /// In the run's reference system.
    case local
    /// In longitude and latitude, going on beyond 180° where they cross the antimeridian.
    case lonLat
    /// In longitude and latitude, cut at the antimeridian.
    case cut
  }

  private let shape: Shape
  private let placing: ShapePlacing
  private var made: (local: Shape?, lonLat: Shape?, cut: Shape?) = (nil, nil, nil)

  /// Prepares the places of a shape that is in the run's reference system.
  init(of shape: Shape, by placing: ShapePlacing) {
    self.shape = shape
    self.placing = placing
  }

  /// The shape where a format wants it.
  mutating func shape(_ kind: Kind) throws -> Shape {
    switch kind {
    case .local:
      if let made = made.local { return made }
      let placed = try placing.local.placed(shape)
      made.local = placed
      return placed
    case .lonLat:
      if let made = made.lonLat { return made }
      let placed = try placing.lonLat.placed(shape)
      made.lonLat = placed
      return placed
    case .cut:
      if let made = made.cut { return made }
      let placed = try shape(.lonLat).cutAtAntimeridian()
      made.cut = placed
      return placed
    }
  }
}

/// Brings shapes from a run's reference system to where formats want them.
struct ShapePlacing {
  fileprivate let local: ShapePlacer
  fileprivate let lonLat: ShapePlacer
  private let grid: RunGrid

  init(on grid: RunGrid) throws {
    local = try ShapePlacer(from: grid.crs, to: grid.crs)
    lonLat = try ShapePlacer(from: grid.crs, to: try CoordinateReference.wgs84)
    self.grid = grid
  }

  /// Whether any shape between shards may cross the antimeridian: then layers must be of a kind that
  /// allows for it, before the first one is written.
  ///
  /// - Parameter cores: The shards' pixels.
  func crossesAntimeridian(_ cores: [PixelWindow]) -> Bool {
    guard let first = cores.first else { return false }
    let all = cores.dropFirst().reduce(first) { $0.union($1) }
    let ring = Ring(around: all, on: grid.transform, pieces: 16)
    // Shards may reach to where the system has no places; a layer of multiples takes all.
    guard let bounds = try? lonLat.placed(.polygon(Polygon(outer: ring))).bounds else {
      return true
    }
    return bounds.low.x < -180 || bounds.high.x > 180
  }
}
