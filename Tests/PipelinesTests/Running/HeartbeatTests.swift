import Synchronization
import Testing

@testable import Pipelines

@Suite struct `A heartbeat` {
  /// Keeps what was sent.
  private final class Wire: Sendable {
    let steps = Mutex<[Int]>([])

    func take(_ message: WorkerMessage) {
      if case .beat(let beat) = message { steps.withLock { $0.append(beat.steps) } }
    }
  }

  @Test func `tells steps, and none where there are none`() {
    let wire = Wire()
    let heartbeat = Heartbeat { wire.take($0) }
    heartbeat.step()
    for _ in 0..<3 { heartbeat.pulse() }
    heartbeat.chip(isMapped: true)
    heartbeat.pulse()
    #expect(wire.steps.withLock { $0 } == [1, 1, 1, 2])
  }

  @Test func `lets what has no steps go on for as long as is allowed, and no longer`() {
    let wire = Wire()
    let heartbeat = Heartbeat { wire.take($0) }
    heartbeat.pulse()
    heartbeat.waiting(atMost: 2) {
      heartbeat.pulse()
      // A step of its own costs no patience.
      heartbeat.step()
      heartbeat.pulse()
      for _ in 0..<3 { heartbeat.pulse() }
    }
    heartbeat.pulse()
    #expect(wire.steps.withLock { $0 } == [0, 1, 2, 3, 3, 3, 3])
  }
}
