/// The outline of one object, ready to be published.
public struct Outline: Hashable, Sendable {
  /// The outline and its holes.
  public let polygon: Polygon
  /// How the outer ring was found.
  public let method: OutlineMethod
  /// The building's axis; nil where none was looked for.
  public let axis: Direction?

  /// The smallest hole that is kept, in square pixels.
  public static let smallestHole = 16.0

  /// The least triangle of a corner of a simplified outline, in squares of the tolerance.
  public static let areaPerTolerance = 4.0

  /// Draws the outline of a contour in a style; the one place where styles are told apart.
  ///
  /// - Parameters:
  ///   - contour: In pixels that are square on the ground.
  ///   - style: What to draw.
  ///   - tolerance: How large the bends are that a simplified outline leaves out, in pixels.
  /// - Returns: A polygon whose rings neither cross nor touch, if the contour's do not.
  public init(of contour: Polygon, style: OutlineStyle, tolerance: Double = 1) {
    let holes = contour.holes.filter { abs($0.signedArea) >= Self.smallestHole }
    let whole = Polygon(outer: contour.outer, holes: holes)
    switch style {
    case .raw: self.init(polygon: whole, method: .raw, axis: nil)
    case .simplified:
      self.init(simplifying: whole, tolerance: tolerance, method: .simplified) {
        $0.generalized(leastArea: Self.areaPerTolerance * $1 * $1)
      }
    case .squared: self.init(squaring: whole)
    }
  }

  private init(polygon: Polygon, method: OutlineMethod, axis: Direction?) {
    self.polygon = polygon
    self.method = method
    self.axis = axis
  }

  /// Halves the tolerance until the rings stay apart.
  private init(
    simplifying contour: Polygon, tolerance: Double, method: OutlineMethod,
    by simplify: (Ring, Double) -> Ring
  ) {
    var polygon = contour
    var tolerance = tolerance
    for _ in 0..<4 {
      let simpler = Polygon(
        outer: simplify(contour.outer, tolerance),
        holes: contour.holes.map { simplify($0, tolerance) })
      if simpler.isValid(tolerance: FitAcceptance.touching) {
        polygon = simpler
        break
      }
      tolerance /= 2
    }
    self.init(polygon: polygon, method: method, axis: nil)
  }

  /// Fits the outer ring, then the holes to its axis; where it has no walls, holes have none.
  private init(squaring contour: Polygon) {
    if contour.outer.points.count > 2 {
      let outer = SquaredRingFitter.fitted(contour.outer)
      if outer.method != .fallback {
        let holes = contour.holes.map { SquaredRingFitter.fitted($0, within: outer.axis).ring }
        let polygon = Polygon(outer: outer.ring, holes: holes)
        if polygon.isValid(tolerance: FitAcceptance.touching) {
          self.init(polygon: polygon, method: outer.method, axis: outer.axis)
          return
        }
      }
    }
    self.init(
      simplifying: contour, tolerance: SquaredRing.fallbackTolerance, method: .fallback
    ) { $0.simplified(tolerance: $1) }
  }
}
