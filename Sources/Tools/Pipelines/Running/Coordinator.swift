import CPlatform
import Foundation
import GeoFiles
import Glibc
import Queueing
import ShardStores

/// The one process that owns the queue: it starts workers, gives them shards, and commits what they
/// made.
///
/// One thread, one `poll`: every event is the end or the word of a worker, a signal, or the passing
/// of a quarter of a second. It computes nothing itself.
final class Coordinator {
  let folder: RunFolder
  let queue: ShardQueue
  let settings: CoordinatorSettings
  let disk: DiskReserve
  var progress: any ProgressDisplay
  private let orders: RunOrders
  private let signals: Int32
  private let lock: Int32

  /// The most memory that a worker has reported, in bytes.
  var peakMemory: Int64 = 0
  /// What was spent.
  private(set) var costs = RunCosts()
  private var energy = EnergyMeter()
  /// When the meter is read next.
  private var nextReading = Duration.zero
  /// The workers that can be given work.
  var workers: [WorkerProcess] = []
  /// Workers that were told to die and may take their time about it.
  var condemned: [WorkerProcess] = []
  var staffing: Staffing
  var stepTimes = StepTimes()
  var memoryKills = MemoryKills()
  var misfortune = Misfortune()
  var earlyDeaths = 0
  var earlyKills = 0
  /// How often a committed file was found damaged.
  var damages = 0
  var drainsUntil: ContinuousClock.Instant?
  /// Shards that were finished since the queue was last written.
  private var finished: [FinishedShard] = []
  /// Who is told of what was committed.
  var follower: (any CommitFollower)?
  /// Why the run cannot go on now, if so.
  var interruption: (any Error)?
  private let birth = SuspendingClock.now
  private(set) var lastTurn = Duration.zero

  /// The time since the coordinator began; it stands still while the machine sleeps.
  var now: Duration { SuspendingClock.now - birth }

  /// Prepares to run a plan.
  ///
  /// - Parameters:
  ///   - orders: What workers are told, and what becomes of their work.
  ///   - disk: The space that must stay free.
  ///   - signals: A descriptor that gives a byte for every signal.
  ///   - lock: The descriptor of the workers' shared lock.
  init(
    queue: ShardQueue, orders: RunOrders, settings: CoordinatorSettings, disk: DiskReserve,
    signals: Int32, lock: Int32, progress: any ProgressDisplay
  ) {
    folder = orders.folder
    self.queue = queue
    self.orders = orders
    self.settings = settings
    self.disk = disk
    self.signals = signals
    self.lock = lock
    self.progress = progress
    staffing = Staffing(wanted: settings.workers)
  }

  /// Works until nothing is left, a signal comes, or something outside keeps it from going on.
  func run() throws -> RunEnding {
    let log = open(folder.workersLog.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard log >= 0 else { throw Publisher.failure(of: errno, at: folder.workersLog.path) }
    defer {
      for worker in workers { worker.kill() }
      WorkerProcess.reap(workers + condemned, within: 2)
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
      try supervise()
      if let failure = follower?.failure { interrupt(failure, grace: 0) }
      try enforceDrain()
      readEnergy()
      progress.tick(workers: workers.count, store: queue.store)
    }
    dismissWorkers()
    energy.read()
    (costs.seconds, costs.joules) = (now.seconds, energy.joules)
    if let interruption { return .interrupted(interruption) }
    if drainsUntil != nil { return .stopped }
    return .finished(setAside: try queue.store.records(in: .setAside).count)
  }

  /// Counters run over: they are read every half minute.
  private func readEnergy() {
    guard now >= nextReading else { return }
    energy.read()
    nextReading = now + .seconds(30)
  }

  // MARK: - Giving work

  private func startWorkers(log: Int32) throws {
    guard workers.count < staffing.allowed else { return }
    let busy = workers.count { !$0.isIdle }
    let ready = try queue.store.readyCount(atMost: staffing.allowed)
    while workers.count < min(staffing.allowed, busy + ready) {
      let worker = try WorkerProcess(
        program: settings.program, arguments: settings.workerArguments, errors: log, lock: lock,
        startedAt: now)
      if settings.reachesOut { worker.send(.signatures(RemoteSignatures.all)) }
      workers.append(worker)
      folder.remember(worker.processID)
    }
  }

  private func giveWork() throws {
    var busy = workers.count { !$0.isIdle }
    // Who has nothing goes before who looks ahead.
    for worker in workers.filter(\.isIdle) + workers.filter({ !$0.isIdle }) where worker.takesWork {
      if worker.isIdle && busy >= staffing.allowed { return dismiss(worker) }
      if let shortage = disk.shortage { return interrupt(shortage, grace: settings.grace) }
      let next = try durably {
        try queue.lease(
          to: Int(worker.processID), after: worker.lastKey, isSecond: !worker.isIdle)
      }
      guard let lease = next else {
        if worker.isIdle { return }
        continue
      }
      let batch = Staffing.batch(of: settings.batch, kills: lease.record.kills)
      busy += worker.isIdle ? 1 : 0
      worker.begin(lease, batch: batch, at: now)
      worker.send(.work(try orders.order(lease.key, fence: lease.record.fence, batch: batch)))
    }
  }

  /// Lets a worker go that memory leaves no room for.
  private func dismiss(_ worker: WorkerProcess) {
    worker.dismiss()
    workers.removeAll { $0 === worker }
    condemned.append(worker)
  }

  private func isOver() throws -> Bool {
    if workers.contains(where: { !$0.isIdle }) { return false }
    if drainsUntil != nil { return true }
    return try queue.store.nextReady() == nil
  }

  /// Does something with the database; where the disk is full, frees the ballast and tries again.
  @discardableResult
  func durably<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as ShardStoreError {
      guard case .outOfSpace = error else { throw error }
      disk.releaseBallast()
      interrupt(error, grace: 0)
      return try body()
    }
  }

  // MARK: - Events

  private func waitForEvent() throws {
    var waits = workers.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
    waits.append(pollfd(fd: signals, events: Int16(POLLIN), revents: 0))
    for worker in workers where worker.isBeingTold {
      waits.append(pollfd(fd: worker.input, events: Int16(POLLOUT), revents: 0))
    }
    let count = poll(&waits, nfds_t(waits.count), 250)
    let now = now
    // A coordinator that was stopped itself has not heard its workers, and judges nobody.
    if now - lastTurn > .seconds(5) { for worker in workers { worker.pulse.restart(at: now) } }
    lastTurn = now
    condemned.removeAll { $0.hasEnded() }
    guard count > 0 else { return }
    if waits[workers.count].revents != 0 { drainOnSignal(from: signals) }
    for worker in workers { worker.tell() }
    var ended: [WorkerProcess] = []
    for (worker, wait) in zip(workers, waits) where wait.revents != 0 {
      let (messages, hasEnded) = worker.receive()
      for message in messages { try handle(message, from: worker) }
      if hasEnded { ended.append(worker) }
    }
    try commitFinished()
    for worker in ended { try bury(worker) }
  }

  private func handle(_ message: WorkerMessage, from worker: WorkerProcess) throws {
    switch message {
    case .ready(let memory):
      worker.isReady = true
      (earlyDeaths, earlyKills) = (0, 0)
      peakMemory = max(peakMemory, memory)
    case .beat(let beat): hear(beat, from: worker)
    case .looksAhead: worker.looksAhead = drainsUntil == nil
    case .done(let key, let outcome): takeOver(outcome, of: key, from: worker)
    case .gaveBack(let key):
      if let lease = worker.end(key) { try durably { try queue.giveBack(lease) } }
    case .failed(let key, let failure): try record(failure, of: key, from: worker)
    }
  }

  private func hear(_ beat: Beat, from worker: WorkerProcess) {
    let step = worker.pulse.beat(steps: beat.steps, at: now)
    if let step, let stage = worker.leases.first?.key.stage { stepTimes.add(step, stage: stage) }
    progress.advance(
      mapped: beat.mapped - worker.beat.mapped, skipped: beat.skipped - worker.beat.skipped)
    worker.beat = beat
  }

  private func takeOver(_ outcome: ShardOutcome, of key: ShardKey, from worker: WorkerProcess) {
    guard let lease = worker.end(key) else { return }
    peakMemory = max(peakMemory, outcome.peakMemory)
    costs.add(lease.key, outcome)
    finished.append(FinishedShard(lease: lease, outcome: outcome))
  }

  private func tellFollower(of shard: FinishedShard) {
    guard let follower else { return }
    energy.read()
    follower.follow(shard, joules: energy.joules)
  }

  /// Publishes and records what was finished since the last time, with one flush for all of it.
  private func commitFinished() throws {
    guard !finished.isEmpty else { return }
    let committing = Committing(queue: queue, orders: orders)
    let (named, failures) = try committing.name(finished)
    finished = []
    for failure in failures {
      try durably { try queue.giveBack(failure.lease) }
      if case RunError.notDeterministic = failure.error { continue }
      interrupt(failure.error, grace: 0)
    }
    for shard in try durably({ try committing.record(named) }) {
      staffing.shardDone()
      misfortune.shardDone()
      try orders.afterCommit(shard.lease.key)
      tellFollower(of: shard)
    }
    let worst = failures.first {
      if case RunError.notDeterministic = $0.error { true } else { false }
    }
    if let worst { throw worst.error }
  }
}
