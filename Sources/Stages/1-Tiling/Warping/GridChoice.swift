import GeoFiles
import Grids
public import Polygons

/// Which lattice a run is on.
public enum GridChoice: Hashable, Sendable {
  /// The scenes' own, which they have to share.
  case shared
  /// One that is made as wanted; scenes that do not share it are warped.
  case made(WantedGrid)

  /// The lattice for some scenes, and why it is that one; no reason where it is their own.
  func grid(
    for profiles: [SceneProfile]
  ) throws(TilingError) -> (grid: RunGrid, reason: String?) {
    let own = RunGrid(of: profiles[0].transform, crs: profiles[0].crs)
    guard case .made(let wanted) = self else { return (own, nil) }
    if wanted.isOpen {
      var isEnough = true
      for profile in profiles where isEnough {
        if case .failure = try profile.window(on: own) { isEnough = false }
        if isEnough { isEnough = try profile.suits(wanted.modelMeters) }
      }
      if isEnough { return (own, nil) }
    }
    return try GridMaker(wanted: wanted, profiles: profiles).made()
  }
}

/// What is wanted of a lattice; what is nil is chosen by the scenes.
public struct WantedGrid: Hashable, Sendable {
  /// The word for a reference system that is made around the map, in which areas are true.
  public static let equalArea = "equal-area"

  /// The reference system: an authority's code, WKT, a PROJ string, or ``equalArea``.
  public var crs: String?
  /// The pixel size, in the reference system's own metres.
  public var pixelMeters: Double?
  /// A place on the ground that is a corner of pixels, in the reference system's coordinates.
  public var origin: Point?
  /// How the numbers between pixels are found.
  public var resampling: Resampling
  /// The pixel size that the model was trained for, in metres: what is taken where none is wanted.
  public var modelMeters: Double?
  /// Longitudes and latitudes of the region of interest, in degrees; empty for the scenes' own.
  public var places: [Point]

  /// Says what is wanted.
  public init(
    crs: String? = nil, pixelMeters: Double? = nil, origin: Point? = nil,
    resampling: Resampling = .cubic, modelMeters: Double? = nil, places: [Point] = []
  ) {
    (self.crs, self.pixelMeters, self.origin) = (crs, pixelMeters, origin)
    (self.resampling, self.modelMeters, self.places) = (resampling, modelMeters, places)
  }

  /// Whether the scenes' own lattice would do, if its pixels suit the model.
  var isOpen: Bool { crs == nil && pixelMeters == nil && origin == nil }
}
