/// A rectangle on the ground, in units of its coordinate reference system.
public struct GroundBounds: Hashable, Sendable, Codable {
  /// The least x.
  public var west: Double
  /// The least y.
  public var south: Double
  /// The greatest x.
  public var east: Double
  /// The greatest y.
  public var north: Double

  /// Makes a rectangle from its four sides.
  public init(west: Double, south: Double, east: Double, north: Double) {
    self.west = west
    self.south = south
    self.east = east
    self.north = north
  }

  /// The rectangle's centre.
  public var center: (x: Double, y: Double) { ((west + east) / 2, (south + north) / 2) }
}
