public import Polygons

/// What is traced and how.
public struct FootprintSettings: Hashable, Sendable, Codable {
  /// The name of the class, as it stands in the attributes.
  public var className: String
  /// The least probability of a pixel inside, 0…1.
  public var threshold: Double
  /// How outlines are drawn.
  public var outline: OutlineStyle
  /// How far a simplified outline may lie from the contour, in pixels.
  public var tolerancePixels: Double
  /// The smallest footprint, in m² on the ellipsoid.
  public var smallestSquareMeters: Double
  /// The least mean probability of a footprint's pixels, 0…1, in the thousandths of its attribute.
  public var leastConfidence: Double

  /// Makes settings; only the class has no default.
  public init(
    className: String, threshold: Double = 0.5, outline: OutlineStyle = .squared,
    tolerancePixels: Double = 1, smallestSquareMeters: Double = 0, leastConfidence: Double = 0
  ) {
    self.className = className
    self.threshold = threshold
    self.outline = outline
    self.tolerancePixels = tolerancePixels
    self.smallestSquareMeters = smallestSquareMeters
    self.leastConfidence = leastConfidence
  }
}
