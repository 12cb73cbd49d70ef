import Foundation
import Testing

@testable import Pipelines

@Suite struct `A histogram` {
  @Test func `counts each value once, limits with what lies above them`() {
    var areas = Histogram.areas
    for area in [0, 9.99, 20, 49.9, 50, 1e9, -1] { areas.add(area) }
    #expect(areas.counts == [3, 0, 2, 1, 0, 0, 0, 0, 0, 1])
    #expect(areas.count == 7)
    var confidences = Histogram.confidences
    for confidence in [0.5, 0.549, 0.95, 1] { confidences.add(confidence) }
    #expect(confidences.counts[10] == 2 && confidences.counts[19] == 2)
  }

  @Test func `is drawn from its first value to its last`() {
    var lengths = Histogram.lengths
    for length in [12.0, 60, 61, 62] { lengths.add(length) }
    #expect(lengths.trimmed.counts == [1, 0, 3])
    #expect(lengths.trimmed.limits == [10, 20, 50, 100])
    let svg = HistogramPlot(lengths, title: "roads by length, m", color: "#427eb0").svg
    #expect(svg.components(separatedBy: "<rect").count == 4)
    // The highest bar is as high as the plot; one of three is a third of it.
    #expect(svg.contains("height=\"130.0\"") && svg.contains("height=\"43.3\""))
    #expect(svg.contains(">100<") && !svg.contains(">200<"))
  }
}
