import Foundation
import Glibc
import Synchronization

/// Tells the coordinator every second that the worker lives, and how much it has done.
///
/// It beats from a thread of its own that computes nothing: a long computation does not silence it,
/// and a computation that hangs shows as beats without steps.
final class Heartbeat: Sendable {
  /// How often it beats.
  static let interval = Duration.seconds(1)

  private let done = Mutex(Beat())
  private let send: @Sendable (WorkerMessage) -> Void

  /// Prepares to beat; nothing is sent yet.
  init(send: @escaping @Sendable (WorkerMessage) -> Void) { self.send = send }

  /// Begins to beat, as long as the process lives.
  func start() {
    Thread.detachNewThread { [self] in
      while true {
        usleep(UInt32(Self.interval.seconds * 1e6))
        beat()
      }
    }
  }

  /// Beats now.
  func beat() { send(.beat(done.withLock { $0 })) }

  /// Takes note of a step: something was done that is not a chip.
  func step() { done.withLock { $0.steps += 1 } }

  /// Takes note of a chip that was looked at.
  func chip(isMapped: Bool) {
    done.withLock {
      $0.steps += 1
      $0.mapped += isMapped ? 1 : 0
      $0.skipped += isMapped ? 0 : 1
    }
  }
}
