import Footprints
import Polygons
import Testing

@Suite struct `Footprint score` {
  private let houses = (0..<20).map { Polygon.square(x: 20 * Double($0), y: 0, side: 10) }

  @Test func `the truth scores one against itself`() {
    let score = FootprintScore(of: houses, against: houses)

    #expect(score.f1 == 1)
    #expect(score.meanOverlap == 1)
  }

  @Test func `nothing found scores nothing`() {
    let score = FootprintScore(of: [], against: houses)

    #expect((score.precision, score.recall, score.f1) == (0, 0, 0))
  }

  @Test func `what is shifted by more than a third is not a match`() {
    // Shifted by d of 10: IoU (10 − d) / (10 + d), one half at d = 10/3.
    let near = houses.map { $0.mapped { Point(x: $0.x + 3.3, y: $0.y) } }
    let far = houses.map { $0.mapped { Point(x: $0.x + 3.4, y: $0.y) } }

    #expect(FootprintScore(of: near, against: houses).f1 == 1)
    #expect(FootprintScore(of: far, against: houses).f1 == 0)
  }

  @Test func `each house is matched once, with its best`() {
    let twice = [houses[0].mapped { Point(x: $0.x + 1, y: $0.y) }, houses[0]]

    let score = FootprintScore(of: twice, against: [houses[0]])

    #expect(score.matches.map(\.prediction) == [1])
    #expect(score.precision == 0.5)
  }

  @Test func `precision, recall and their mean count what they say`() {
    let found = Array(houses.prefix(10)) + [Polygon.square(x: 0, y: 50, side: 10)]

    let score = FootprintScore(of: found, against: houses)

    #expect(score.precision == 10.0 / 11)
    #expect(score.recall == 0.5)
    #expect(score.f1 == 20.0 / 31)
  }

  @Test func `ten thousand against ten thousand is soon done`() {
    let town = (0..<10_000).map {
      Polygon.square(x: Double($0 % 100) * 20, y: Double($0 / 100) * 20, side: 10)
    }
    let found = town.reversed().map { $0.mapped { Point(x: $0.x + 0.5, y: $0.y) } }

    #expect(FootprintScore(of: found, against: town).matches.count == 10_000)
  }
}
