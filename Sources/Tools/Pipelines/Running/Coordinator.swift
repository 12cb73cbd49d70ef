import CPlatform
import Foundation
import Glibc
import Queueing
import ShardStores

/// How a coordinator's work ended.
enum RunEnding: Equatable {
  /// Nothing is left to do; this many shards were set aside.
  case finished(setAside: Int)
  /// A signal stopped it.
  case stopped
  /// The disk is full.
  case outOfSpace(reason: String)
}

/// The one process that owns the queue: it starts workers, gives them shards, and commits what they
/// made.
///
/// One thread, one `poll`: every event is the end or the word of a worker, a signal, or the passing
/// of a quarter of a second. It computes nothing itself.
final class Coordinator {
  private let folder: RunFolder
  private let queue: ShardQueue
  private let order: (ShardKey, Int) throws -> WorkOrder
  private let afterCommit: (ShardKey) throws -> Void
  private let settings: CoordinatorSettings
  private let signals: Int32
  private let lock: Int32
  private var progress: any ProgressDisplay

  /// The most memory that a worker has reported, in bytes.
  private(set) var peakMemory: Int64 = 0
  private var workers: [WorkerProcess] = []
  private var earlyDeaths = 0
  private var drainsUntil: ContinuousClock.Instant?
  private var fullDisk: String?

  /// Prepares to run a plan.
  ///
  /// - Parameters:
  ///   - order: What a worker is told of a leased shard, given its key and fence.
  ///   - afterCommit: Called when a shard has been committed; deletes what is no longer needed.
  ///   - signals: A descriptor that gives a byte for every signal.
  ///   - lock: The descriptor of the workers' shared lock.
  init(
    folder: RunFolder, queue: ShardQueue, settings: CoordinatorSettings, signals: Int32,
    lock: Int32, progress: any ProgressDisplay,
    order: @escaping (ShardKey, Int) throws -> WorkOrder,
    afterCommit: @escaping (ShardKey) throws -> Void
  ) {
    self.folder = folder
    self.queue = queue
    self.settings = settings
    self.signals = signals
    self.lock = lock
    self.progress = progress
    self.order = order
    self.afterCommit = afterCommit
  }

  /// Works until nothing is left, a signal comes, or the disk is full.
  func run() throws -> RunEnding {
    let log = open(folder.workersLog.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard log >= 0 else {
      throw RunError.cannotWrite(
        path: folder.workersLog.path, reason: String(cString: strerror(errno)))
    }
    defer {
      for worker in workers { worker.kill() }
      for worker in workers { _ = worker.reap() }
      close(log)
      progress.finish()
    }
    while true {
      if drainsUntil == nil {
        try startWorkers(log: log)
        try giveWork()
      }
      if try isOver() { break }
      try waitForEvent()
      try enforceDrain()
      progress.tick(workers: workers.count, store: queue.store)
    }
    dismissWorkers()
    if let fullDisk { return .outOfSpace(reason: fullDisk) }
    if drainsUntil != nil { return .stopped }
    return .finished(setAside: try queue.store.records(in: .setAside).count)
  }

  // MARK: - Giving work

  private func startWorkers(log: Int32) throws {
    guard workers.count < settings.workers else { return }
    let open = try queue.store.openCount()
    while workers.count < min(settings.workers, open) {
      workers.append(
        try WorkerProcess(
          program: settings.program, arguments: settings.workerArguments, errors: log, lock: lock))
    }
  }

  private func giveWork() throws {
    for worker in workers where worker.isReady && worker.lease == nil {
      guard let lease = try queue.lease(to: Int(worker.processID)) else { return }
      worker.lease = lease
      worker.send(.work(try order(lease.key, lease.record.fence)))
    }
  }

  private func isOver() throws -> Bool {
    if workers.contains(where: { $0.lease != nil }) { return false }
    if drainsUntil != nil { return true }
    return try queue.store.nextReady() == nil
  }

  // MARK: - Events

  private func waitForEvent() throws {
    var waits = workers.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
    waits.append(pollfd(fd: signals, events: Int16(POLLIN), revents: 0))
    guard poll(&waits, nfds_t(waits.count), 250) > 0 else { return }
    if waits[waits.count - 1].revents != 0 { drainOnSignal() }
    for (worker, wait) in zip(workers, waits) where wait.revents != 0 {
      let (messages, hasEnded) = worker.receive()
      for message in messages { try handle(message, from: worker) }
      if hasEnded { try bury(worker) }
    }
  }

  private func handle(_ message: WorkerMessage, from worker: WorkerProcess) throws {
    switch message {
    case .ready(let memory):
      worker.isReady = true
      earlyDeaths = 0
      peakMemory = max(peakMemory, memory)
    case .progress(let mapped, let skipped):
      progress.advance(mapped: mapped, skipped: skipped)
    case .done(let outcome): try commit(outcome, from: worker)
    case .gaveBack:
      if let lease = worker.lease { try queue.giveBack(lease) }
      worker.lease = nil
    case .failed(let failure): try record(failure, from: worker)
    }
  }

  private func commit(_ outcome: ShardOutcome, from worker: WorkerProcess) throws {
    guard let lease = worker.lease else { return }
    worker.lease = nil
    peakMemory = max(peakMemory, outcome.peakMemory)
    progress.measured(worker: Int(worker.processID), outcome)
    guard try queue.holds(lease) else { return }
    do {
      try Publisher(folder: folder).publish(outcome.files)
      let isCommitted = try queue.finish(
        lease, artifacts: Publisher.artifacts(of: outcome.files, key: lease.key),
        chipsMapped: outcome.chipsMapped, chipsSkipped: outcome.chipsSkipped)
      if isCommitted { try afterCommit(lease.key) }
    } catch RunError.outOfSpace(_, let reason) {
      try stopForSpace(lease, reason: reason)
    } catch ShardStoreError.outOfSpace(_, let reason) {
      fullDisk = reason
      drain(within: 0)
    }
  }

  private func record(_ failure: WorkFailure, from worker: WorkerProcess) throws {
    guard let lease = worker.lease else { return }
    worker.lease = nil
    switch failure.kind {
    case .outOfSpace: try stopForSpace(lease, reason: failure.text)
    case .shard:
      let next = try queue.crash(lease, because: failure.text)
      progress.failed(lease.key, reason: failure.text, isSetAside: next?.state == .setAside)
    }
  }

  private func stopForSpace(_ lease: Lease, reason: String) throws {
    fullDisk = reason
    drain(within: 0)
    try queue.giveBack(lease)
  }

  /// Records the end of a worker that ended by itself, and forgets it.
  private func bury(_ worker: WorkerProcess) throws {
    let code = worker.reap()
    workers.removeAll { $0 === worker }
    let cause = code < 0 ? "the worker was ended by signal \(-code)" : "the worker exited: \(code)"
    if !worker.isReady && drainsUntil == nil {
      earlyDeaths += 1
      if earlyDeaths >= settings.workers + 3 {
        throw RunError.workersDie(log: folder.workersLog.path, reason: cause)
      }
    }
    guard let lease = worker.lease else { return }
    worker.lease = nil
    if drainsUntil != nil { return try queue.giveBack(lease) }
    let next =
      code == -SIGKILL
      ? try queue.kill(lease, because: cause) : try queue.crash(lease, because: cause)
    progress.failed(lease.key, reason: cause, isSetAside: next?.state == .setAside)
  }

  // MARK: - Stopping

  private func drainOnSignal() {
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

  private func drain(within seconds: Double) {
    guard drainsUntil == nil else { return }
    drainsUntil = .now + .seconds(seconds)
    for worker in workers {
      if worker.lease == nil {
        worker.dismiss()
      } else {
        worker.send(.drain(withinSeconds: seconds))
      }
    }
  }

  private func enforceDrain() throws {
    guard let drainsUntil, ContinuousClock.now >= drainsUntil else { return }
    for worker in workers where worker.lease != nil {
      worker.kill()
      if let lease = worker.lease { try queue.giveBack(lease) }
      worker.lease = nil
    }
  }

  private func dismissWorkers() {
    for worker in workers { worker.dismiss() }
    for worker in workers { worker.endSoon() }
    workers = []
  }
}

/// What a coordinator is told by its command.
struct CoordinatorSettings {
  /// Worker processes at a time.
  var workers: Int
  /// Seconds that shards may still take after a signal.
  var grace: Double
  /// This executable.
  var program: String
  /// The words that make it a worker of this run.
  var workerArguments: [String]
}
