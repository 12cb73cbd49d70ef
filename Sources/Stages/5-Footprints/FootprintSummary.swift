import Polygons

/// How many footprints there are, how large together, and how they were found.
public struct FootprintSummary: Hashable, Sendable {
  /// The number of footprints.
  public private(set) var count = 0
  /// The number of corners of all outlines and holes.
  public private(set) var vertexCount = 0
  /// The number of footprints by the method that found their outlines.
  public private(set) var methods: [String: Int] = [:]
  /// The areas' sum in hundredths of a square metre, exact whatever the order.
  private var hundredths = 0

  /// The area of all together, in m².
  public var squareMeters: Double { Double(hundredths) / 100 }

  /// Makes the summary of nothing.
  public init() {}

  /// Counts those of another summary, too.
  public mutating func add(_ other: FootprintSummary) {
    count += other.count
    vertexCount += other.vertexCount
    methods.merge(other.methods, uniquingKeysWith: +)
    hundredths += other.hundredths
  }

  /// Counts one more.
  public mutating func add(_ footprint: Footprint) {
    count += 1
    vertexCount += footprint.polygon.vertexCount
    methods[footprint.method.rawValue, default: 0] += 1
    hundredths += Int((footprint.areaSquareMeters * 100).rounded())
  }
}
