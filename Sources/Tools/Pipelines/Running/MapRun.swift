import CPlatform
import Foundation
import GeoFiles
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
    let locks = try folder.take(stateIn: request.stateFolder, beginsAnew: request.beginsAnew)
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
    var progress = ProgressLines(
      plan: plan, isTerminal: request.isTerminal, isQuiet: request.isQuiet)
    let memory = planner.memory.budget == nil ? [] : ["memory: \(planner.memory.words)"]
    let notes = (trial?.words ?? []) + memory + planner.warnings.map { "note: \($0)" }
    for note in notes where !request.isQuiet { progress.note(note) }
    let queue = planner.resolved.specification.queue
    let computing = ComputingSettings(
      threads: planner.threads, cacheMegabytes: planner.memory.cacheMegabytes,
      isa: request.instructionSet)
    var work = RunWork(
      folder: folder, plan: plan, store: store, lock: lock, memory: planner.memory,
      settings: CoordinatorSettings(
        queue, planner.memory, computing: computing, in: folder, grace: request.grace,
        reachesOut: request.reachesOut),
      reserve: queue.reserve.map { $0 * 1_000_000 } ?? plan.diskReserve, display: progress)
    work.order = request.order
    work.warnings = planner.warnings
    return try work.execute(record) { try preparation.tidy(plan, store) }
  }
}
