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
    let signals = mw_watch_signals()
    GDALRuntime.start(cacheMegabytes: 64)
    let planner = try Planner(request)
    let folder = RunFolder(
      URL(fileURLWithPath: request.folder ?? "runs/\(planner.plan.name)"))
    if request.beginsAnew { try remove(folder) }
    try folder.make()

    let before = try RunRecord.read(in: folder)
    if let before {
      try refuseOtherRun(before, Fingerprint(planner, knowing: before.scenes), in: folder)
      if before.state != .unfinished {
        return try MapResult(
          of: folder, plan: RunPlan.read(in: folder), warnings: [], isNew: false)
      }
    }
    return try work(planner, in: folder, resuming: before, signals: signals)
  }

  private func work(
    _ planner: Planner, in folder: RunFolder, resuming before: RunRecord?, signals: Int32
  ) throws -> MapResult {
    let locks = try RunLocks(folder) { try folder.sweepStaging() }
    defer { withExtendedLifetime(locks) {} }
    var record = try before ?? begin(planner, in: folder)
    let plan = try RunPlan.read(in: folder)
    let store = try ShardStore(writing: folder.queue.path)
    if try store.isEmpty() { try store.insert(plan.records()) }
    let queue = ShardQueue(
      store: store, successors: { plan.successors(of: $0) }, endsWithout: RunPlan.endsWithout)
    _ = try queue.recover()

    var progress = ProgressLines(
      plan: plan, isTerminal: request.isTerminal, isQuiet: request.isQuiet)
    for warning in planner.warnings where !request.isQuiet { progress.note("note: \(warning)") }
    let orders = RunOrders(folder: folder, plan: plan, store: store)
    let coordinator = Coordinator(
      folder: folder, queue: queue, settings: settings(planner, folder), signals: signals,
      lock: locks.workers, progress: progress, order: orders.order, afterCommit: orders.afterCommit)
    let ending = try coordinator.run()
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

  /// Writes down what the run is made from; `run.json` last, since it makes the folder a run.
  private func begin(_ planner: Planner, in folder: RunFolder) throws -> RunRecord {
    try folder.write(Data(planner.resolved.specification.yaml.utf8), to: folder.pipeline)
    try folder.write(RunRecord.encoder, planner.plan, to: folder.plan)
    let fingerprint = try Fingerprint(planner, knowing: [])
    let record = RunRecord(
      program: programVersion, state: .unfinished, fingerprint: fingerprint.fields,
      scenes: fingerprint.scenes, machine: Doctor.machine)
    try record.write(in: folder)
    return record
  }

  private func refuseOtherRun(
    _ before: RunRecord, _ now: Fingerprint, in folder: RunFolder
  ) throws(RunError) {
    let differences = before.differences(from: now.fields)
    guard differences.isEmpty else {
      throw .differentRun(folder: folder.path, differences: differences)
    }
  }

  private func settings(_ planner: Planner, _ folder: RunFolder) -> CoordinatorSettings {
    let queue = planner.resolved.specification.queue
    return CoordinatorSettings(
      workers: request.workers ?? queue.workers ?? ProcessInfo.processInfo.activeProcessorCount,
      grace: queue.grace.seconds, program: "/proc/self/exe",
      workerArguments: ["worker", "--run", folder.path])
  }

  /// Deletes a run, and nothing that is none.
  private func remove(_ folder: RunFolder) throws(RunError) {
    guard FileManager.default.fileExists(atPath: folder.path) else { return }
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    // A run whose record is damaged is a run, too.
    guard entries.isEmpty || FileManager.default.fileExists(atPath: folder.record.path) else {
      throw .cannotWrite(
        path: folder.path, reason: "`--fresh` deletes runs only, and this folder holds none")
    }
    do { try FileManager.default.removeItem(at: folder.url) } catch {
      throw .cannotWrite(path: folder.path, reason: RunError.words(of: error))
    }
  }
}
