import ArgumentParser
import Pipelines

/// The verb `inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a scene or a model is, and whether it can be used.")

  @Argument(help: "A raster or an ONNX model.", completion: .file())
  var file: String

  @Flag(help: "Print as JSON.")
  var json = false

  func run() throws {
    let inspection = try Inspection(of: file)
    if json { try printJSON(inspection) } else { print(inspection.words) }
  }
}

/// The verb `doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this machine offers, and what is missing.")

  @Flag(help: "Print as JSON.")
  var json = false

  func run() throws {
    let findings = Doctor.examine()
    if json { try printJSON(findings) } else { print(findings.words) }
  }
}
