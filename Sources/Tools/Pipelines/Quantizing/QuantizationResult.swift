import BuiltinNetworks
import Foundation

/// What `mapwright quantize` made, and how good it is.
public struct QuantizationResult: Sendable, Codable {
  /// Where the model was written.
  public var model: String
  /// How ranges were chosen.
  public var clipping: String
  /// The convolutions that could run in bytes.
  public var layers: Int
  /// Those that stay floats, because they lost most.
  public var kept: [String]
  /// The chips that were learned from.
  public var chipsLearned: Int
  /// The chips that were judged.
  public var chipsJudged: Int
  /// The share of judged pixels with the same class as from the float model.
  public var agreement: Double
  /// The float model's pixels against the truth.
  public var before: Score?
  /// The quantised model's pixels against the truth.
  public var after: Score?
  /// What is lost, in points of a hundred: of IoU or F1, or of pixels where there is no truth.
  public var lossPoints: Double
  /// The size of the file, in bytes.
  public var bytes: Int

  /// Pixels against a truth.
  public struct Score: Sendable, Codable {
    /// Intersection over union.
    public var iou: Double
    /// The harmonic mean of precision and recall.
    public var f1: Double
  }

  /// The result for people.
  public var words: String {
    let floats = kept.isEmpty ? "" : ", left in floats: \(kept.joined(separator: ", "))"
    var lines = [
      "wrote     \(model) (\(String(format: "%.1f", Double(bytes) / 1e6)) MB)",
      "layers    \(layers - kept.count) of \(layers) convolutions in bytes\(floats)",
      "ranges    \(clipping), learned from \(chipsLearned) chips",
      String(
        format: "pixels    %.2f %% have the class that the float model gives (%d chips judged)",
        100 * agreement, chipsJudged),
    ]
    if let before, let after {
      lines.append(
        String(
          format: "truth     IoU %.4f, was %.4f; F1 %.4f, was %.4f", after.iou, before.iou,
          after.f1, before.f1))
    }
    lines.append(lossWords)
    return lines.joined(separator: "\n")
  }

  private var lossWords: String {
    let kind = before == nil ? " (pixels of another class)" : ""
    return String(format: "loss      %.2f points", lossPoints) + kind
  }
}
