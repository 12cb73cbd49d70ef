import Foundation
import Glibc

// Which workers a coordinator started: a line for each, with its process id and the time at which
// the kernel started it, which together name one process of this machine since it was switched on.

extension RunFolder {
  /// Remembers a worker; where that is not possible, only the next coordinator's patience suffers.
  func remember(_ process: pid_t) {
    guard let start = Self.startTime(of: process) else { return }
    let file = open(workersList.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    let line = Array("\(process) \(start)\n".utf8)
    _ = Glibc.write(file, line, line.count)
  }

  /// Ends the workers of an earlier coordinator that are still there; only for the holder of the
  /// coordinator's lock.
  ///
  /// They are told by process id and starting time, so that no process that has got a worker's
  /// number since is meant.
  func killRememberedWorkers() throws(RunError) {
    let text = try Self.text(of: workersList) ?? ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 2, let process = pid_t(words[0]), process > 1,
        Self.startTime(of: process) == String(words[1])
      else { continue }
      kill(process, SIGKILL)
    }
  }

  /// Forgets the workers of earlier coordinators, who are all gone.
  func forgetWorkers() { unlink(workersList.path) }

  /// When the kernel started a process, in its ticks since the machine was switched on, and the name
  /// of that time; nil when there is no such process.
  private static func startTime(of process: pid_t) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    else { return nil }
    // The program's name, in brackets, may hold anything; the time is the 20th word after it.
    let words = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard words.count > 19 else { return nil }
    return "\(words[19])@\(boot.trimmingCharacters(in: .whitespacesAndNewlines))"
  }
}
