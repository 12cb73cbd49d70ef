import Footprints
import Foundation

/// How well outlines match the truth: what `mapwright evaluate` prints.
///
/// An outline is right when it and a true one share at least half of what they cover together
/// (IoU 0.5); each true outline is matched once, the best pairs first. `Documentation/Evaluation.md`
/// explains every measure, with its source.
public struct Evaluation: Sendable, Codable {
  /// Precision, recall and F1 of outlines at one IoU.
  struct Score: Sendable, Codable {
    var iou: Double
    var precision: Double
    var recall: Double
    var f1: Double
    var matches: Int
    var meanOverlap: Double
  }

  /// Average precision over confidence; absent when predictions have none.
  struct Confidence: Sendable, Codable {
    /// The attribute that holds it.
    var field: String
    /// The mean of the average precisions at IoU 0.5, 0.55 … 0.95 (COCO's AP).
    var averagePrecision: Double
    /// The average precision at each of these.
    var averagePrecisions: [Double]
    /// The best F1 at IoU 0.5, and the confidence from which predictions must be kept for it.
    var best: ConfidenceCurve.Point?
    var bestF1: Double
    /// The curve at IoU 0.5, thinned to at most 200 points.
    var curve: [ConfidenceCurve.Point]
  }

  /// How pixels agree.
  struct Pixels: Sendable, Codable {
    var meters: Double
    /// Whether the pixels are those of the run.
    var isRunGrid: Bool
    var precision: Double
    var recall: Double
    var iou: Double
  }

  /// The share of outlines that are right.
  public var precision: Double
  /// The share of true outlines that were found.
  public var recall: Double
  /// The harmonic mean of both.
  public var f1: Double
  /// The number of outlines.
  public var outlines: Int
  /// The number of true outlines.
  public var truth: Int
  var scores: [Score]
  var confidence: Confidence?
  var pixels: Pixels
  var boundary: BoundaryScore
  var shape: ShapeErrors?
  /// The share of predicted polygons that are valid.
  var validShare: Double
  var crs: String
  var region: String?
  var predictionFile: OutlineFile.Tally
  var truthFile: OutlineFile.Tally
  /// What a reader must know before believing the numbers.
  var notes: [String]
  /// The curves at IoU 0.5, 0.75 and 0.9, for the picture.
  var curves: [ConfidenceCurve] = []

  private enum CodingKeys: String, CodingKey {
    case precision, recall, f1, outlines, truth, scores, confidence, pixels, boundary, shape
    case validShare, crs, region, predictionFile, truthFile, notes
  }

  /// The IoUs at which outlines are scored.
  static let thresholds = [0.5, 0.75, 0.9]
  /// The IoUs over which average precision is averaged.
  static let precisionThresholds = (0..<10).map { Double(50 + 5 * $0) / 100 }

  /// The comparison for people.
  public var words: String {
    var lines = [
      String(
        format: "F1@0.5 %.3f: precision %.3f, recall %.3f (%d outlines, %d in truth)", f1,
        precision, recall, outlines, truth)
    ]
    lines += scores.dropFirst().map {
      String(
        format: "F1@%g %.3f: precision %.3f, recall %.3f", $0.iou, $0.f1, $0.precision, $0.recall)
    }
    if let confidence {
      lines.append(
        String(
          format: "AP@.5:.95 %.3f, AP@0.5 %.3f", confidence.averagePrecision,
          confidence.averagePrecisions[0]))
      if let best = confidence.best {
        lines.append(
          String(
            format: "best F1@0.5 %.3f: keep `%@` ≥ %g (%d outlines)", confidence.bestF1,
            confidence.field, best.confidence, best.kept))
      }
    }
    lines += [
      String(
        format: "pixels of %.3g m: IoU %.3f, precision %.3f, recall %.3f", pixels.meters,
        pixels.iou, pixels.precision, pixels.recall),
      String(
        format: "boundaries within %.3g m: F1 %.3f, precision %.3f, recall %.3f",
        boundary.toleranceMeters, boundary.f1, boundary.precision, boundary.recall),
    ]
    if let shape {
      lines.append(
        String(
          format: "shape of %d matches: PoLiS %.2f m, corners %.2f m off, area %+.1f %%",
          scores[0].matches, shape.polisMedianMeters, shape.cornerMedianMeters,
          100 * shape.areaBias))
    }
    lines.append(String(format: "valid polygons: %.2f %%", 100 * validShare))
    return (lines + notes.map { "note: \($0)" }).joined(separator: "\n")
  }
}
