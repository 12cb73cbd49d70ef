import Foundation
import Glibc

/// A command of the scheduler, found as a shell finds it.
struct OutsideCommand {
  /// How a command ended.
  struct Ended {
    /// Its exit code, or minus the signal that ended it.
    var code: Int32
    var output: String
    var errors: String
  }

  /// The command's words, its name first.
  let words: [String]

  /// The command for people.
  var text: String { words.map(\.shellWord).joined(separator: " ") }

  /// Runs the command to its end; nil when there is no such command.
  ///
  /// - Parameters:
  ///   - folder: Where it is run.
  ///   - path: The folders that commands are looked for in, divided by colons.
  func run(
    in folder: URL? = nil, path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
  ) throws -> Ended? {
    let places = path.split(separator: ":").map { "\($0)/\(words[0])" }
    guard let program = places.first(where: { access($0, X_OK) == 0 }) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(words.dropFirst())
    if let folder { process.currentDirectoryURL = folder }
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (output, errors)
    try process.run()
    // What these commands complain of is short and fits a pipe; what they print may be long.
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return Ended(
      code: isSignal ? -process.terminationStatus : process.terminationStatus,
      output: String(decoding: printed, as: UTF8.self),
      errors: String(decoding: complaint, as: UTF8.self))
  }
}
