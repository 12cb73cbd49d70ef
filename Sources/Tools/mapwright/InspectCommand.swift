import ArgumentParser
import Pipelines

/// The verb `inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a scene or a model is, and whether it can be used.")

  @Argument(help: "A raster or an ONNX model.", completion: .file())
  var file: String

  @Flag(help: "Print a model's compiled plan, with the time of every step on this machine.")
  var plan = false

  @Option(name: .customLong("chip"), help: "The side of the chip for --plan, in pixels.")
  var chip_px = 512

  @Flag(help: "Print as JSON.")
  var json = false

  func run() throws {
    if plan {
      let table = try PlanTable(of: file, side: chip_px)
      if json { try printJSON(table) } else { print(table.words) }
      return
    }
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
