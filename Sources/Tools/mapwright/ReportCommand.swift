import ArgumentParser
import Foundation
import Pipelines

/// The verb `report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a finished run again, as one page to look at and to mail.",
    discussion: """
      Every run writes report.html when it is finished. This writes it again,
      with what `mapwright evaluate` found, if that is given.
      """)

  @OptionGroup var place: RunArgument

  @Option(
    help: ArgumentHelp(
      "A folder that `mapwright evaluate --out` wrote; its findings are told, too.",
      valueName: "folder"),
    completion: .directory)
  var evaluation: String?

  @Option(
    help: ArgumentHelp(
      "The page; report.html in the run's folder if not given.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var out: String?

  func run() throws {
    let evaluation = evaluation.map { URL(fileURLWithPath: $0) }
    print(try Reporting(of: place.folder, evaluation: evaluation, to: out).path)
  }
}
