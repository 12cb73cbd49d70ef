import CPlatform
import Foundation
import Glibc

/// The two locks of a run, held as long as this object lives.
///
/// `coordinator.lock` keeps a second coordinator out. `workers.lock` is held, shared, by every
/// worker through a descriptor it inherits; a coordinator that gets it alone knows that no worker of
/// an earlier one is alive, not even a stopped one, and may sweep what they left. The kernel
/// releases both when the last holder ends, however it ends.
final class RunLocks {
  /// The descriptor that workers inherit.
  let workers: Int32
  private let coordinator: Int32

  /// Takes both locks.
  ///
  /// - Parameters:
  ///   - folder: The run.
  ///   - patience: Seconds to wait for workers of an earlier coordinator to end by themselves.
  ///   - sweep: Called once no worker of an earlier coordinator can be alive.
  init(_ folder: RunFolder, patience: Double = 10, sweep: () throws -> Void) throws {
    coordinator = try Self.open(folder.coordinatorLock.path)
    guard mw_lock(coordinator, true, false) else {
      close(coordinator)
      throw RunError.alreadyRunning(folder: folder.path)
    }
    do { workers = try Self.open(folder.workersLock.path) } catch {
      close(coordinator)
      throw error
    }
    // Workers that were stopped do not see that their coordinator is gone: they are ended.
    if !waitForWorkers(patience) {
      try folder.killRememberedWorkers()
      guard waitForWorkers(2) else { throw RunError.workersStillLive(folder: folder.path) }
    }
    folder.forgetWorkers()
    try sweep()
    _ = mw_lock(workers, false, true)
  }

  deinit {
    close(workers)
    close(coordinator)
  }

  private func waitForWorkers(_ seconds: Double) -> Bool {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !mw_lock(workers, true, false) {
      if ContinuousClock.now >= deadline { return false }
      usleep(50_000)
    }
    return true
  }

  private static func open(_ path: String) throws(RunError) -> Int32 {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
    return descriptor
  }
}
