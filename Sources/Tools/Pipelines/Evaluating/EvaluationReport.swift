import Footprints
import Foundation

/// The report of a comparison: Markdown, the same as JSON, and the curve as a picture.
public struct EvaluationReport {
  private let evaluation: Evaluation

  /// Prepares the report; nothing is written yet.
  public init(_ evaluation: Evaluation) { self.evaluation = evaluation }

  /// Writes `evaluation.md`, `evaluation.json` and, if predictions have confidences,
  /// `precision-recall.svg`.
  ///
  /// - Throws: ``RunError/cannotWrite(path:reason:)``, ``RunError/insideRun(folder:run:)``.
  public func write(to folder: String) throws {
    var files = [
      ("evaluation.md", Data(markdown.utf8)),
      ("evaluation.json", try RunRecord.encoder.encode(evaluation)),
    ]
    if evaluation.confidence != nil {
      files.append(("precision-recall.svg", Data(CurvePlot(evaluation.curves).svg.utf8)))
    }
    try ResultFolder(folder).fill(with: files)
  }

  /// The report in Markdown.
  var markdown: String {
    let sections = [summary, confidence, shape, sources]
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var summary: String {
    let rows = evaluation.scores.map {
      String(
        format: "| %g | %.3f | %.3f | %.3f | %d | %.3f |", $0.iou, $0.f1, $0.precision, $0.recall,
        $0.matches, $0.meanOverlap)
    }
    let (pixels, boundary) = (evaluation.pixels, evaluation.boundary)
    let grid = pixels.isRunGrid ? "the run's grid" : "a lattice"
    return """
      # Outlines against the truth

      \(evaluation.outlines) outlines, \(evaluation.truth) in the truth. Pairs are matched once, the \
      pair with the greatest IoU first.

      | IoU | F1 | precision | recall | matches | their mean IoU |
      |---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      | measured on | IoU | F1 | precision | recall |
      |---|---|---|---|---|
      | \(grid) of \(number(pixels.meters)) m pixels \
      | \(number(pixels.iou)) | \(number(harmonic(pixels.precision, pixels.recall))) \
      | \(number(pixels.precision)) | \(number(pixels.recall)) |
      | boundaries within \(number(boundary.toleranceMeters)) m \
      | | \(number(boundary.f1)) | \(number(boundary.precision)) | \(number(boundary.recall)) |
      """ + evaluation.notes.map { "\n\n> \($0)" }.joined()
  }

  private var confidence: String {
    guard let confidence = evaluation.confidence else { return "" }
    let name = "`\(confidence.field)`"
    let precisions = confidence.averagePrecisions.map(number).joined(separator: " | ")
    let heads = Evaluation.precisionThresholds.map { String(format: "%.2f", $0) }
    return """
      ## Over confidence

      | AP, mean | \(heads.joined(separator: " | ")) |
      |\(String(repeating: "---|", count: heads.count + 1))
      | \(number(confidence.averagePrecision)) | \(precisions) |

      \(best(confidence, name))

      ![Precision over recall](precision-recall.svg)

      | \(name) from | outlines kept | precision | recall | F1 at IoU 0.5 |
      |---|---|---|---|---|
      \(rows(confidence).map(row).joined(separator: "\n"))
      """
  }

  private func best(_ confidence: Evaluation.Confidence, _ name: String) -> String {
    guard let best = confidence.best else { return "There are no outlines to keep." }
    return "F1 at IoU 0.5 is best, **\(number(best.f1))**, where outlines with \(name) of "
      + "**\(String(format: "%g", best.confidence))** and more are kept: "
      + "\(best.kept) of \(evaluation.outlines)."
  }

  /// The best point and ten others, evenly by the number of outlines kept.
  private func rows(_ confidence: Evaluation.Confidence) -> [ConfidenceCurve.Point] {
    let curve = confidence.curve
    var kept: [ConfidenceCurve.Point] = []
    for tenth in 1...10 {
      let goal = evaluation.outlines * tenth / 10
      if let point = curve.first(where: { $0.kept >= goal }) ?? curve.last, kept.last != point {
        kept.append(point)
      }
    }
    if let best = confidence.best, !kept.contains(best) { kept.append(best) }
    return kept.sorted { $0.confidence > $1.confidence }
  }

  private func row(_ point: ConfidenceCurve.Point) -> String {
    let isBest = point == evaluation.confidence?.best
    let f1 = isBest ? "**\(number(point.f1))**" : number(point.f1)
    return "| \(String(format: "%g", point.confidence)) | \(point.kept) "
      + "| \(number(point.precision)) | \(number(point.recall)) | \(f1) |"
  }

  private var shape: String {
    var rows = [
      "| polygons that are valid | \(String(format: "%.2f", 100 * evaluation.validShare)) % |"
    ]
    if let shape = evaluation.shape {
      let degrees = [shape.directionMedianDegrees, shape.direction90Degrees].map {
        $0.map { String(format: "%.1f°", $0) } ?? "none"
      }
      rows += [
        "| PoLiS distance, median (mean) | "
          + "\(meters(shape.polisMedianMeters)) (\(meters(shape.polisMeanMeters))) |",
        "| true corner to the nearest one, median (90 %) | "
          + "\(meters(shape.cornerMedianMeters)) (\(meters(shape.corner90Meters))) |",
        "| direction of walls, median (90 %), of \(shape.directionPairs) | "
          + "\(degrees[0]) (\(degrees[1])) |",
        "| corners per true corner | \(String(format: "%.2f", shape.vertexRatio)) |",
        "| as many corners as in truth | "
          + "\(String(format: "%.1f", 100 * shape.equalVertexShare)) % |",
        "| area, more than in truth | \(String(format: "%+.1f", 100 * shape.areaBias)) % |",
      ]
    }
    return (["## Shape of the matches at IoU 0.5", "", "| | |", "|---|---|"] + rows)
      .joined(separator: "\n")
  }

  private var sources: String {
    let rows = [("predictions", evaluation.predictionFile), ("truth", evaluation.truthFile)].map {
      let counts = [$1.features, $1.polygons, $1.invalid, $1.leftOut, $1.outside, $1.outlines]
      return "| \($0) | `\($1.path)` | \(counts.map(String.init).joined(separator: " | ")) |"
    }
    let examples =
      (evaluation.predictionFile.examples.map { "predictions, \($0)" }
      + evaluation.truthFile.examples.map { "truth, \($0)" }).map { "- \($0)" }
    let place = evaluation.region.map { "; only what has its centre of mass in `\($0)`" } ?? ""
    return """
      ## Compared

      In \(evaluation.crs)\(place). Each part of a multi-polygon counts by itself.

      | side | file | features | polygons | invalid | left out | outside | compared |
      |---|---|---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))
      """ + (examples.isEmpty ? "" : "\n\n" + examples.joined(separator: "\n"))
  }

  private func number(_ value: Double) -> String { String(format: "%.3f", value) }

  private func meters(_ value: Double) -> String { String(format: "%.2f m", value) }

  private func harmonic(_ a: Double, _ b: Double) -> Double { a + b > 0 ? 2 * a * b / (a + b) : 0 }
}
