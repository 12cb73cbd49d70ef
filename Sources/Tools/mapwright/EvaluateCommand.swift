import ArgumentParser
import Pipelines

/// The verb `evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare outlines with the truth: precision, recall and F1 at IoU 0.5.")

  @Argument(help: "A run's folder, or a file of outlines.", completion: .file())
  var prediction: String

  @Option(help: ArgumentHelp("The true outlines, in any format GDAL reads.", valueName: "file"))
  var truth: String

  @Flag(help: "Print as JSON.")
  var json = false

  func run() throws {
    let evaluation = try Evaluation(of: prediction, against: truth)
    if json { try printJSON(evaluation) } else { print(evaluation.words) }
  }
}
