import Polygons
import Testing

@Suite struct `Overlap of polygons` {
  private let square = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)])

  @Test func `a polygon shares all of its area with itself`() {
    #expect(square.overlapArea(with: square) == 16)
    #expect(square.intersectionOverUnion(with: square) == 1)
  }

  @Test func `shifted by half, a third is shared of the union`() {
    let shifted = Polygon([(2, 0), (6, 0), (6, 4), (2, 4)])

    #expect(square.overlapArea(with: shifted) == 8)
    #expect(square.intersectionOverUnion(with: shifted) == 8.0 / 24)
  }

  @Test func `a diamond over a square shares the octagon`() {
    let diamond = Polygon([(2, -1), (5, 2), (2, 5), (-1, 2)])

    // The square without four corner triangles of legs 1.
    #expect(abs(square.overlapArea(with: diamond) - 14) < 1e-12)
  }

  @Test func `neighbours that share a wall share no area`() {
    #expect(square.overlapArea(with: Polygon([(4, 0), (8, 0), (8, 4), (4, 4)])) == 0)
  }

  @Test func `holes are not shared`() {
    let court = Polygon(
      [(0, 0), (4, 0), (4, 4), (0, 4)], holes: [[(1, 1), (1, 3), (3, 3), (3, 1)]])

    #expect(court.overlapArea(with: Polygon([(2, 0), (4, 0), (4, 4), (2, 4)])) == 6)
  }

  @Test func `the direction in which rings run does not matter`() {
    let reversed = Polygon(outer: square.outer.reversed)

    #expect(square.overlapArea(with: reversed) == 16)
  }

  @Test func `triangles far from the origin keep their precision`() {
    let place = 5_000_000.0
    let first = Polygon([(place, place), (place + 3, place), (place, place + 3)])
    let second = Polygon([(place, place), (place + 3, place), (place + 3, place + 3)])

    #expect(abs(first.overlapArea(with: second) - 2.25) < 1e-8)
  }
}
