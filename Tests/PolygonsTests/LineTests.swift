import Testing

@testable import Polygons

@Suite struct `A line` {
  private let line = Line([Point(x: 0, y: 0), Point(x: 10, y: 0), Point(x: 10, y: 5)])

  @Test func `has a length, places along it, and stretches`() {
    #expect(line.length == 15)
    #expect(line.point(along: 12) == Point(x: 10, y: 2))
    #expect(line.point(along: 99) == Point(x: 10, y: 5))
    #expect(line.distanceAlong(nearestTo: Point(x: 11, y: 3)) == 13)
    #expect(
      line.stretch(from: 4, to: 12)
        == Line([Point(x: 4, y: 0), Point(x: 10, y: 0), Point(x: 10, y: 2)]))
  }

  @Test func `keeps its ends and its bends when it is simplified`() {
    let rough = Line((0...20).map { Point(x: Double($0), y: $0 % 2 == 0 ? 0 : 0.4) })
    #expect(rough.simplified(tolerance: 0.5).points == [rough.points[0], rough.points[20]])
    #expect(line.simplified(tolerance: 0.5) == line)
  }

  @Test func `that is closed stays closed`() {
    let corners = [(0.0, 0.0), (5, 0.1), (10, 0), (10, 10), (0, 10), (0, 0)]
    let ring = Line(corners.map { Point(x: $0.0, y: $0.1) })

    let simple = ring.simplified(tolerance: 0.5)

    #expect(simple.points.first == simple.points.last && simple.points.count == 5)
    #expect(ring.smoothed(reach: 2).points.count == 6)
  }
}

@Suite struct `A generalised ring` {
  @Test func `loses its smallest bends first`() {
    // A square with a bump of 0.5 square units, and one of 8.
    let corners = [
      (0.0, 0.0), (4, 0), (5, 0.5), (6, 0), (20, 0), (20, 8), (22, 12), (20, 16), (20, 20), (0, 20),
    ]
    let ring = Ring(corners.map { Point(x: $0.0, y: $0.1) })

    let simple = ring.generalized(leastArea: 4)

    #expect(simple.points.contains(Point(x: 22, y: 12)))
    #expect(!simple.points.contains(Point(x: 5, y: 0.5)))
    #expect(ring.generalized(leastArea: 1000).points.count == 3)
    #expect(ring.generalized(leastArea: 0).points == ring.points)
  }

  @Test func `of many corners is made fast`() {
    let count = 50_000
    let ring = Ring(
      (0..<count).map { index in
        let (step, side) = (Double(index % (count / 4)), index / (count / 4))
        let rough = index % 2 == 0 ? 0 : 0.3
        let length = Double(count / 4)
        switch side {
        case 0: return Point(x: step, y: rough)
        case 1: return Point(x: length - rough, y: step)
        case 2: return Point(x: length - step, y: length - rough)
        default: return Point(x: rough, y: length - step)
        }
      })

    #expect(ring.generalized(leastArea: 4).points.count < 1_000)
  }
}
