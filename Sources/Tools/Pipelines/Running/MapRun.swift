import CPlatform
import Foundation
import GeoFiles
import OpenVINONetworks
import Queueing
import ShardStores

/// Maps a region: begins a run, or resumes the one that lies in its folder.
public struct MapRun {
  private let request: MapRequest

  /// Prepares what was asked for; nothing happens yet.
  public init(_ request: MapRequest) { self.request = request }

  /// Does it, to the end or until it is stopped.
  ///
  /// - Throws: The errors of all modules; ``Failures/exitStatus(of:)`` says of which kind they are.
  public func execute() throws -> MapResult {
    // Until there is work to finish: looking at the scenes of a country takes a while.
    mw_exit_on_signals(
      ExitStatus.stopped.rawValue,
      "stopped before anything was mapped\nrun the same command again to go on\n")
    try OutsideLibraries.start(reachesOut: request.reachesOut)
    let (planner, trial) = try planned()
    let folder = RunFolder(
      URL(fileURLWithPath: request.folder ?? "runs/\(planner.plan.name)"))
    let preparation = RunPreparation(folder: folder, planner: planner, request: request)
    if request.beginsAnew {
      try folder.checkIsDeletable()
    } else if let plan = try preparation.finished() {
      try RunCatalogue(
        of: folder, plan: plan, try ShardStore(reading: folder.queue.path)
      ).restore()
      return try MapResult(of: folder, plan: plan, warnings: [], isNew: false)
    } else if try RunRecord.read(in: folder) == nil {
      try folder.checkIsFresh()
      try folder.checkSpace(for: planner.plan.diskNeed.inWork)
    }
    try folder.make()
    try folder.prepareState(in: request.stateFolder)
    let locks = try RunLocks(folder) {
      // Without its record a queue is of an unknown run: whoever began it was interrupted.
      let isRun = try RunRecord.read(in: folder) != nil
      if !request.beginsAnew && !isRun { try folder.checkIsFresh() }
      if request.beginsAnew || !isRun { try folder.empty() }
      try folder.sweepStaging()
    }
    defer { withExtendedLifetime(locks) {} }
    return try work(preparation, trial, lock: locks.workers)
  }

  /// The plan, and what was tried for it where the user wants that.
  private func planned() throws -> (Planner, Trial?) {
    let planner = try Planner(request)
    guard request.tries else { return (planner, nil) }
    let trial = try Trial(of: planner, request: request)
    var request = request
    request.fastest = trial.bestHere
    return (try Planner(request), trial)
  }

  private func work(
    _ preparation: RunPreparation, _ trial: Trial?, lock: Int32
  ) throws -> MapResult {
    let (folder, planner) = (preparation.folder, preparation.planner)
    let store = try ShardStore(writing: folder.queue.path)
    let prepared = try preparation.prepare(store)
    var record = prepared.0
    let plan = prepared.1
    if let trial {
      record.trial = trial
      try record.write(in: folder)
    }
    let queue = ShardQueue(
      store: store, order: request.order, successors: { plan.successors(of: $0) },
      endsWithout: RunPlan.endsWithout)
    _ = try queue.recover()
    #if CHAOS
      if Sabotage.isNaive { try Sabotage.trustFiles(of: plan, in: folder, queue: queue) }
    #endif

    var progress = ProgressLines(
      plan: plan, isTerminal: request.isTerminal, isQuiet: request.isQuiet)
    let memory = planner.memory.budget == nil ? [] : ["memory: \(planner.memory.words)"]
    let notes = (trial?.words ?? []) + memory + planner.warnings.map { "note: \($0)" }
    for note in notes where !request.isQuiet { progress.note(note) }
    let orders = try RunOrders(folder: folder, plan: plan, store: store)
    let reserve = planner.resolved.specification.queue.reserve.map { $0 * 1_000_000 }
    let disk = DiskReserve(folder: folder, bytes: reserve ?? plan.diskReserve)
    let coordinator = Coordinator(
      queue: queue, orders: orders, settings: settings(planner, folder), disk: disk,
      signals: mw_watch_signals(), lock: lock, progress: progress)
    defer { disk.releaseBallast() }
    let ending = try coordinator.run()
    disk.releaseBallast()
    try orders.deleteWhatIsUsedUp()
    try folder.sweepStaging()
    record.peakWorkerMemory = max(record.peakWorkerMemory, coordinator.peakMemory)
    var costs = record.costs ?? RunCosts()
    costs.add(coordinator.costs)
    record.costs = costs
    try record.write(in: folder)
    switch ending {
    case .stopped:
      return try MapResult(stopped: folder, plan: plan)
    case .interrupted(let error): throw error
    case .finished(let setAside):
      try orders.sweepOrphans()
      // Compiled models are of no use to whoever keeps the map.
      try? FileManager.default.removeItem(at: folder.file(RunFolder.modelCache))
      try preparation.tidy(plan, store)
      try RunCatalogue(of: folder, plan: plan, store).write()
      record.state = setAside == 0 ? .finished : .finishedWithGaps
      let excess = planner.memory.excess(
        workers: Int(coordinator.peakMemory), coordinator: Int(mw_peak_memory()))
      let result = try MapResult(
        of: folder, plan: plan, warnings: planner.warnings + excess, isNew: true)
      try folder.write(
        Data(RunReport(result, plan: plan, record: record).text.utf8), to: folder.report)
      let facts = try ReportFacts(result, plan: plan, record: record, in: folder)
      try folder.write(Data(ReportPage(facts).html.utf8), to: folder.page)
      try record.write(in: folder)
      return result
    }
  }

  private func settings(_ planner: Planner, _ folder: RunFolder) -> CoordinatorSettings {
    let queue = planner.resolved.specification.queue
    let memory = planner.memory
    let computing = ComputingSettings(
      threads: planner.threads, cacheMegabytes: memory.cacheMegabytes, isa: request.instructionSet)
    return CoordinatorSettings(
      workers: memory.workers, batch: memory.batch, grace: (request.grace ?? queue.grace).seconds,
      limits: Pulse.Limits(silence: queue.silence, stall: queue.stall),
      program: "/proc/self/exe",
      workerArguments: ["worker", "--run", folder.path] + computing.arguments
        + (request.reachesOut ? ["--allow-remote"] : []), reachesOut: request.reachesOut)
  }
}
