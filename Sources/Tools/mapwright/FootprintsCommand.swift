import ArgumentParser
import Foundation
import Pipelines

/// The verb `footprints`.
struct FootprintsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "footprints",
    abstract: "Trace a finished run's buildings again with other settings, without inference.")

  @OptionGroup var place: RunArgument

  @Option(help: ArgumentHelp("Where the outlines go.", valueName: "folder"))
  var out: String

  @Option(help: "From which probability on a pixel is building, between 0 and 1.")
  var threshold: Double?

  @Option(name: .customLong("smallest-m2"), help: "The least area, in square metres.")
  var smallest: Double?

  @Option(help: "The form of an outline: squared, simplified or raw.")
  var outline: String?

  @Option(
    help: ArgumentHelp(
      "By whose names attributes are called: \(RetraceRequest.schemas.joined(separator: ", "))."))
  var schema: String?

  @Option(
    name: .customLong("write"),
    help: ArgumentHelp(
      "A format; may be given several times: \(RetraceRequest.formats.joined(separator: ", ")).",
      valueName: "format"))
  var formats: [String] = []

  func validate() throws {
    guard threshold.map({ $0 > 0 && $0 < 1 }) ?? true else {
      throw ValidationError("--threshold takes a number between 0 and 1.")
    }
    guard smallest.map({ $0 >= 0 && $0.isFinite }) ?? true else {
      throw ValidationError("--smallest-m2 takes an area of 0 or more.")
    }
    let forms = RetraceRequest.outlines
    guard outline.map(forms.contains) ?? true else {
      throw ValidationError("--outline takes one of: \(forms.joined(separator: ", ")).")
    }
    try checkFiles()
  }

  private func checkFiles() throws {
    let schemas = RetraceRequest.schemas
    guard schema.map(schemas.contains) ?? true else {
      throw ValidationError("--schema takes one of: \(schemas.joined(separator: ", ")).")
    }
    let known = RetraceRequest.formats
    guard formats.allSatisfy(known.contains), Set(formats).count == formats.count else {
      throw ValidationError(
        "--write takes each of these at most once: \(known.joined(separator: ", ")).")
    }
  }

  func run() throws {
    var request = RetraceRequest(run: place.folder, folder: out)
    request.threshold = threshold
    request.smallest = smallest
    request.outline = outline
    request.schema = schema
    request.formats = formats.isEmpty ? nil : formats
    print(try Retrace(request).execute())
  }
}
