import Grids
import Polygons
import TestSupport
import Testing

@testable import Footprints

@Suite struct `Pairs that overlap` {
  @Test func `are those that a look at every pair finds`() {
    var dice = SeededGenerator(seed: 5)
    func town() -> [Polygon] {
      (0..<150).map { _ in
        .square(
          x: Double.random(in: 0...200, using: &dice), y: Double.random(in: 0...200, using: &dice),
          side: Double.random(in: 2...40, using: &dice))
      }
    }
    let (found, truth) = (town(), town())

    let pairs = OverlapPairs(of: found, and: truth, least: 0.1)

    var wanted: [[Int]] = []
    for (a, one) in found.enumerated() {
      for (b, other) in truth.enumerated() where one.intersectionOverUnion(with: other) >= 0.1 {
        wanted.append([a, b])
      }
    }
    #expect(wanted.count > 50)
    #expect(pairs.pairs.map { [$0.prediction, $0.truth] } == wanted)
  }

  @Test func `are found also among polygons of very different size`() {
    let huts = (0..<300).map { Polygon.square(x: Double($0) * 3, y: 0, side: 1) }
    let field = Polygon.square(x: -10, y: -10, side: 100_000)

    let pairs = OverlapPairs(of: huts + [field], and: [field] + huts, least: 0.9)

    #expect(pairs.pairs.count == 301)
  }
}

@Suite struct `The curve over confidence` {
  let truth = (0..<4).map { Polygon.square(x: 20 * Double($0), y: 0, side: 10) }

  @Test func `counts from the surest to the least sure`() {
    // Right, right, wrong, right: precision 1, 1, 2/3, 3/4 at recall 1/4, 1/2, 1/2, 3/4.
    let found = [truth[0], truth[1], .square(x: 0, y: 50, side: 10), truth[2]]
    let pairs = OverlapPairs(of: found, and: truth, least: 0.5)

    let curve = ConfidenceCurve(pairs, confidences: [0.9, 0.8, 0.7, 0.6], threshold: 0.5)

    #expect(curve.points.map(\.precision) == [1, 1, 2.0 / 3, 0.75])
    #expect(curve.points.map(\.recall) == [0.25, 0.5, 0.5, 0.75])
    // Recalls 0…0.50 have precision 1 (51 of them), 0.51…0.75 have 3/4 (25), the rest 0.
    #expect(abs(curve.averagePrecision - (51 + 25 * 0.75) / 101) < 1e-12)
    #expect(curve.best?.confidence == 0.6)
  }

  @Test func `lets equals in together`() {
    let found = [truth[0], .square(x: 0, y: 50, side: 10)]
    let pairs = OverlapPairs(of: found, and: truth, least: 0.5)

    let curve = ConfidenceCurve(pairs, confidences: [0.5, 0.5], threshold: 0.5)

    #expect(curve.points.map(\.kept) == [2])
  }

  @Test func `gives a house to the surest, not to the nearest`() {
    let found = [truth[0].mapped { Point(x: $0.x + 2, y: $0.y) }, truth[0]]
    let pairs = OverlapPairs(of: found, and: truth, least: 0.5)

    let curve = ConfidenceCurve(pairs, confidences: [0.9, 0.8], threshold: 0.5)

    #expect(curve.points.map(\.precision) == [1, 0.5])
  }

  @Test func `of nothing is empty`() {
    let none = ConfidenceCurve(
      OverlapPairs(of: [], and: truth, least: 0.5), confidences: [], threshold: 0.5)
    let unwanted = ConfidenceCurve(
      OverlapPairs(of: truth, and: [], least: 0.5), confidences: [1, 1, 1, 1], threshold: 0.5)

    #expect(none.averagePrecision == 0 && none.best == nil)
    #expect(unwanted.averagePrecision == 0 && unwanted.points.map(\.precision) == [0])
  }
}

@Suite struct `Pixels of outlines` {
  let transform = GeoTransform(west: 1_000, north: 2_000, pixel: 0.5)

  @Test func `are counted as areas say`() throws {
    // 10 × 10 m moved by 4 m: 6 × 10 m shared; pixels are half a metre.
    let one = Polygon.square(x: 1_100, y: 1_900, side: 10)
    let other = one.mapped { Point(x: $0.x + 4, y: $0.y) }

    let agreement = try #require(PixelAgreement(of: [one], against: [other], on: transform))

    #expect(agreement.both == 240)
    #expect(agreement.onlyPredicted == 160 && agreement.onlyTrue == 160)
    #expect(agreement.iou == 240.0 / 560)
  }

  @Test func `are one for outlines on top of each other, and none in a hole`() throws {
    var ring = Polygon.square(x: 1_100, y: 1_900, side: 100)
    ring.holes = [Polygon.square(x: 1_120, y: 1_920, side: 60).outer]

    let agreement = try #require(PixelAgreement(of: [ring, ring], against: [], on: transform))

    #expect(agreement.onlyPredicted == 4 * (100 * 100 - 60 * 60))
    #expect(agreement.precision == 0 && agreement.recall == 0)
  }

  @Test func `are those whose centres lie inside, tile by tile`() throws {
    var dice = SeededGenerator(seed: 9)
    for _ in 0..<20 {
      let corners = (0..<7).map { _ in
        Point(
          x: Double.random(in: 0...150, using: &dice), y: -Double.random(in: 0...150, using: &dice))
      }
      let polygon = Polygon(outer: Ring(corners))
      let pixels = GeoTransform(west: 0, north: 0, pixel: 1)

      let agreement = try #require(PixelAgreement(of: [polygon], against: [polygon], on: pixels))

      var inside = 0
      for row in 0..<150 {
        for column in 0..<150 {
          let centre = Point(x: Double(column) + 0.5, y: -Double(row) - 0.5)
          inside += polygon.contains(centre) ? 1 : 0
        }
      }
      #expect(agreement.both == inside)
    }
  }

  @Test func `too small for the ground are refused`() {
    let land = Polygon.square(x: 0, y: 0, side: 1e9)
    #expect(PixelAgreement(of: [land], against: [], on: transform) == nil)
  }
}

@Suite struct `Shapes of matches` {
  @Test func `of a square moved aside are off by as much`() throws {
    var tally = ShapeTally()
    let truth = Polygon.square(x: 0, y: 0, side: 10)
    tally.add(truth.mapped { Point(x: $0.x + 1, y: $0.y) }, truth)

    let errors = try #require(tally.errors)

    // Two corners of each stand on a line of the other, two are 1 m beside it.
    #expect(errors.polisMeanMeters == 0.5)
    #expect(errors.cornerMedianMeters == 1)
    #expect(errors.directionMedianDegrees == 0)
    #expect(errors.areaBias == 0 && errors.vertexRatio == 1 && errors.equalVertexShare == 1)
  }

  @Test(arguments: [0.0, 10, 44, 46, 80, 90])
  func `know by how much walls are turned`(degrees: Double) throws {
    let truth = Polygon.square(x: 0, y: 0, side: 10)
    let turn = Point(x: cosine(degrees), y: cosine(90 - degrees))
    var tally = ShapeTally()
    tally.add(
      truth.mapped {
        Point(x: $0.x * turn.x - $0.y * turn.y, y: $0.x * turn.y + $0.y * turn.x)
      }, truth)

    let found = try #require(tally.errors?.directionMedianDegrees)

    #expect(abs(found - min(degrees, 90 - degrees)) < 1e-6)
  }

  @Test func `have no direction when they are round`() throws {
    let disc = Polygon(
      outer: Ring(
        (0..<48).map {
          Point(x: 5 * cosine(7.5 * Double($0)), y: 5 * cosine(90 - 7.5 * Double($0)))
        }))
    var tally = ShapeTally()
    tally.add(disc, disc)

    #expect(try #require(tally.errors).directionPairs == 0)
  }

  /// The cosine of an angle in degrees, by its series.
  private func cosine(_ degrees: Double) -> Double {
    let angle = degrees.remainder(dividingBy: 360) * .pi / 180
    var (sum, term) = (1.0, 1.0)
    for order in 1..<30 {
      term *= -angle * angle / Double((2 * order - 1) * (2 * order))
      sum += term
    }
    return sum
  }
}

@Suite struct `Boundaries` {
  /// Coordinates that are metres.
  private struct Flat: GroundMeasuring {
    func meters(along line: Line) -> Double { line.length }
    func squareMeters(of polygon: Polygon) -> Double { polygon.area }
    func geographic(_ place: Point) -> (longitude: Double, latitude: Double) { (place.x, place.y) }
    func metersPerUnit(at place: Point) -> (x: Double, y: Double) { (1, 1) }
  }
  private let scale = GroundScale(Flat(), side: 1_000)

  @Test func `that lie near are counted by their length`() throws {
    // Two sides of 10 m fall together but for their last 3 m, two lie 3 m apart.
    let truth = Polygon.square(x: 0, y: 0, side: 10)
    let found = truth.mapped { Point(x: $0.x + 3, y: $0.y) }

    let score = try BoundaryScore(of: [found], against: [truth], tolerance: 1, scale: scale)

    // 7 m and the tolerance of each long side, and 1 m of each end of the side across.
    #expect(abs(score.precision - (2 * (7 + 1) + 2) / 40) < 1e-9)
    #expect(abs(score.recall - score.precision) < 1e-9)
  }

  @Test func `of what is not there lower precision alone`() throws {
    let truth = Polygon.square(x: 0, y: 0, side: 10)
    let ghost = Polygon.square(x: 100, y: 0, side: 10)

    let score = try BoundaryScore(of: [truth, ghost], against: [truth], tolerance: 1, scale: scale)

    #expect(abs(score.precision - 0.5) < 1e-12 && abs(score.recall - 1) < 1e-12)
  }
}

@Suite struct `Beside a map that exists` {
  let existing = (0..<5).map { Polygon.square(x: 20 * Double($0), y: 0, side: 10) }

  @Test func `outlines are new, matched or changed, and existing ones missing`() {
    let found = [
      existing[0], existing[1].mapped { Point(x: $0.x + 5, y: $0.y) },
      .square(x: 0, y: 50, side: 10),
    ]

    let comparison = FootprintComparison(of: found, with: existing)

    #expect(comparison.findings.map(\.status) == [.matched, .changed, .new])
    #expect(comparison.findings.map(\.existing) == [0, 1, nil])
    #expect(comparison.isMissing == [false, false, true, true, true])
  }

  @Test func `a block that is found house by house is mapped ground`() {
    let block = Polygon.square(x: 0, y: 0, side: 100)
    let houses = (0..<5).map { Polygon.square(x: 20 * Double($0), y: 0, side: 10) }

    let split = FootprintComparison(of: houses, with: [block])
    let joined = FootprintComparison(of: [block], with: houses)

    #expect(split.findings.allSatisfy { $0.status == .changed } && split.isMissing == [false])
    #expect(joined.findings[0].status == .changed && !joined.isMissing.contains(true))
  }

  @Test func `a neighbour that touches is no change`() {
    let beside = existing[0].mapped { Point(x: $0.x + 9.5, y: $0.y) }

    let comparison = FootprintComparison(of: [beside], with: [existing[0]])

    #expect(comparison.findings[0].status == .new && comparison.isMissing == [true])
  }
}
