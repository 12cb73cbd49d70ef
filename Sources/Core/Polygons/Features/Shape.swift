/// The geometry of a feature: areas, lines, or a place.
///
/// As a rule it is one area or one line; what is cut at the antimeridian is several, which touch at
/// most in points.
public enum Shape: Hashable, Sendable {
  /// Areas, at least one.
  case polygons([Polygon])
  /// Lines, at least one.
  case lines([Line])
  /// A place.
  case point(Point)

  /// One area.
  public static func polygon(_ polygon: Polygon) -> Shape { .polygons([polygon]) }

  /// One line.
  public static func line(_ line: Line) -> Shape { .lines([line]) }

  /// What the features of a layer are: one of these for all of them.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Areas.
    case polygon = "Polygon"
    /// Lines.
    case line = "LineString"
    /// Places.
    case point = "Point"

    /// The number of the kind in well-known binary.
    ///
    /// Source: OGC 06-103r4, table 7.
    public var number: Int {
      switch self {
      case .point: 1
      case .line: 2
      case .polygon: 3
      }
    }

    /// The number of several of the kind as one, in well-known binary.
    ///
    /// Source: OGC 06-103r4, table 7.
    public var multipleNumber: Int { number + 3 }

    /// Several of the kind as one, in the words of Simple Features.
    public var multipleName: String { "Multi" + rawValue }
  }

  /// What the geometry is.
  public var kind: Kind {
    switch self {
    case .polygons: .polygon
    case .lines: .line
    case .point: .point
    }
  }

  /// What the geometry consists of: shapes of one area, of one line, or the place.
  public var parts: [Shape] {
    switch self {
    case .polygons(let polygons): polygons.map(Shape.polygon)
    case .lines(let lines): lines.map(Shape.line)
    case .point: [self]
    }
  }

  /// Whether there is more than one part.
  public var isMultiple: Bool {
    switch self {
    case .polygons(let polygons): polygons.count > 1
    case .lines(let lines): lines.count > 1
    case .point: false
    }
  }

  /// The lines that the geometry is written as, part after part: rings closed by their first point,
  /// the outline first; a line; a place.
  public var paths: [[Point]] {
    switch self {
    case .polygons(let polygons):
      polygons.flatMap { $0.rings.map { $0.points + $0.points.prefix(1) } }
    case .lines(let lines): lines.map(\.points)
    case .point(let point): [[point]]
    }
  }

  /// The corners of the smallest upright rectangle around the geometry.
  ///
  /// - Complexity: O(points).
  public var bounds: (low: Point, high: Point) {
    switch self {
    case .polygons(let polygons): Self.bounds(of: polygons.map(\.outer.bounds))
    case .lines(let lines): Self.bounds(of: lines.map(\.bounds))
    case .point(let point): (point, point)
    }
  }

  /// The corners of the smallest upright rectangle around several.
  private static func bounds(of all: [(low: Point, high: Point)]) -> (low: Point, high: Point) {
    all.reduce((Point(x: .infinity, y: .infinity), Point(x: -.infinity, y: -.infinity))) {
      (
        Point(x: min($0.0.x, $1.low.x), y: min($0.0.y, $1.low.y)),
        Point(x: max($0.1.x, $1.high.x), y: max($0.1.y, $1.high.y))
      )
    }
  }

  /// The geometry with every point moved by `move`.
  public func mapped(_ move: (Point) -> Point) -> Shape {
    switch self {
    case .polygons(let polygons): .polygons(polygons.map { $0.mapped(move) })
    case .lines(let lines): .lines(lines.map { $0.mapped(move) })
    case .point(let point): .point(move(point))
    }
  }
}
