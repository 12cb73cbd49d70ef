/// Precision and recall as predictions of less and less confidence are let in.
///
/// Predictions choose in the order of their confidence, the surest first and equals in their own
/// order; each takes the free true outline that it overlaps most, if by the threshold or more. This
/// is the rule of COCO's and SpaceNet's evaluation. What is true of the first n predictions does not
/// depend on those after them, so that one pass tells it for every confidence.
///
/// Source: Lin et al. 2014, "Microsoft COCO", and its `cocoeval.py`; Everingham et al. 2010.
public struct ConfidenceCurve: Hashable, Sendable {
  /// What is had when predictions of at least a confidence are kept.
  public struct Point: Hashable, Sendable, Codable {
    /// The least confidence that is kept.
    public let confidence: Double
    /// The number of predictions that are kept.
    public let kept: Int
    /// The share of them that are right.
    public let precision: Double
    /// The share of true outlines that are found.
    public let recall: Double

    /// The harmonic mean of precision and recall.
    public var f1: Double {
      precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
  }

  /// The least IoU of a match.
  public let threshold: Double
  /// One for every confidence that occurs, from high to low.
  public let points: [Point]
  /// The mean over recalls of 0, 0.01 … 1 of the best precision at that recall or beyond; 0 when
  /// nothing is true.
  public let averagePrecision: Double

  /// The point of the best F1; of equal ones, that with the highest confidence.
  public var best: Point? { points.reduce(nil) { $1.f1 > ($0?.f1 ?? -1) ? $1 : $0 } }

  /// Follows the predictions from the surest to the least sure.
  ///
  /// - Parameters:
  ///   - pairs: All that overlap by `threshold`, or more than those.
  ///   - confidences: One per prediction.
  ///   - threshold: The least IoU of a match, above 0.
  /// - Complexity: O(n log n) for n predictions with few neighbours each.
  public init(_ pairs: OverlapPairs, confidences: [Double], threshold: Double) {
    precondition(confidences.count == pairs.predictionCount)
    let order = confidences.indices.sorted {
      confidences[$0] != confidences[$1] ? confidences[$0] > confidences[$1] : $0 < $1
    }
    var free = [Bool](repeating: true, count: pairs.truthCount)
    var points: [Point] = []
    var steps: [(precision: Double, recall: Double)] = []
    var right = 0
    for (place, prediction) in order.enumerated() {
      var best: OverlapPair?
      for pair in pairs.pairs(of: prediction)
      where free[pair.truth] && pair.overlap >= threshold && pair.overlap > best?.overlap ?? 0 {
        best = pair
      }
      if let best {
        free[best.truth] = false
        right += 1
      }
      let precision = Double(right) / Double(place + 1)
      let recall = pairs.truthCount > 0 ? Double(right) / Double(pairs.truthCount) : 0
      steps.append((precision, recall))
      let isLast = place + 1 == order.count
      if isLast || confidences[order[place + 1]] != confidences[prediction] {
        points.append(
          Point(
            confidence: confidences[prediction], kept: place + 1, precision: precision,
            recall: recall))
      }
    }
    self.threshold = threshold
    self.points = points
    averagePrecision = pairs.truthCount > 0 ? Self.mean(of: steps) : 0
  }

  private static func mean(of steps: [(precision: Double, recall: Double)]) -> Double {
    var envelope = steps.map(\.precision)
    for index in envelope.indices.dropLast().reversed() {
      envelope[index] = max(envelope[index], envelope[index + 1])
    }
    var (sum, next) = (0.0, 0)
    for hundredth in 0...100 {
      while next < steps.count, steps[next].recall < Double(hundredth) / 100 { next += 1 }
      if next < steps.count { sum += envelope[next] }
    }
    return sum / 101
  }
}
