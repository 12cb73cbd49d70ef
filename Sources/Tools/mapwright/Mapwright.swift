import ArgumentParser
import Foundation
import Pipelines
import Viewing

/// The command.
@main
struct Mapwright: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mapwright",
    abstract: "Turn satellite scenes into maps and building footprints.",
    discussion: """
      Start with:

        mapwright plan pipelines/buildings.yaml     see what would happen
        mapwright map  pipelines/buildings.yaml     do it, or resume where it stopped

      A run keeps everything it makes in one folder, runs/<pipeline name> or --out, and
      writes elsewhere only where you say so: --state, or `write: [postgis]`.
      """,
    version: programVersion,
    groupedSubcommands: [
      CommandGroup(
        name: "Pipeline",
        subcommands: [
          PlanCommand.self, MapCommand.self, StatusCommand.self, ViewCommand.self,
          VerifyCommand.self, ReportCommand.self, CleanCommand.self,
        ]),
      CommandGroup(
        name: "Many machines",
        subcommands: [SubmitCommand.self, RunSliceCommand.self, FinalizeCommand.self]),
      CommandGroup(
        name: "Single",
        subcommands: [
          FootprintsCommand.self, EvaluateCommand.self, CompareCommand.self, InspectCommand.self,
          PreviewCommand.self, QuantizeCommand.self, DoctorCommand.self,
        ]),
      CommandGroup(name: "Internal", subcommands: [WorkerCommand.self, TryCommand.self]),
    ])

  /// Runs the verb; every failure ends in three lines on standard error and an exit code of its kind.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let code as ExitCode {
      Foundation.exit(code.rawValue)
    } catch {
      // What the command line's own library says keeps its words and its code; all else is a bug.
      let isOfCommandLine = exitCode(for: error) != .failure
      let status = (error as? ViewError)?.exitStatus ?? Failures.exitStatus(of: error)
      guard let kind = status ?? (isOfCommandLine ? nil : .bug) else {
        exit(withError: error)
      }
      StandardError.write("mapwright: \(Failures.words(of: error))\n")
      Foundation.exit(kind.rawValue)
    }
  }
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
