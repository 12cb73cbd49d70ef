public import Polygons

/// How well predicted outlines agree with true ones, object by object.
///
/// Pairs are matched greedily: the pair with the greatest intersection over union (IoU) first, then
/// the next whose members are both free, down to the threshold. Ties go to the earlier prediction,
/// then to the earlier truth. Areas of intersection are exact, holes included.
public struct FootprintScore: Hashable, Sendable {
  /// The least IoU of a match.
  public let threshold: Double
  /// The number of predictions.
  public let predictionCount: Int
  /// The number of true outlines.
  public let truthCount: Int
  /// The matches, the best first.
  public let matches: [OverlapPair]

  /// The share of predictions that are matched; 0 when there are none.
  public var precision: Double { Self.share(matches.count, of: predictionCount) }
  /// The share of true outlines that are matched; 0 when there are none.
  public var recall: Double { Self.share(matches.count, of: truthCount) }
  /// The harmonic mean of precision and recall.
  public var f1: Double { Self.share(2 * matches.count, of: predictionCount + truthCount) }
  /// The mean IoU of the matches; 0 when there are none.
  public var meanOverlap: Double {
    matches.isEmpty ? 0 : matches.reduce(0) { $0 + $1.overlap } / Double(matches.count)
  }

  /// Matches predictions with the truth.
  ///
  /// - Parameters:
  ///   - predictions: In the same coordinates as the truth.
  ///   - truth: What is really there.
  ///   - threshold: The least IoU of a match, above 0.
  /// - Complexity: O(n log n) for n outlines of about the same size with few neighbours each.
  public init(of predictions: [Polygon], against truth: [Polygon], threshold: Double = 0.5) {
    self.init(OverlapPairs(of: predictions, and: truth, least: threshold), threshold: threshold)
  }

  /// Matches predictions with the truth by pairs that were found before.
  ///
  /// - Parameters:
  ///   - pairs: All that overlap by `threshold`, or more than those.
  ///   - threshold: The least IoU of a match, above 0.
  /// - Complexity: O(pairs log pairs).
  public init(_ pairs: OverlapPairs, threshold: Double) {
    let order = pairs.pairs.filter { $0.overlap >= threshold }.sorted {
      $0.overlap != $1.overlap
        ? $0.overlap > $1.overlap : ($0.prediction, $0.truth) < ($1.prediction, $1.truth)
    }
    var freePredictions = [Bool](repeating: true, count: pairs.predictionCount)
    var freeTruth = [Bool](repeating: true, count: pairs.truthCount)
    var matches: [OverlapPair] = []
    for pair in order where freePredictions[pair.prediction] && freeTruth[pair.truth] {
      freePredictions[pair.prediction] = false
      freeTruth[pair.truth] = false
      matches.append(pair)
    }
    self.threshold = threshold
    predictionCount = pairs.predictionCount
    truthCount = pairs.truthCount
    self.matches = matches
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
  }
}
