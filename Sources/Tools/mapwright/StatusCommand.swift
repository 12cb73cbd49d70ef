import ArgumentParser
import Foundation
import Pipelines

/// The verb `status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far a run is, and which shards were set aside.")

  @Argument(
    help: ArgumentHelp("The run's folder, such as runs/buildings.", valueName: "run"),
    completion: .directory)
  var folder: String

  @Flag(help: "Print the status as JSON.")
  var json = false

  func run() throws {
    let status = try RunStatus(of: RunFolder(URL(fileURLWithPath: folder)))
    if json { try printJSON(status) } else { print(status.words) }
  }
}

/// The verb `verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Hash every file of a run again and compare it with the manifest.")

  @Argument(
    help: ArgumentHelp("The run's folder, such as runs/buildings.", valueName: "run"),
    completion: .directory)
  var folder: String

  func run() throws {
    let count = try Verification.verify(RunFolder(URL(fileURLWithPath: folder)))
    print("\(count) files are what was committed")
  }
}

/// The verb `worker`, started by `map` and by nobody else.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Work on a run's shards.", shouldDisplay: false)

  @Option(name: .customLong("run")) var folder: String

  func run() { Worker.run(in: RunFolder(URL(fileURLWithPath: folder))) }
}
