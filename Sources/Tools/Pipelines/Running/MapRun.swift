import CPlatform
import Checksums
import Foundation
import GeoFiles
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
    GDALRuntime.start(cacheMegabytes: 64)
    let planner = try Planner(request)
    let folder = RunFolder(
      URL(fileURLWithPath: request.folder ?? "runs/\(planner.plan.name)"))
    if request.beginsAnew {
      try folder.checkIsDeletable()
    } else if let before = try RunRecord.read(in: folder), before.state != .unfinished {
      _ = try fingerprint(planner, resuming: before, in: folder)
      try Verification.checkPresence(in: folder)
      return try MapResult(of: folder, plan: RunPlan.read(in: folder), warnings: [], isNew: false)
    }
    try folder.make()
    let locks = try RunLocks(folder) {
      if request.beginsAnew { try folder.empty() }
      try folder.sweepStaging()
    }
    defer { withExtendedLifetime(locks) {} }
    return try work(planner, in: folder, lock: locks.workers)
  }

  private func work(_ planner: Planner, in folder: RunFolder, lock: Int32) throws -> MapResult {
    let prepared = try prepare(planner, in: folder)
    var record = prepared.0
    let plan = prepared.1
    let store = try ShardStore(writing: folder.queue.path)
    if try store.isEmpty() { try store.insert(plan.records()) }
    let queue = ShardQueue(
      store: store, order: request.order, successors: { plan.successors(of: $0) },
      endsWithout: RunPlan.endsWithout)
    _ = try queue.recover()
    #if CHAOS
      if Sabotage.isNaive { try Sabotage.trustFiles(of: plan, in: folder, queue: queue) }
    #endif

    var progress = ProgressLines(
      plan: plan, isTerminal: request.isTerminal, isQuiet: request.isQuiet)
    for warning in planner.warnings where !request.isQuiet { progress.note("note: \(warning)") }
    let orders = RunOrders(folder: folder, plan: plan, store: store)
    let coordinator = Coordinator(
      folder: folder, queue: queue, settings: settings(planner, folder),
      signals: mw_watch_signals(), lock: lock, progress: progress, order: orders.order,
      afterCommit: orders.afterCommit)
    try orders.sweepOrphans()
    let ending = try coordinator.run()
    try orders.deleteWhatIsUsedUp()
    try folder.sweepStaging()
    record.peakWorkerMemory = max(record.peakWorkerMemory, coordinator.peakMemory)
    try record.write(in: folder)
    switch ending {
    case .stopped:
      return try MapResult(stopped: folder, plan: plan)
    case .outOfSpace(let reason):
      throw RunError.outOfSpace(path: folder.path, reason: reason)
    case .finished(let setAside):
      record.state = setAside == 0 ? .finished : .finishedWithGaps
      let result = try MapResult(
        of: folder, plan: plan, warnings: planner.warnings, isNew: true)
      try folder.write(
        Data(RunReport(result, plan: plan, record: record).text.utf8), to: folder.report)
      try record.write(in: folder)
      return result
    }
  }

  /// Begins the run, or takes up the one that lies in the folder.
  private func prepare(_ planner: Planner, in folder: RunFolder) throws -> (RunRecord, RunPlan) {
    guard var record = try RunRecord.read(in: folder) else {
      return (try begin(planner, in: folder), planner.plan)
    }
    // Scenes may have been moved since. Only what shapes the queue's rows stays as it was.
    record.scenes = try fingerprint(planner, resuming: record, in: folder).scenes
    let before = try RunPlan.read(in: folder)
    var plan = planner.plan
    plan.shards = before.shards
    plan.keepsParts = before.keepsParts
    try folder.write(RunRecord.encoder, plan, to: folder.plan)
    try record.write(in: folder)
    return (record, plan)
  }

  /// Writes down what the run is made from; `run.json` last, since it makes the folder a run.
  private func begin(_ planner: Planner, in folder: RunFolder) throws -> RunRecord {
    // Without its record a queue is of an unknown run: whoever deleted it was interrupted.
    try folder.empty()
    let fingerprint = try Fingerprint(planner, knowing: [])
    try folder.write(Data(planner.resolved.specification.yaml.utf8), to: folder.pipeline)
    try folder.write(RunRecord.encoder, planner.plan, to: folder.plan)
    let record = RunRecord(
      program: programVersion, state: .unfinished, fingerprint: fingerprint.fields,
      scenes: fingerprint.scenes, machine: Doctor.machine)
    try record.write(in: folder)
    return record
  }

  /// The fingerprint of the plan, when the run in the folder has the same.
  private func fingerprint(
    _ planner: Planner, resuming before: RunRecord, in folder: RunFolder
  ) throws -> Fingerprint {
    let now = try Fingerprint(planner, knowing: before.scenes)
    let differences = before.differences(from: now.fields)
    guard differences.isEmpty else {
      throw RunError.differentRun(folder: folder.path, differences: differences)
    }
    return now
  }

  private func settings(_ planner: Planner, _ folder: RunFolder) -> CoordinatorSettings {
    let queue = planner.resolved.specification.queue
    return CoordinatorSettings(
      workers: request.workers ?? queue.workers ?? ProcessInfo.processInfo.activeProcessorCount,
      grace: queue.grace.seconds, program: "/proc/self/exe",
      workerArguments: ["worker", "--run", folder.path])
  }
}
