import CPlatform
import Foundation
import Queueing
import ShardStores

/// What a command does in a run's folder once the plan and the queue's rows lie there.
struct RunWork {
  let folder: RunFolder
  let plan: RunPlan
  let store: ShardStore
  /// The descriptor of the workers' shared lock.
  let lock: Int32
  /// How the processes share the memory.
  let memory: MemoryPlan
  let settings: CoordinatorSettings
  /// What stays free on the disk, in bytes.
  let reserve: Int
  /// In which order shards are handed out.
  var order = LeaseOrder.heaviestFirst
  /// Where its progress is shown.
  var display: any ProgressDisplay
  /// What the user should know.
  var warnings: [String] = []
  /// Lays a file into the folder that the manifest names and that lies elsewhere until it is needed.
  var bring: ((Artifact) throws -> Void)?
  /// Who is told what was committed.
  var follower: (any CommitFollower)?

  /// How the work ended, and what it took.
  struct Ended {
    var ending: RunEnding
    var costs: RunCosts
    var peakMemory: Int64
    var orders: RunOrders
  }

  /// Works until nothing is left, a signal comes, or something outside keeps it from going on.
  func coordinate() throws -> Ended {
    let plan = plan
    let queue = ShardQueue(
      store: store, order: order, successors: { plan.successors(of: $0) },
      endsWithout: RunPlan.endsWithout)
    _ = try queue.recover()
    #if CHAOS
      if Sabotage.isNaive { try Sabotage.trustFiles(of: plan, in: folder, queue: queue) }
    #endif
    var orders = try RunOrders(folder: folder, plan: plan, store: store)
    orders.bring = bring
    let disk = DiskReserve(folder: folder, bytes: reserve)
    let coordinator = Coordinator(
      queue: queue, orders: orders, settings: settings, disk: disk,
      signals: mw_watch_signals(), lock: lock, progress: display)
    coordinator.follower = follower
    defer { disk.releaseBallast() }
    let ending = try coordinator.run()
    return Ended(
      ending: ending, costs: coordinator.costs, peakMemory: coordinator.peakMemory, orders: orders)
  }

  /// Works, and reports what came of it.
  ///
  /// - Parameters:
  ///   - record: What the run was made from.
  ///   - tidy: Called when all is done, before it is reported.
  func execute(_ record: RunRecord, tidy: () throws -> Void) throws -> MapResult {
    var record = record
    let ended = try coordinate()
    try ended.orders.deleteWhatIsUsedUp()
    try folder.sweepStaging()
    record.peakWorkerMemory = max(record.peakWorkerMemory, ended.peakMemory)
    var costs = record.costs ?? RunCosts()
    costs.add(ended.costs)
    record.costs = costs
    record.jobCosts?.add(
      ended.costs, cores: Allocation().held(workers: memory.workers, threads: 1),
      commandSeconds: mw_cpu_seconds())
    try record.write(in: folder)
    switch ended.ending {
    case .stopped: return try MapResult(stopped: folder, plan: plan)
    case .interrupted(let error): throw error
    case .finished(let setAside):
      try ended.orders.sweepOrphans()
      // Compiled models are of no use to whoever keeps the map.
      try? FileManager.default.removeItem(at: folder.file(RunFolder.modelCache))
      try tidy()
      try RunCatalogue(of: folder, plan: plan, store).write()
      record.state = setAside == 0 ? .finished : .finishedWithGaps
      return try report(record, peakMemory: ended.peakMemory)
    }
  }

  private func report(_ record: RunRecord, peakMemory: Int64) throws -> MapResult {
    let excess = memory.excess(workers: Int(peakMemory), coordinator: Int(mw_peak_memory()))
    var (record, result) = (
      record, try MapResult(of: folder, plan: plan, warnings: warnings + excess, isNew: true)
    )
    record.jobCosts?.settle(squareKilometers: result.mappedSquareKilometers)
    result.jobCosts = record.jobCosts
    try folder.write(
      Data(RunReport(result, plan: plan, record: record).text.utf8), to: folder.report)
    let facts = try ReportFacts(result, plan: plan, record: record, in: folder)
    try folder.write(Data(ReportPage(facts).html.utf8), to: folder.page)
    try record.write(in: folder)
    return result
  }
}

extension CoordinatorSettings {
  /// What a command tells its coordinator.
  ///
  /// - Parameters:
  ///   - queue: What the pipeline says.
  ///   - grace: How long shards may still take after a signal; nil leaves it to the pipeline.
  ///   - reachesOut: Whether workers may read files that are not on this machine.
  init(
    _ queue: QueueSettings, _ memory: MemoryPlan, computing: ComputingSettings,
    in folder: RunFolder,
    grace: Duration?, reachesOut: Bool
  ) {
    self.init(
      workers: memory.workers, batch: memory.batch, grace: (grace ?? queue.grace).seconds,
      limits: Pulse.Limits(silence: queue.silence, stall: queue.stall),
      program: "/proc/self/exe",
      workerArguments: ["worker", "--run", folder.path] + computing.arguments
        + (reachesOut ? ["--allow-remote"] : []), reachesOut: reachesOut)
  }
}
