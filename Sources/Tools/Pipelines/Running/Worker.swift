import CPlatform
import Checksums
import Foundation
import GeoFiles
import Glibc
import Synchronization

/// What a worker process does: takes one shard after another until its coordinator lets it go.
///
/// It reads the plan once, keeps its network and its open scenes between shards, and never touches
/// the queue's database.
public enum Worker {
  /// Works for the coordinator at the other end of standard input; does not return.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - computing: How it computes.
  ///   - reachesOut: Whether it may read files that are not on this machine.
  public static func run(
    in folder: RunFolder, computing: ComputingSettings, reachesOut: Bool
  ) -> Never {
    mw_ignore_signals()
    mw_keep_memory()
    // Standard output is for messages alone: what a library prints goes where errors go.
    answers = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 4)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    let mailbox = Mailbox(onEnd: { _exit(ExitStatus.stopped.rawValue) })
    let heartbeat = Heartbeat(send: send)
    heartbeat.start()
    do {
      try OutsideLibraries.start(
        reachesOut: reachesOut, cacheMegabytes: computing.cacheMegabytes)
      if reachesOut { mailbox.waitForSignatures() }
      let bench = try Workbench(
        folder: folder, mailbox: mailbox, heartbeat: heartbeat, computing: computing, send: send)
      send(.ready(peakMemory: Int64(mw_peak_memory())))
      while true { answer(mailbox.next(), at: bench) }
    } catch {
      let failure = WorkFailure(ofEveryShard: error)
      StandardError.write("\(failure.text)\n")
      send(.failed(nil, failure))
      exit(failure.status.rawValue)
    }
  }

  private static func answer(_ order: WorkOrder, at bench: Workbench) {
    do { try bench.perform(order) } catch is HandedBack {
      send(.gaveBack(order.key))
    } catch {
      send(.failed(order.key, bench.failure(of: error, in: order)))
    }
  }

  /// Where the coordinator listens; set once, before there is a second thread.
  nonisolated(unsafe) private static var answers: Int32 = -1

  private static let turn = Mutex(())

  /// Sends a message whole; work and heartbeat take turns.
  @Sendable private static func send(_ message: WorkerMessage) {
    turn.withLock { _ in write(message) }
  }

  private static func write(_ message: WorkerMessage) {
    guard var line = try? JSONEncoder().encode(message) else { _exit(ExitStatus.bug.rawValue) }
    line.append(0x0A)
    line.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.write(answers, bytes.baseAddress! + sent, bytes.count - sent)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { leave(because: errno) }
        sent += count
      }
    }
  }

  /// Ends the process, since nobody hears it any more: no shard is to blame.
  private static func leave(because problem: Int32) -> Never {
    if problem != EPIPE {
      let reason = String(cString: strerror(problem))
      StandardError.write("cannot speak to the coordinator: \(reason)\n")
    }
    _exit(ExitStatus.stopped.rawValue)
  }
}

/// Thrown when a shard is handed back: because the run is being stopped, or since another has failed it.
struct HandedBack: Error {}
