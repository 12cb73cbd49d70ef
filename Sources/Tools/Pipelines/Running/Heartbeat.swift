import Foundation
import Glibc
import Synchronization

/// Tells the coordinator every second that the worker lives, and how much it has done.
///
/// It beats from a thread of its own that computes nothing: a long computation does not silence it,
/// and a computation that hangs shows as beats without steps. What libraries do in one go, such as writing
/// the index of a large file, has no steps to tell of: for that a number of beats is let pass as steps.
final class Heartbeat: Sendable {
  /// How often it beats.
  static let interval = Duration.seconds(1)

  private struct State {
    var beat = Beat()
    /// The steps that were told last.
    var told = 0
    /// How many beats without a step are let pass.
    var patience = 0
  }

  private let state = Mutex(State())
  private let send: @Sendable (WorkerMessage) -> Void

  /// Prepares to beat; nothing is sent yet.
  init(send: @escaping @Sendable (WorkerMessage) -> Void) { self.send = send }

  /// Begins to beat, as long as the process lives.
  func start() {
    Thread.detachNewThread { [self] in
      while true {
        usleep(UInt32(Self.interval.seconds * 1e6))
        pulse()
      }
    }
  }

  /// Beats now.
  func beat() {
    send(
      .beat(
        state.withLock {
          $0.told = $0.beat.steps
          return $0.beat
        }))
  }

  /// Beats, and takes having waited for a step where that is allowed; once every ``interval``.
  func pulse() {
    state.withLock {
      guard $0.beat.steps == $0.told, $0.patience > 0 else { return }
      $0.patience -= 1
      $0.beat.steps += 1
    }
    beat()
  }

  /// Does what may go without a step for so long, in s, all in all.
  func waiting<Result>(atMost seconds: Int, _ body: () throws -> Result) rethrows -> Result {
    state.withLock { $0.patience = seconds }
    defer { state.withLock { $0.patience = 0 } }
    return try body()
  }

  /// Takes note of a step: something was done that is not a chip.
  func step() { state.withLock { $0.beat.steps += 1 } }

  /// Takes note of a chip that was looked at.
  func chip(isMapped: Bool) {
    state.withLock {
      $0.beat.steps += 1
      $0.beat.mapped += isMapped ? 1 : 0
      $0.beat.skipped += isMapped ? 0 : 1
    }
  }
}
