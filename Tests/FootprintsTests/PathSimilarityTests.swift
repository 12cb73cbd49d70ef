import Foundation
import Footprints
import Polygons
import TestSupport
import Testing

@Suite struct `Ways on two networks of roads` {
  private func line(_ places: (Double, Double)...) -> [Point] {
    places.map { Point(x: $0.0, y: $0.1) }
  }

  @Test func `agree wholly with themselves, however they are drawn`() throws {
    let cross = [line((0, 0), (100, 0), (200, 0)), line((100, -100), (100, 0), (100, 100))]
    // The same roads in pieces, one of them begun a step beside the crossing; and a crumb.
    let pieces = [
      line((0, 0), (100, 0)), line((200, 0), (100, 0)), line((100, -100), (100, 0)),
      line((100, 0.3), (100, 100)), line((150, 0), (150, 0.2)),
    ]
    #expect(PathSimilarity(of: cross, against: cross).apls == 1)
    let other = PathSimilarity(of: pieces, against: cross)
    #expect(try #require(other.apls) > 0.99)
  }

  @Test func `differ by the way around where a piece is missing`() throws {
    // A square of 100 m: without one side, its ends are 300 m apart instead of 100.
    let square = [
      line((0, 0), (100, 0)), line((100, 0), (100, 100)), line((100, 100), (0, 100)),
      line((0, 100), (0, 0)),
    ]
    var settings = PathSimilarity.Settings()
    settings.spacingMeters = 1_000
    let result = PathSimilarity(of: Array(square.prefix(3)), against: square, settings)
    // A ring without a crossing has one control node: no way in the truth.
    #expect(result.truthToPrediction == nil && result.predictionToTruth == 1 - 2.0 / 3)

    let marked = square + [line((0, 0), (-50, 0)), line((0, 100), (-50, 100))]
    let found = PathSimilarity(
      of: Array(square.prefix(3)) + [marked[4], marked[5]], against: marked, settings)
    // Nodes: both ends and both crossings. Of six ways, the four that used the side are 100 m and were
    // 100, 150, 150 and 200 m: wrong by 1 (200/100), 1 (200/150), 1 and 1 (200/200).
    #expect(abs(try #require(found.truthToPrediction) - 2.0 / 6) < 1e-12)
  }

  @Test func `that cross without a node do not meet`() throws {
    let bridge = [line((0, 0), (100, 0)), line((50, -50), (50, 50))]
    let crossing = [
      line((0, 0), (50, 0), (100, 0)), line((50, -50), (50, 0), (50, 50)),
    ]
    let found = PathSimilarity(of: bridge, against: crossing)
    #expect(try #require(found.apls) < 0.7)
    #expect(found.predictionToTruth == 1)
  }

  @Test func `count nothing where there is none`() {
    let road = [line((0, 0), (100, 0))]
    #expect(PathSimilarity(of: [], against: road).apls == 0)
    #expect(PathSimilarity(of: road, against: []).apls == 0)
    #expect(PathSimilarity(of: [], against: []).apls == nil)
  }
}
