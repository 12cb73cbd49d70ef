import CPlatform
import Foundation
import Glibc

/// Begins to try again what a run has set aside, by the command that it was made with.
public enum RunRetry {
  /// How a start went.
  public enum Outcome: Sendable {
    /// The command runs, in a process of its own, which goes on when this one ends.
    case started(process: Int)
    /// It does not, and why.
    case refused(reason: String)
  }

  /// Starts the command; what it says goes to ``RunFolder/retryLog``.
  public static func start(of folder: RunFolder) -> Outcome {
    guard let command = (try? RunRecord.read(in: folder))?.command else {
      return .refused(reason: "run.json does not tell the run's command")
    }
    let log = open(folder.retryLog.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard log >= 0 else { return .refused(reason: Self.words(of: errno)) }
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer {
      close(log)
      close(nothing)
    }
    let words = ["mapwright"] + command + ["--retry-set-aside"]
    var arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    let process = mw_spawn("/proc/self/exe", &arguments, nothing, log, log, log)
    guard process > 0 else { return .refused(reason: Self.words(of: -process)) }
    // It is waited for, lest it stay in the kernel's list when it has ended.
    Thread.detachNewThread {
      var code: Int32 = 0
      _ = mw_reap(process, true, &code)
    }
    return .started(process: Int(process))
  }

  private static func words(of code: Int32) -> String {
    "the system says: \(String(cString: strerror(code)))"
  }
}

/// What a process does when it is told to end.
public enum EndOnSignal {
  /// Has SIGINT, SIGTERM and SIGHUP end the process at once, and well: for one with nothing to finish.
  public static func atOnce() { mw_exit_on_signals(ExitStatus.done.rawValue, "") }
}
