import Foundation
import GeoFiles
import Glibc

/// Where a worker's orders arrive, read by a thread of its own.
///
/// That thread is also the watchdog: when the coordinator dies, however it dies, the worker's
/// standard input ends, and the process with it, at once. (PR_SET_PDEATHSIG follows the thread that
/// spawned, not the process, and cannot be used.)
final class Mailbox: @unchecked Sendable {
  private let condition = NSCondition()
  private var orders: [WorkOrder] = []
  private var knowsSignatures = false
  private var drainsUntil: ContinuousClock.Instant?

  /// Begins to read standard input.
  ///
  /// - Parameter onEnd: Called, on the reading thread, when the coordinator is gone.
  init(onEnd: @escaping @Sendable () -> Never) {
    Thread.detachNewThread { [self] in
      var lines = LineBuffer()
      var bytes = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { onEnd() }
        let complete = bytes.withUnsafeBytes {
          lines.append(UnsafeRawBufferPointer(rebasing: $0[0..<count]))
        }
        for line in complete { receive(line) }
      }
    }
  }

  private func receive(_ line: Data) {
    guard let message = try? JSONDecoder().decode(CoordinatorMessage.self, from: line) else {
      return
    }
    condition.withLock {
      switch message {
      case .work(let order): orders.append(order)
      case .signatures(let signatures):
        RemoteSignatures.add(signatures)
        knowsSignatures = true
      case .drain(let seconds): drainsUntil = .now + .seconds(seconds)
      }
      condition.signal()
    }
  }

  /// Waits until it was told what files on the net are asked for with.
  func waitForSignatures() {
    condition.withLock {
      while !knowsSignatures { condition.wait() }
    }
  }

  /// Waits for the next shard to do.
  func next() -> WorkOrder {
    condition.withLock {
      while orders.isEmpty { condition.wait() }
      return orders.removeFirst()
    }
  }

  /// The next shard to do if its order is there already, where it stays.
  func peek() -> WorkOrder? { condition.withLock { orders.first } }

  /// Whether a shard that needs this much longer must be handed back.
  func mustHandBack(needing seconds: Double) -> Bool {
    condition.withLock {
      guard let drainsUntil else { return false }
      return .now + .seconds(seconds) > drainsUntil
    }
  }
}
