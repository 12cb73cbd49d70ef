import GeoFiles
import Grids
import Polygons

/// Where a COG lies, in longitude and latitude on WGS 84.
struct CatalogueFootprint {
  /// Its outline, cut at the antimeridian; nothing where it goes around a pole.
  private let polygons: [Polygon]
  /// From west, which may lie east of `east` across the antimeridian.
  private let (west, east): (Double, Double)
  private let (south, north): (Double, Double)

  /// How many pieces a side is cut into: a straight side of a grid is a curve there.
  private static let pieces = 16

  init(of window: PixelWindow, on grid: RunGrid) throws(GeoFileError) {
    let edge = Ring(around: window, on: grid.transform, pieces: Self.pieces)
    // Longitudes go on where they would jump from one side of the antimeridian to the other.
    let whole = try ShapePlacer(from: grid.crs, to: .wgs84).placed(.polygon(Polygon(outer: edge)))
    let (low, high) = whole.bounds
    (south, north) = (low.y, high.y)
    // A ring that does not come back to where it began goes around a pole.
    let ring = whole.paths[0]
    guard zip(ring, ring.dropFirst()).allSatisfy({ abs($0.x - $1.x) < 180 }),
      high.x - low.x < 360, case .polygons(let parts) = whole.cutAtAntimeridian()
    else {
      polygons = []
      (west, east) = (-180, 180)
      return
    }
    polygons = parts
    (west, east) = (Self.turned(low.x), Self.turned(high.x))
  }

  /// A longitude from −180° to 180°.
  private static func turned(_ longitude: Double) -> Double {
    if abs(longitude) <= 180 { return longitude }
    return longitude - 360 * ((longitude + 180) / 360).rounded(.down)
  }

  /// The geometry of GeoJSON.
  var geometry: CatalogueValue {
    let coordinates = polygons.map { polygon -> CatalogueValue in
      let corners = polygon.outer.points + polygon.outer.points.prefix(1)
      return [.list(corners.map { [Self.degrees($0.x), Self.degrees($0.y)] })]
    }
    guard let first = coordinates.first else { return .null }
    return coordinates.count == 1
      ? ["type": "Polygon", "coordinates": first]
      : ["type": "MultiPolygon", "coordinates": .list(coordinates)]
  }

  /// West, south, east, north.
  var bbox: CatalogueValue { .list([west, south, east, north].map(Self.degrees)) }

  /// The box around several; around the world where one lies across the antimeridian and others do not.
  static func union(_ places: [CatalogueFootprint]) -> CatalogueValue {
    let crossing = places.filter { $0.west > $0.east }
    let isMixed = !crossing.isEmpty && crossing.count < places.count
    let west = isMixed ? -180 : places.map(\.west).min() ?? -180
    let east = isMixed ? 180 : places.map(\.east).max() ?? 180
    let south = places.map(\.south).min() ?? -90
    let north = places.map(\.north).max() ?? 90
    return .list([west, south, east, north].map(degrees))
  }

  /// To a centimetre.
  private static func degrees(_ value: Double) -> CatalogueValue {
    .number((value * 1e7).rounded() / 1e7)
  }
}
