import ArgumentParser
import Pipelines

/// The verb `quantize`.
struct QuantizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quantize",
    abstract: "Make a model that computes in 8-bit integers, with your own scenes.",
    discussion: """
      Half of the chips are learned from, the other half judge the result. Layers that lose
      most stay in floats. The result is an ONNX model that other programs run too. Exit status:

        0    the model is written
        65   the model cannot be quantised, or the result loses more than --max-loss
        66   a scene or the truth is missing or unreadable
      """)

  @Argument(help: "The model, an ONNX file.", completion: .file(extensions: ["onnx"]))
  var model: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Scenes to learn from: files, folders, globs, lists.", valueName: "scenes"))
  var calibrate: [String]

  @Option(help: ArgumentHelp("Where the quantised model goes.", valueName: "model"))
  var out: String

  @Option(
    help: ArgumentHelp("True outlines; the loss is then that of IoU and F1.", valueName: "file"))
  var truth: String?

  @Option(
    help: ArgumentHelp(
      "The most points that may be lost: of IoU or F1, or, without truth, of pixels.",
      valueName: "points"))
  var maxLoss = 0.5

  @Option(
    help: ArgumentHelp(
      "A pipeline that says what the model's metadata leaves open.", valueName: "file"))
  var pipeline: String?

  @Option(help: ArgumentHelp("How many chips are looked at.", valueName: "count"))
  var chips = 16

  @Flag(help: "Print as JSON.")
  var json = false

  mutating func validate() throws {
    guard (2...1000).contains(chips) else {
      throw ValidationError("--chips takes a number from 2 to 1000.")
    }
    guard (0...100).contains(maxLoss) else {
      throw ValidationError("--max-loss takes points from 0 to 100.")
    }
  }

  func run() throws {
    var request = QuantizationRequest(model: model, scenes: calibrate, out: out)
    request.truth = truth
    request.largestLoss = maxLoss
    request.pipeline = pipeline
    request.chipCount = chips
    let result = try ModelQuantization.perform(request)
    if json { try printJSON(result) } else { print(result.words) }
  }
}
