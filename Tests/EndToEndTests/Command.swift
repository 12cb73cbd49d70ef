import Foundation
import Glibc

/// The built command, run as a user runs it.
enum Command {
  /// The executable beside the tests' own.
  static let path: String = {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    return tests.appending(path: "mapwright").path
  }()

  /// Starts the command; its words are kept in `output` and `errors`.
  static func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    try Running(path, arguments, environment)
  }

  /// Runs the command to its end.
  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Ended {
    try start(arguments, environment: environment).wait()
  }

  /// How a command ended.
  struct Ended {
    /// The exit code, or minus the signal.
    var code: Int32
    var output: String
    var errors: String
  }

  /// A command that is running.
  final class Running {
    private let process = Process()
    private let files: [URL]

    init(_ program: String, _ arguments: [String], _ environment: [String: String]) throws {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      files = (0..<2).map { _ in
        FileManager.default.temporaryDirectory.appending(path: "mapwright-\(UUID().uuidString).txt")
      }
      let handles = try files.map { file in
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        return try FileHandle(forWritingTo: file)
      }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = handles[0]
      process.standardError = handles[1]
      try process.run()
    }

    deinit { files.forEach { try? FileManager.default.removeItem(at: $0) } }

    var processID: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// What it has printed up to now.
    var outputSoFar: String { (try? String(contentsOf: files[0], encoding: .utf8)) ?? "" }

    func send(_ signal: Int32) { kill(processID, signal) }

    /// Whether it has a handler of its own for a signal.
    func catches(_ signal: Int32) -> Bool {
      let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
      let mask = status.firstMatch(of: /SigCgt:\s*([0-9a-f]+)/).flatMap { UInt64($0.1, radix: 16) }
      return (mask ?? 0) & 1 << (UInt64(signal) - 1) != 0
    }

    /// The process ids of its children.
    var children: [pid_t] {
      let list = "/proc/\(processID)/task/\(processID)/children"
      let text = (try? String(contentsOfFile: list, encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { pid_t($0) }
    }

    func wait() throws -> Ended {
      process.waitUntilExit()
      let code =
        process.terminationReason == .uncaughtSignal
        ? -process.terminationStatus : process.terminationStatus
      return Ended(
        code: code, output: try String(contentsOf: files[0], encoding: .utf8),
        errors: try String(contentsOf: files[1], encoding: .utf8))
    }
  }
}
