public import Grids
public import Polygons

/// One object's outline on the ground, and what is known of it.
public struct Footprint: Hashable, Sendable {
  /// The first of its pixels, row by row, on the run's lattice: its place in the order of all.
  public let canonicalPixel: LatticePixel
  /// The outline in the run's coordinates; the outer ring runs counter-clockwise with y up.
  public let polygon: Polygon
  /// How the outline was found.
  public let method: OutlineMethod
  /// The direction of its walls, in degrees clockwise from the y axis, 0..<90; nil without walls.
  public let direction: Double?
  /// The mean probability over its pixels, 0…1, in thousandths.
  public let confidence: Double
  /// The area on the ellipsoid, in m², in hundredths.
  public let areaSquareMeters: Double
  /// The latitude of the centre of mass, in degrees, to seven places.
  public let latitude: Double
  /// The longitude of the centre of mass, in degrees, to seven places.
  public let longitude: Double

  /// Makes a footprint from all that is known of it.
  public init(
    canonicalPixel: LatticePixel, polygon: Polygon, method: OutlineMethod, direction: Double?,
    confidence: Double, areaSquareMeters: Double, latitude: Double, longitude: Double
  ) {
    self.canonicalPixel = canonicalPixel
    self.polygon = polygon
    self.method = method
    self.direction = direction
    self.confidence = confidence
    self.areaSquareMeters = areaSquareMeters
    self.latitude = latitude
    self.longitude = longitude
  }
}

/// Names footprints by their grid and canonical pixel, the same in every run on the same grid.
public struct FootprintNaming: Hashable, Sendable {
  private let grid: String

  /// Names footprints on a grid.
  public init(grid: RunGrid) {
    var hash = FowlerNollVoHash()
    hash.add(Array((grid.crs.code ?? grid.crs.wkt).utf8))
    for number in grid.transform.coefficients {
      // A negative zero is the same number.
      let bits = (number == 0 ? 0 : number).bitPattern
      hash.add((0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
    }
    self.grid = hash.text
  }

  /// The name of a footprint: eight digits for the grid, then column and row.
  public func id(of footprint: Footprint) -> String {
    "\(grid).\(footprint.canonicalPixel.x).\(footprint.canonicalPixel.y)"
  }
}

/// The FNV-1a hash of 32 bits: short names, not a check against tampering.
///
/// Source: Fowler, Noll and Vo; RFC 9923.
private struct FowlerNollVoHash {
  private var state: UInt32 = 0x811c_9dc5

  mutating func add(_ bytes: [UInt8]) {
    for byte in bytes { state = (state ^ UInt32(byte)) &* 0x0100_0193 }
  }

  var text: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
