import Polygons
import Testing

@Suite struct `Squared outline` {
  private static let shapes: [(name: String, shape: Polygon, corners: Int)] = [
    ("rectangle", Polygon([(0, 0), (24, 0), (24, 14), (0, 14)]), 4),
    ("L", Polygon([(0, 0), (28, 0), (28, 11), (13, 11), (13, 24), (0, 24)]), 6),
    (
      "T",
      Polygon([(0, 0), (30, 0), (30, 10), (21, 10), (21, 24), (9, 24), (9, 10), (0, 10)]), 8
    ),
    (
      "U",
      Polygon([(0, 0), (32, 0), (32, 26), (22, 26), (22, 9), (10, 9), (10, 26), (0, 26)]), 8
    ),
    (
      "courtyard",
      Polygon(
        [(0, 0), (36, 0), (36, 30), (0, 30)], holes: [[(12, 10), (12, 20), (24, 20), (24, 10)]]), 8
    ),
  ]
  private static let turns = [(1.0, 0.0), (4, 1), (3, 2), (1, 3)]

  @Test(arguments: shapes.indices, turns.indices)
  func `buildings keep their corners whichever way they stand`(shape: Int, turn: Int) throws {
    let (along, across) = Self.turns[turn]
    let truth = Self.shapes[shape].shape.turned(
      along: along, across: across, to: Point(x: 34.3, y: 8.6))
    let contour = try #require(Drawing(of: [truth], width: 80, height: 70).contours.first)

    let outline = Outline(of: contour, style: .squared)

    #expect(outline.polygon.vertexCount == Self.shapes[shape].corners)
    #expect(outline.method == .ortho)
    #expect(outline.polygon.intersectionOverUnion(with: truth) > 0.97)
  }

  /// A building along the axes whose walls wobble: a triangle wave, cut off where it is steep.
  private static func wobbling(
    _ corners: [(Double, Double)], by amplitude: Double, period: Double, steep: Double = 1
  ) -> Polygon {
    var points: [Point] = []
    for (index, corner) in corners.enumerated() {
      let next = corners[(index + 1) % corners.count]
      let length = abs(next.0 - corner.0) + abs(next.1 - corner.1)
      let (x, y) = ((next.0 - corner.0) / length, (next.1 - corner.1) / length)
      for step in 0..<Int(length) {
        let phase = (Double(points.count) / period).truncatingRemainder(dividingBy: 1)
        let wave = steep * (phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase)
        let off = amplitude * min(1, max(-1, wave))
        points.append(
          Point(x: corner.0 + x * Double(step) - y * off, y: corner.1 + y * Double(step) + x * off))
      }
    }
    return Polygon(outer: Ring(points))
  }

  @Test(arguments: [7.0, 9, 11, 13, 15])
  func `walls that wobble by almost two pixels are straight`(period: Double) {
    let contour = Self.wobbling([(0, 0), (40, 0), (40, 26), (0, 26)], by: 1.8, period: period)
    let outline = Outline(of: contour, style: .squared)

    #expect(outline.polygon.vertexCount == 4)
    #expect(outline.method == .ortho)
    #expect(abs(outline.polygon.area / (40 * 26) - 1) < 0.03)
  }

  @Test(arguments: [19.0, 23, 27])
  func `walls of a hall that wander over several metres are straight`(period: Double) {
    let contour = Self.wobbling(
      [(0, 0), (70, 0), (70, 36), (0, 36)], by: 3, period: period, steep: 3)
    let outline = Outline(of: contour, style: .squared)

    #expect(outline.polygon.vertexCount == 4)
    #expect(abs(outline.polygon.area / (70 * 36) - 1) < 0.06)
  }

  @Test func `wings of a hall whose walls wander stay`() {
    let contour = Self.wobbling(
      [(0, 0), (160, 0), (160, 60), (120, 60), (120, 90), (60, 90), (60, 60), (0, 60)], by: 2.5,
      period: 23)
    let outline = Outline(of: contour, style: .squared)

    #expect(outline.polygon.vertexCount == 8)
    #expect(abs(outline.polygon.area / (160 * 60 + 60 * 30) - 1) < 0.03)
  }

  @Test func `corners of a square building are right angles`() throws {
    let truth = Self.shapes[1].shape.turned(along: 3, across: 1, to: Point(x: 20, y: 8))
    let contour = try #require(Drawing(of: [truth], width: 60, height: 50).contours.first)

    let corners = Outline(of: contour, style: .squared).polygon.outer.points

    for index in corners.indices {
      let (a, b) = (corners[index], corners[(index + 1) % corners.count])
      let c = corners[(index + 2) % corners.count]
      let cosine = ((b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y))
      #expect(abs(cosine) < 1e-6)
    }
  }

  @Test func `a chamfered corner is a diagonal wall`() throws {
    let truth = Polygon([(6, 6), (34, 6), (34, 18), (26, 26), (6, 26)])
    let contour = try #require(Drawing(of: [truth], width: 40, height: 32).contours.first)

    let outline = Outline(of: contour, style: .squared)

    #expect(outline.polygon.vertexCount == 5)
    #expect(outline.method == .mixed)
  }

  @Test func `a round building is a circle of the same area`() throws {
    let count = 64
    var turn = Point(x: 11, y: 0)
    // A step of 1/64 of a turn: the cosine and sine of 5.625°.
    let (c, s) = (0.9951847266721969, 0.0980171403295606)
    let circle = Ring(
      (0..<count).map { _ in
        turn = Point(x: c * turn.x - s * turn.y, y: s * turn.x + c * turn.y)
        return Point(x: turn.x + 16.2, y: turn.y + 15.7)
      })
    let truth = Polygon(outer: circle)
    let contour = try #require(Drawing(of: [truth], width: 32, height: 32).contours.first)

    let outline = Outline(of: contour, style: .squared)

    #expect(outline.method == .circle)
    #expect(abs(outline.polygon.area / truth.area - 1) < 0.01)
  }

  @Test func `a heap without walls falls back to its contour`() throws {
    let drawing = Drawing(
      """
      ..................
      .#.#.#.#.#.#.#.#..
      .################.
      ..#.#.#.#.#.#.##..
      .#..........#..#..
      .#..#####..##.....
      .####...####......
      ..................
      """)
    let contour = try #require(drawing.contours.max { $0.area < $1.area })

    let outline = Outline(of: contour, style: .squared)

    #expect(outline.method == .fallback)
    #expect(outline.polygon.isValid(tolerance: 1e-9))
  }

  @Test func `the axis is that of the walls`() throws {
    let truth = Self.shapes[0].shape.turned(along: 4, across: 1, to: Point(x: 8, y: 5))
    let contour = try #require(Drawing(of: [truth], width: 40, height: 32).contours.first)

    let axis = try #require(Outline(of: contour, style: .squared).axis)

    // python3 -c "import math; print(math.degrees(math.atan2(1, 4)))"
    #expect(abs(axis.degrees - 14.036243467926479) < 0.3)
  }

  @Test func `a sponge of many holes has a valid outline`() throws {
    var text = ""
    for y in 0..<60 {
      for x in 0..<60 {
        let isEdge = x == 0 || y == 0 || x == 59 || y == 59
        let isHole = (x * 7 + y * 3) % 10 < 4 && (x * y) % 3 != 0
        text += isEdge || isHole ? "." : "#"
      }
      text += "\n"
    }
    let contour = try #require(Drawing(text).contours.max { $0.area < $1.area })

    let outline = Outline(of: contour, style: .squared)

    #expect(outline.polygon.isValid(tolerance: 1e-9))
  }

  @Test func `a pixel alone has an outline`() throws {
    let contour = try #require(Drawing("...\n.#.\n...").contours.first)

    #expect(Outline(of: contour, style: .squared).polygon.isValid(tolerance: 1e-9))
  }
}

@Suite struct `Other outlines` {
  private let contour = Drawing(
    """
    ..........
    .########.
    .########.
    .########.
    .########.
    .########.
    .########.
    ..........
    """
  ).contours[0]

  @Test func `raw is the contour itself`() {
    #expect(Outline(of: contour, style: .raw).polygon == contour)
  }

  @Test func `simplified has fewer corners and lies near`() {
    let outline = Outline(of: contour, style: .simplified, tolerance: 0.5)

    #expect(outline.polygon.vertexCount < 9)
    #expect(outline.polygon.intersectionOverUnion(with: contour) > 0.85)
    #expect(outline.method == .simplified)
  }

  @Test func `small holes are closed`() {
    let court = Polygon(
      [(0, 0), (20, 0), (20, 20), (0, 20)],
      holes: [[(2, 2), (2, 5), (5, 5), (5, 2)], [(10, 10), (10, 15), (15, 15), (15, 10)]])

    #expect(Outline(of: court, style: .raw).polygon.holes == [court.holes[1]])
  }
}
