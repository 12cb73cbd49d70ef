import Polygons
import Testing

@Suite struct `Rings` {
  private let square = Ring([
    Point(x: 1, y: 1), Point(x: 3, y: 1), Point(x: 3, y: 3), Point(x: 1, y: 3),
  ])

  @Test func `a square's measures are those of a square`() {
    #expect(square.perimeter == 8)
    #expect(square.signedArea == 4)
    #expect(square.centroid == Point(x: 2, y: 2))
  }

  @Test func `reversing changes the sign of the area and keeps the first point`() {
    #expect(square.reversed.signedArea == -4)
    #expect(square.reversed.points[0] == square.points[0])
  }

  @Test func `a point is inside, or not`() {
    #expect(square.contains(Point(x: 2, y: 2)))
    #expect(!square.contains(Point(x: 4, y: 2)))
    #expect(!square.contains(Point(x: 0, y: 2)))
  }

  @Test func `a hole moves the centre of mass away`() {
    let plate = Polygon(
      [(0, 0), (4, 0), (4, 4), (0, 4)], holes: [[(2, 1), (2, 3), (4, 3), (4, 1)]])

    #expect(plate.area == 12)
    #expect(abs(plate.centroid.x - (16 * 2 - 4 * 3) / 12) < 1e-12)
  }

  @Test func `simplifying drops corners on a straight side and keeps the others`() {
    let ring = Ring([
      Point(x: 0, y: 0), Point(x: 5, y: 0.1), Point(x: 10, y: 0), Point(x: 10, y: 10),
      Point(x: 5, y: 9.9), Point(x: 0, y: 10),
    ])

    #expect(
      ring.simplified(tolerance: 0.2).points == [
        Point(x: 0, y: 0), Point(x: 10, y: 0), Point(x: 10, y: 10), Point(x: 0, y: 10),
      ])
  }

  @Test func `simplifying never leaves fewer than three corners`() {
    let sliver = Ring([
      Point(x: 0, y: 0), Point(x: 9, y: 0.1), Point(x: 18, y: 0), Point(x: 9, y: -0.1),
    ])

    #expect(sliver.simplified(tolerance: 1) == sliver)
  }

  @Test func `the hull leaves out what lies inside`() {
    let ring = Ring([
      Point(x: 0, y: 0), Point(x: 2, y: 1), Point(x: 4, y: 0), Point(x: 4, y: 4), Point(x: 0, y: 4),
    ])

    #expect(
      ring.convexHull.points == [
        Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 4, y: 4), Point(x: 0, y: 4),
      ])
  }
}

@Suite struct `Ring validity` {
  @Test func `a bow tie is not simple`() {
    let bow = Ring([Point(x: 0, y: 0), Point(x: 2, y: 2), Point(x: 2, y: 0), Point(x: 0, y: 2)])

    #expect(!bow.isSimple(tolerance: 1e-9))
  }

  @Test func `a spike that runs back on itself is not simple`() {
    let spike = Ring([
      Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 4, y: 4), Point(x: 4, y: 8), Point(x: 4, y: 4),
      Point(x: 0, y: 4),
    ])

    #expect(!spike.isSimple(tolerance: 1e-9))
  }

  @Test func `a corner on another side is not simple`() {
    let ring = Ring([
      Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 4, y: 4), Point(x: 2, y: 0), Point(x: 0, y: 4),
    ])

    #expect(!ring.isSimple(tolerance: 1e-9))
  }

  @Test func `a point twice in a row is not simple`() {
    let ring = Ring([
      Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 4, y: 0), Point(x: 0, y: 4),
    ])

    #expect(!ring.isSimple(tolerance: 1e-9))
  }

  @Test func `any triangle is simple`() {
    let ring = Ring([Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 0, y: 4)])

    #expect(ring.isSimple(tolerance: 1e-9))
  }

  @Test func `a hole outside, across or in another hole is refused`() {
    let outer = [(0.0, 0.0), (10, 0), (10, 10), (0, 10)]
    let hole = [(2.0, 2.0), (2, 6), (6, 6), (6, 2)]
    let inner = [(3.0, 3.0), (3, 4), (4, 4), (4, 3)]

    #expect(Polygon(outer, holes: [hole]).isValid(tolerance: 1e-9))
    #expect(!Polygon(outer, holes: [hole, inner]).isValid(tolerance: 1e-9))
    #expect(!Polygon(outer, holes: [hole.map { ($0.0 + 6, $0.1) }]).isValid(tolerance: 1e-9))
    #expect(!Polygon(outer, holes: [hole.map { ($0.0 + 20, $0.1) }]).isValid(tolerance: 1e-9))
  }
}
