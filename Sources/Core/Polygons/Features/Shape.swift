/// The geometry of a feature.
public enum Shape: Hashable, Sendable {
  /// An area.
  case polygon(Polygon)
  /// A line.
  case line(Line)
  /// A place.
  case point(Point)

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
  }

  /// What the geometry is.
  public var kind: Kind {
    switch self {
    case .polygon: .polygon
    case .line: .line
    case .point: .point
    }
  }

  /// The lines that the geometry is written as: rings closed by their first point, the outline
  /// first; a line; a place.
  public var paths: [[Point]] {
    switch self {
    case .polygon(let polygon): polygon.rings.map { $0.points + $0.points.prefix(1) }
    case .line(let line): [line.points]
    case .point(let point): [[point]]
    }
  }

  /// The corners of the smallest upright rectangle around the geometry.
  public var bounds: (low: Point, high: Point) {
    switch self {
    case .polygon(let polygon): polygon.outer.bounds
    case .line(let line): line.bounds
    case .point(let point): (point, point)
    }
  }

  /// The geometry with every point moved by `move`.
  public func mapped(_ move: (Point) -> Point) -> Shape {
    switch self {
    case .polygon(let polygon): .polygon(polygon.mapped(move))
    case .line(let line): .line(line.mapped(move))
    case .point(let point): .point(move(point))
    }
  }
}
