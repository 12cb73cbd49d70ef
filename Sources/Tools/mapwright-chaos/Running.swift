import Foundation
import Glibc

/// How a program ended.
struct Ended {
  /// The exit code, or minus the signal.
  var code: Int32
  /// What it said, on standard output and standard error.
  var words: String

  /// The first lines of what it said, for a fault.
  var digest: String {
    let text = words.split(separator: "\n").prefix(6).joined(separator: " | ")
    return "exit \(code): \(text.prefix(600))"
  }
}

/// A program that is running.
///
/// Started and buried by the system's own calls: Foundation's `Process` learns of an end from a
/// descriptor that a stopped grandchild keeps open.
final class Running {
  let processID: pid_t
  private let words: [String]
  private let output: String
  private var status: Int32?

  /// Starts a program, found as a shell finds it.
  init(_ words: [String], environment: [String: String] = [:]) throws {
    self.words = words
    output =
      FileManager.default.temporaryDirectory.appending(
        path: "chaos-\(UUID().uuidString).txt"
      ).path
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
    let arguments = words.map { strdup($0) } + [nil]
    defer { (variables + arguments).forEach { free($0) } }
    var child: pid_t = 0
    let problem = posix_spawnp(&child, words[0], &actions, nil, arguments, variables)
    guard problem == 0 else {
      throw Breakdown("cannot start '\(words[0])': \(String(cString: strerror(problem)))")
    }
    processID = child
  }

  deinit {
    if isRunning {
      end(SIGKILL)
      waitpid(processID, nil, 0)
    }
    unlink(output)
  }

  /// Whether it has not ended; buries it when it has.
  var isRunning: Bool {
    guard status == nil else { return false }
    var found: Int32 = 0
    guard waitpid(processID, &found, WNOHANG) == processID else { return true }
    status = found
    return false
  }

  func send(_ signal: Int32) {
    if isRunning { kill(processID, signal) }
  }

  /// The processes that its first thread has started and not buried.
  var children: [pid_t] {
    let list = "/proc/\(processID)/task/\(processID)/children"
    let text = (try? String(contentsOfFile: list, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { pid_t($0) }
  }

  /// Whether a process does anything yet; one that ended and was not waited for does not.
  static func isAlive(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }

  /// Waits until something is so; false when the program ended first or `seconds` went by.
  @discardableResult
  func wait(atMost seconds: Double = 60, until isSo: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while isRunning && ContinuousClock.now < deadline {
      if isSo() { return true }
      usleep(3_000)
    }
    return false
  }

  /// Waits for the end; a program that takes longer is ended, and that is a breakdown.
  func end(within seconds: Double = 120) throws -> Ended {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while isRunning {
      if ContinuousClock.now > deadline {
        end(SIGKILL)
        throw Breakdown(
          "'\(words.joined(separator: " "))' did not end in \(Int(seconds)) s: "
            + (try said()).suffix(300))
      }
      usleep(3_000)
    }
    let status = self.status ?? 0
    let signal = status & 0x7F
    return Ended(code: signal == 0 ? (status >> 8) & 0xFF : -signal, words: try said())
  }

  /// Ends it and what it has started.
  private func end(_ signal: Int32) {
    children.forEach { kill($0, signal) }
    send(signal)
  }

  private func said() throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self)
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
