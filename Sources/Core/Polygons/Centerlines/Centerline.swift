/// A road between two junctions or ends, drawn from the pixels of its centreline.
public struct Centerline: Hashable, Sendable {
  /// The last pixel in row-major order: its place in the order of all.
  public let canonicalPixel: LatticePixel
  /// The line, in pixels of the lattice.
  public let line: Line
  /// The width, the middle one of those at its pixels, in m.
  public let meters: Double
  /// The map's values along it.
  public let values: Values
  /// The length along its pixels, in m: what short ones are told by.
  public let length: Double
  /// How many of its ends are the road's own.
  public let freeEnds: Int
  /// Where it is a bridge, in the order along the line.
  public let bridges: [Bridge]

  /// Values of the map, added up.
  public struct Values: Hashable, Sendable {
    /// All together.
    public let sum: Int
    /// How many.
    public let count: Int
  }

  /// A stretch that crosses something.
  public struct Bridge: Hashable, Sendable {
    /// The first pixel of the stretch: its name on the lattice.
    public let canonicalPixel: LatticePixel
    /// The stretch of the road's line, in pixels of the lattice.
    public let line: Line
    /// The width, the middle one of those at its pixels, in m.
    public let meters: Double
    /// The map's values along it.
    public let values: Values
  }
}

extension Centerline {
  /// Draws a whole centreline.
  ///
  /// The staircase of pixels is smoothed over a few, led into the middle of a junction without the
  /// bend that thinning makes there, prolonged to the rim where the road ends, and simplified.
  ///
  /// - Parameters:
  ///   - piece: Whole: nothing of it is cut.
  ///   - tolerance: How far the line may lie from the smoothed one, in pixels; a tenth of the width
  ///     where that is more.
  /// - Complexity: O(pixels²) at worst, O(pixels log pixels) as a rule.
  public init(of piece: CenterlinePiece, rules: CenterlineRules, tolerance: Double) {
    let reach = Self.middleRadius(piece)
    let drawn = Self.smooth(piece, reach: max(4, Int(reach.rounded())))
      .simplified(tolerance: max(tolerance, reach * Self.toleranceOfRadius))
    canonicalPixel = piece.canonicalPixel
    line = drawn
    meters = Self.width(of: piece.pixels[...], rules)
    values = Self.values(of: piece.pixels[...])
    length = zip(piece.pixels, piece.pixels.dropFirst()).reduce(0) { sum, pair in
      sum + rules.step(pair.1.place.x - pair.0.place.x, pair.1.place.y - pair.0.place.y)
    }
    freeEnds = [piece.start, piece.end].count { $0 == .free }
    bridges = BridgeSpans.spans(of: piece, rules: rules).map { span in
      Bridge(span, of: piece, on: drawn, rules)
    }
  }

  /// How far the line of a wide road may lie from its smoothed one: this share of half its width.
  private static let toleranceOfRadius = 0.2

  /// Half the road's width, in pixels: over so many neighbours the rim's roughness is one and the
  /// same.
  private static func middleRadius(_ piece: CenterlinePiece) -> Double {
    let radii = piece.pixels.map(\.squaredRadius).sorted()
    return Double(radii[radii.count / 2]).squareRoot() / CenterlineRules.radiusUnits
  }

  private static func smooth(_ piece: CenterlinePiece, reach smoothing: Int) -> Line {
    var pixels = piece.pixels[...]
    if case .cut = piece.start {  // closed
      return Line((pixels + pixels.prefix(1)).map(\.center)).smoothed(reach: smoothing)
    }
    let (start, end) = (junction(piece.start), junction(piece.end))
    for (place, radius) in [start, end].compactMap(\.self) {
      // Of what lies within a junction, nothing tells how the road runs.
      let limit = radius * radius
      while pixels.count > 1, let first = pixels.first, (first.center - place).squaredLength < limit
      {
        pixels.removeFirst()
      }
      while pixels.count > 1, let last = pixels.last, (last.center - place).squaredLength < limit {
        pixels.removeLast()
      }
    }
    var line = Line(pixels.map(\.center)).smoothed(reach: smoothing)
    if piece.start == .free { line = line.prolonged(by: radius(piece.pixels.first)) }
    line = Line(line.points.reversed())
    if piece.end == .free { line = line.prolonged(by: radius(piece.pixels.last)) }
    line = Line(line.points.reversed())
    return Line(
      [start?.place].compactMap(\.self) + line.points + [end?.place].compactMap(\.self))
  }

  private static func junction(_ end: CenterlineEnd) -> (place: Point, radius: Double)? {
    guard case .junction(let place, let squared) = end else { return nil }
    return (place, Double(squared).squareRoot() / CenterlineRules.radiusUnits)
  }

  private static func radius(_ pixel: CenterlinePixel?) -> Double {
    Double(pixel?.squaredRadius ?? 0).squareRoot() / CenterlineRules.radiusUnits
  }

  /// From rim to rim: half a pixel less than twice the way to the middle of the first pixel outside,
  /// for a line of pixels lies beside the middle of every road that is an even number of them wide.
  static func width(
    of pixels: ArraySlice<CenterlinePixel>, _ rules: CenterlineRules
  ) -> Double {
    let radii = pixels.map(\.squaredRadius).sorted()
    return max(
      rules.side, 2 * rules.meters(ofSquaredRadius: radii[radii.count / 2]) - rules.side / 2)
  }

  fileprivate static func values(
    of pixels: ArraySlice<CenterlinePixel>
  ) -> Values {
    Values(sum: pixels.reduce(0) { $0 + Int($1.value) }, count: pixels.count)
  }
}

extension Centerline.Bridge {
  fileprivate init(
    _ span: Range<Int>, of piece: CenterlinePiece, on line: Line, _ rules: CenterlineRules
  ) {
    let pixels = piece.pixels[span]
    canonicalPixel = pixels[span.lowerBound].place
    let (start, end) = (pixels[span.lowerBound].center, pixels[span.upperBound - 1].center)
    let (from, to) = (line.distanceAlong(nearestTo: start), line.distanceAlong(nearestTo: end))
    self.line =
      from < to ? line.stretch(from: from, to: to) : Line([start, end])
    meters = Centerline.width(of: pixels, rules)
    values = Centerline.values(of: pixels)
  }
}

extension Line {
  /// The line begun so much earlier, in the direction that it has over as long a way.
  fileprivate func prolonged(by distance: Double) -> Line {
    guard let first = points.first else { return self }
    let ahead = point(along: max(distance, 2))
    let direction = first - ahead
    guard direction.length > 0 else { return self }
    return Line([first + direction * (distance / direction.length)] + points)
  }
}
