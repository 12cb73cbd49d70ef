import Foundation
import Glibc

/// The k-th call of one kind is met by a fault: by strace, which needs nothing of the program.
struct SystemCalls: Sendable {
  /// What becomes of the call.
  enum Fault: Sendable {
    case kill
    case error(String)

    var words: String {
      switch self {
      case .kill: "signal=SIGKILL"
      case .error(let name): "error=\(name)"
      }
    }
  }

  let call: String
  let fault: Fault
  let place: Int
  let log: URL

  /// The words before a command's own, for its first thread alone; what it starts goes free.
  ///
  /// strace counts calls by thread, and the coordinator does all its work on its first.
  var onFirstThread: [String] { ["strace", "-qq", "-o", log.path] + injection }

  /// The words before a command's own, for it and all that it starts; each thread has its own k-th.
  var onAll: [String] { ["strace", "-f", "--seccomp-bpf", "-qq", "-o", log.path] + injection }

  /// The words that take hold of a process that runs, with all its threads.
  func onto(_ process: pid_t) -> [String] {
    ["strace", "-f", "-qq", "-o", log.path] + injection + ["-p", "\(process)"]
  }

  private var injection: [String] {
    ["-e", "trace=\(call)", "-e", "inject=\(call):\(fault.words):when=\(place)"]
  }

  /// Whether any thread came as far as the k-th call.
  var hasHit: Bool {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    switch fault {
    case .kill: return text.contains("+++ killed by SIGKILL")
    case .error: return text.contains("(INJECTED)")
    }
  }

  /// Whether somebody holds a process as strace does.
  static func isTraced(_ process: pid_t) -> Bool {
    let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    return status.split(separator: "\n").contains {
      $0.hasPrefix("TracerPid:") && !$0.hasSuffix("\t0")
    }
  }
}
