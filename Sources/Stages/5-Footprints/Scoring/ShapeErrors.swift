public import Polygons

/// How true outlines are drawn, once they are found: means and quantiles over matched pairs.
public struct ShapeErrors: Hashable, Sendable, Codable {
  /// The mean PoLiS distance of outer rings, in m (Avbelj, Müller and Bamler 2015).
  public let polisMeanMeters: Double
  /// The median PoLiS distance, in m.
  public let polisMedianMeters: Double
  /// The median distance from a true corner to the nearest predicted one, in m.
  public let cornerMedianMeters: Double
  /// The distance that nine of ten true corners stay below, in m.
  public let corner90Meters: Double
  /// The median angle between the walls of a pair, in degrees; nil when no pair has walls.
  public let directionMedianDegrees: Double?
  /// The angle that nine of ten pairs stay below, in degrees; nil when no pair has walls.
  public let direction90Degrees: Double?
  /// The number of pairs both of which have walls along or across one direction.
  public let directionPairs: Int
  /// Predicted corners per true corner.
  public let vertexRatio: Double
  /// The share of pairs with the same number of corners.
  public let equalVertexShare: Double
  /// How much more area predictions cover than the truth, as a share of the truth.
  public let areaBias: Double
}

/// Collects how matched pairs differ.
public struct ShapeTally {
  private var polis: [Double] = []
  private var corners: [Double] = []
  private var directions: [Double] = []
  private var predictedVertices = 0
  private var trueVertices = 0
  private var equalVertices = 0
  private var predictedArea = 0.0
  private var trueArea = 0.0

  /// Begins with no pair.
  public init() {}

  /// Adds a pair.
  ///
  /// - Parameters:
  ///   - prediction: In metres.
  ///   - truth: In metres, in the same plane.
  /// - Complexity: O(n · m) for n and m corners.
  public mutating func add(_ prediction: Polygon, _ truth: Polygon) {
    polis.append(prediction.outer.polisDistance(to: truth.outer))
    corners += truth.outer.cornerDistances(to: prediction.outer)
    if let found = prediction.outer.wallDirection, let wanted = truth.outer.wallDirection {
      directions.append(found.axisAngle(to: wanted))
    }
    predictedVertices += prediction.vertexCount
    trueVertices += truth.vertexCount
    equalVertices += prediction.vertexCount == truth.vertexCount ? 1 : 0
    predictedArea += prediction.area
    trueArea += truth.area
  }

  /// What was collected; nil when there was no pair.
  ///
  /// - Complexity: O(n log n) for n corners.
  public var errors: ShapeErrors? {
    guard !polis.isEmpty, trueArea > 0 else { return nil }
    let count = Double(polis.count)
    let (corners, directions) = (corners.sorted(), directions.sorted())
    return ShapeErrors(
      polisMeanMeters: polis.reduce(0, +) / count,
      polisMedianMeters: Self.quantile(0.5, of: polis.sorted()) ?? 0,
      cornerMedianMeters: Self.quantile(0.5, of: corners) ?? 0,
      corner90Meters: Self.quantile(0.9, of: corners) ?? 0,
      directionMedianDegrees: Self.quantile(0.5, of: directions),
      direction90Degrees: Self.quantile(0.9, of: directions), directionPairs: directions.count,
      vertexRatio: Double(predictedVertices) / Double(trueVertices),
      equalVertexShare: Double(equalVertices) / count, areaBias: predictedArea / trueArea - 1)
  }

  /// The quantile of sorted numbers, linear between neighbours (type 7 of Hyndman and Fan 1996).
  private static func quantile(_ share: Double, of numbers: [Double]) -> Double? {
    guard let last = numbers.indices.last else { return nil }
    let place = share * Double(last)
    let index = Int(place)
    let next = min(index + 1, last)
    return numbers[index] + (numbers[next] - numbers[index]) * (place - Double(index))
  }
}
