import Grids
import Imagery
import Testing

@testable import Pipelines

@Suite("pixels against a truth")
struct PixelScoreTests {
  /// A map of one row, all of it mapped but for class 255.
  private func map(_ classes: [UInt8]) -> ClassMap {
    var map = ClassMap(
      window: PixelWindow(x: 0, y: 0, width: classes.count, height: 1), layerCount: 0,
      coverage: .mapped)
    map.classes = classes
    for place in classes.indices where classes[place] == 255 {
      map.coverage[place] = Coverage.nodata.rawValue
    }
    return map
  }

  @Test("IoU and F1 count what both cover; pixels without a picture count for nothing")
  func scores() {
    var score = PixelScore()
    score.add(map([1, 1, 1, 0, 0, 255]), of: 1, truth: [1, 1, 0, 1, 0, 1])
    #expect(score.iou == 2.0 / 4)
    #expect(score.f1 == 4.0 / 6)
  }

  @Test("agreement is the share of mapped pixels with one class")
  func agreement() {
    let (a, b) = (map([0, 1, 2, 255]), map([0, 1, 1, 0]))
    #expect(PixelScore.agreement([a], [b]) == 2.0 / 3)
  }

  @Test("where there is nothing to find, nothing is missed")
  func nothing() {
    #expect(PixelScore().iou == 1)
    #expect(PixelScore().f1 == 1)
  }
}
