public import Polygons

/// A prediction and a truth that share ground.
public struct OverlapPair: Hashable, Sendable {
  /// The index of the prediction.
  public let prediction: Int
  /// The index of the truth.
  public let truth: Int
  /// Intersection over union.
  public let overlap: Double
}

/// All pairs of predictions and true outlines that overlap enough, found once for every measure.
public struct OverlapPairs: Hashable, Sendable {
  /// By prediction, then by truth.
  public let pairs: [OverlapPair]
  /// The number of predictions.
  public let predictionCount: Int
  /// The number of true outlines.
  public let truthCount: Int
  /// Where each prediction's pairs begin, and where the last one's end.
  private let starts: [Int32]

  /// Finds the pairs; their intersections are exact, holes included.
  ///
  /// - Parameters:
  ///   - predictions: In the same coordinates as the truth.
  ///   - truth: What is really there.
  ///   - least: The least intersection over union of a pair.
  ///   - share: Pairs are kept, too, that share this much of the smaller outline's area.
  /// - Complexity: O(n) for n outlines of about the same size with few neighbours each. Memory: 64
  ///   bytes an outline, beside the outlines.
  public init(
    of predictions: [Polygon], and truth: [Polygon], least: Double,
    orShareOfSmaller share: Double = 2
  ) {
    let index = BoxIndex(truth)
    let areas = truth.map(\.area)
    var pairs: [OverlapPair] = []
    var starts: [Int32] = [0]
    starts.reserveCapacity(predictions.count + 1)
    for (number, prediction) in predictions.enumerated() {
      let area = prediction.area
      for candidate in index.meeting(Box(of: prediction)) {
        let smaller = min(area, areas[candidate])
        // No pair has a greater IoU than the ratio of its areas.
        guard smaller >= least * max(area, areas[candidate]) || share <= 1 else { continue }
        let shared = prediction.overlapArea(with: truth[candidate])
        let union = area + areas[candidate] - shared
        guard shared > 0, union > 0 else { continue }
        let overlap = shared / union
        if overlap >= least || shared >= share * smaller {
          pairs.append(OverlapPair(prediction: number, truth: candidate, overlap: overlap))
        }
      }
      starts.append(Int32(pairs.count))
    }
    self.pairs = pairs
    self.starts = starts
    predictionCount = predictions.count
    truthCount = truth.count
  }

  /// The pairs of a prediction.
  func pairs(of prediction: Int) -> ArraySlice<OverlapPair> {
    pairs[Int(starts[prediction])..<Int(starts[prediction + 1])]
  }
}
