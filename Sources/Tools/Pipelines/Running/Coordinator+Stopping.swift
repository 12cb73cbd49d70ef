import Glibc
import Queueing
import ShardStores

// How a coordinator stops before its work is done.

extension Coordinator {
  /// The first signal lets shards be finished or handed back; the second stops at once.
  func drainOnSignal(from signals: Int32) {
    var byte: UInt8 = 0
    guard read(signals, &byte, 1) == 1 else { return }
    if drainsUntil == nil {
      progress.note(
        "stopping: finishing or handing back shards; press Ctrl-C again to stop at once")
      drain(within: settings.grace)
    } else {
      drainsUntil = .now
    }
  }

  /// Stops for a reason that no shard is to blame for; the first reason counts.
  func interrupt(_ error: any Error, grace: Double) {
    if interruption == nil { interruption = error }
    drain(within: grace)
  }

  private func drain(within seconds: Double) {
    guard drainsUntil == nil else { return }
    drainsUntil = .now + .seconds(seconds)
    for worker in workers {
      worker.looksAhead = false
      if worker.isIdle {
        worker.dismiss()
      } else {
        worker.send(.drain(withinSeconds: seconds))
      }
    }
  }

  /// Ends the workers whose time is over.
  func enforceDrain() throws {
    guard let drainsUntil, ContinuousClock.now >= drainsUntil else { return }
    for worker in workers {
      if worker.isIdle { continue }
      worker.kill()
      try giveBack(worker.endAll())
    }
  }

  /// Lets all workers go: two seconds for all of them together, then they are killed.
  func dismissWorkers() {
    for worker in workers { worker.dismiss() }
    WorkerProcess.reap(workers, within: 2)
    for worker in workers { worker.kill() }
    condemned += workers
    workers = []
  }
}
