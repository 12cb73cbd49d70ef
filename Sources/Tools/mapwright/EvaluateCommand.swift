import ArgumentParser
import Pipelines

/// The verb `evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare outlines, or roads, with the truth.",
    discussion: """
      An outline is right when its intersection over union (IoU) with a true one reaches 0.5; each
      takes part in one pair, the best pairs first. Where the truth holds lines, roads are compared:
      by the length of ways (APLS), and by their own length. Documentation/Evaluation.md explains
      every measure.
      """)

  @Argument(help: "A run's folder, or a file of outlines.", completion: .file())
  var outlines: String?

  @Option(help: ArgumentHelp("The same, as an option.", valueName: "file"))
  var prediction: String?

  @Option(help: ArgumentHelp("The true outlines, in any format GDAL reads.", valueName: "file"))
  var truth: String

  @Option(
    help: ArgumentHelp(
      "Compare only outlines whose centres of mass lie in these polygons.", valueName: "file"))
  var region: String?

  @Option(
    name: .customLong("pixel-m"),
    help: ArgumentHelp(
      "The pixels on which areas are compared. (default: the run's, or 0.5 m)",
      valueName: "metres"))
  var pixel: Double?

  @Option(
    name: .customLong("tolerance-m"),
    help: ArgumentHelp(
      "How far apart boundaries may lie, or roads. (default: two pixels, 3 m)", valueName: "metres")
  )
  var tolerance: Double?

  @Option(
    help: ArgumentHelp("The attribute that says how sure an outline is.", valueName: "attribute"))
  var confidence = "confidence"

  @Option(
    help: ArgumentHelp(
      "Write evaluation.md, evaluation.json and precision-recall.svg here.", valueName: "folder"))
  var out: String?

  @Flag(help: "Print as JSON.")
  var json = false

  func validate() throws {
    guard (outlines == nil) != (prediction == nil) else {
      throw ValidationError("Name a run's folder or a file of outlines, once.")
    }
    for (name, value) in [("--pixel-m", pixel), ("--tolerance-m", tolerance)] {
      guard value.map({ $0 > 0 && $0.isFinite }) ?? true else {
        throw ValidationError("\(name) takes a length above 0.")
      }
    }
  }

  func run() throws {
    var request = EvaluationRequest(of: outlines ?? prediction ?? "", against: truth)
    request.region = region
    request.pixelMeters = pixel
    request.toleranceMeters = tolerance
    request.confidenceField = confidence
    if try RoadEvaluation.isMeant(by: truth) {
      let evaluation = try RoadEvaluation(request)
      if let out { try evaluation.write(to: out) }
      if json { try printJSON(evaluation) } else { print(evaluation.words) }
      return
    }
    let evaluation = try Evaluation(request)
    if let out { try EvaluationReport(evaluation).write(to: out) }
    if json { try printJSON(evaluation) } else { print(evaluation.words) }
  }
}
