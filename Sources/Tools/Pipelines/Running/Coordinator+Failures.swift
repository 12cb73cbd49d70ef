import Foundation
import Glibc
import Queueing
import ShardStores

// What a coordinator does when a shard or a worker fails.

extension Coordinator {
  /// Records what a worker says of its failure.
  func record(_ failure: WorkFailure, of key: ShardKey?, from worker: WorkerProcess) throws {
    guard let lease = key.flatMap(worker.end) else {
      worker.hasExplained = true
      return recordFailedBirth(failure)
    }
    switch failure.kind {
    case .system:
      progress.failed(lease.key, reason: failure.text, isSetAside: false)
      try durably { try queue.giveBack(lease) }
      if misfortune.systemRefused() { interrupt(failure, grace: settings.grace) }
    case .run:
      try durably { try queue.giveBack(lease) }
      interrupt(failure, grace: 0)
    case .damaged:
      guard let culprit = failure.culprit, damages < settings.workers + 10 else {
        try durably { try queue.giveBack(lease) }
        return interrupt(failure, grace: settings.grace)
      }
      damages += 1
      progress.failed(culprit, reason: failure.text, isSetAside: false)
      try durably { try queue.redo(culprit, foundBy: lease) }
    case .shard: try blame(lease, because: failure.text)
    }
  }

  /// Records why a worker could not even begin.
  private func recordFailedBirth(_ failure: WorkFailure) {
    if failure.kind != .system || misfortune.systemRefused() { interrupt(failure, grace: 0) }
  }

  /// Records the end of a worker that ended by itself or was killed, and forgets it.
  func bury(_ worker: WorkerProcess) throws {
    let code = worker.reap()
    workers.removeAll { $0 === worker }
    if worker.isOutOfReach || Self.blameless.contains(code) { return try mourn(worker, code) }
    let cause = code < 0 ? "the worker was ended by signal \(-code)" : "the worker exited: \(code)"
    let isKill = code == -SIGKILL || code == 128 + SIGKILL
    if !worker.isReady && drainsUntil == nil { try mournEarlyDeath(because: cause, isKill: isKill) }
    let leases = worker.endAll()
    if leases.isEmpty { return }
    if drainsUntil != nil { return try giveBack(leases) }
    guard isKill else { return try blame(leases, because: cause) }
    guard memoryKills.claimOne() else { return try pity(leases, because: cause) }
    let others = workers.count { !$0.isIdle }
    let reason = "the worker was killed for want of memory, with a batch of \(worker.batch)"
    switch staffing.killedForMemory(batch: worker.batch, others: others) {
    case .again: try pity(leases, because: reason)
    case .crash: try blame(leases, because: reason)
    }
  }

  /// How a worker ends whose pipes, plan or disk have failed it: whatever it had is not to blame.
  private static let blameless = [ExitStatus.cannotWrite.rawValue, ExitStatus.stopped.rawValue]

  /// Gives back what a worker had that the system failed; stops when that happens again and again.
  private func mourn(_ worker: WorkerProcess, _ code: Int32) throws {
    let cause =
      worker.isOutOfReach
      ? "its orders could not be written to its pipe" : "the worker exited: \(code)"
    let leases = worker.endAll()
    for lease in leases where drainsUntil == nil {
      progress.failed(lease.key, reason: cause, isSetAside: false)
    }
    try giveBack(leases)
    // What it has told itself was counted then.
    guard drainsUntil == nil, !worker.hasExplained, misfortune.systemRefused() else { return }
    interrupt(RunError.workersFail(log: folder.workersLog.path, reason: cause), grace: 0)
  }

  /// Ends workers that are silent, or live and get nowhere, by what was heard when it was last listened: a
  /// coordinator that was stopped since, or waited for the disk, has not heard them.
  func supervise() throws {
    for worker in workers {
      var limits = settings.limits
      if let stage = worker.leases.first?.key.stage {
        limits.stall = stepTimes.stall(of: stage, atLeast: limits.stall)
      }
      let isWorking = !worker.isIdle || !worker.isReady
      switch worker.pulse.verdict(at: lastTurn, isWorking: isWorking, limits: limits) {
      case .well: break
      case .silent(let time):
        #if CHAOS
          if try Sabotage.lendAgain(worker, queue) { continue }
        #endif
        let cause = "the worker gave no sign of life for \(Int(time.seconds)) s and was ended"
        try pity(condemn(worker, because: cause), because: cause)
      case .stalled(let time):
        let cause = "the worker got nowhere for \(Int(time.seconds)) s and was ended"
        try blame(condemn(worker, because: cause), because: cause)
      }
    }
  }

  /// Tells a worker to die, and goes on without it: in an uninterruptible call it may take long.
  ///
  /// No SIGTERM before: a worker has nothing to tidy, since staging is swept and the fence keeps it
  /// from committing.
  private func condemn(_ worker: WorkerProcess, because cause: String) throws -> [Lease] {
    worker.kill()
    workers.removeAll { $0 === worker }
    condemned.append(worker)
    if !worker.isReady { try mournEarlyDeath(because: cause, isKill: true) }
    return worker.endAll()
  }

  /// Gives shards back that are not to blame.
  func giveBack(_ leases: [Lease]) throws {
    for lease in leases { try durably { try queue.giveBack(lease) } }
  }

  /// Counts a failure against shards that a worker had at once.
  ///
  /// Which of the two it was, nobody knows: from then on each is tried by itself.
  private func blame(_ leases: [Lease], because reason: String) throws {
    for lease in leases { try blame(lease, because: reason) }
  }

  /// Gives shards back whose worker was killed.
  private func pity(_ leases: [Lease], because reason: String) throws {
    for lease in leases { try pity(lease, because: reason) }
  }

  /// Counts a failure against the shard.
  private func blame(_ lease: Lease, because reason: String) throws {
    let next = try durably { try queue.crash(lease, because: reason) }
    progress.failed(lease.key, reason: reason, isSetAside: next?.state == .setAside)
    if misfortune.shardFailed(lease.key) {
      interrupt(RunError.everythingFails(reason: reason), grace: 0)
    }
  }

  /// Gives a shard back whose worker was killed.
  private func pity(_ lease: Lease, because reason: String) throws {
    let next = try durably { try queue.kill(lease, because: reason) }
    progress.failed(lease.key, reason: reason, isSetAside: next?.state == .setAside)
  }

  /// Counts workers that end before they are ready; those that somebody killed are forgiven longer.
  private func mournEarlyDeath(because cause: String, isKill: Bool) throws {
    if isKill { earlyKills += 1 } else { earlyDeaths += 1 }
    if earlyDeaths >= settings.workers + 3 || earlyKills >= ShardRecord.killLimit {
      throw RunError.workersDie(log: folder.workersLog.path, reason: cause)
    }
  }
}
