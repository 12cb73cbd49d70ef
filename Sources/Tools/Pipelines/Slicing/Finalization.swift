import CPlatform
import Foundation
import GeoFiles
import Grids
import ShardStores

/// Makes the map of a job: sees that every shard is committed, lays out a run's folder whose parts are the
/// job's, and does what is left as a single machine does.
public struct Finalization {
  private let request: FinalizationRequest

  /// Prepares what was asked for; nothing happens yet.
  public init(_ request: FinalizationRequest) { self.request = request }

  /// Does it, to the end or until it is stopped; the same command goes on.
  ///
  /// - Throws: ``JobError``, and the errors of all modules.
  public func execute() throws -> FinalizationResult {
    mw_exit_on_signals(
      ExitStatus.stopped.rawValue,
      "stopped before anything was mapped\nrun the same command again to go on\n")
    let store = try JobPlace(request.job).store()
    let job = try Job.read(in: store)
    let folder = RunFolder(URL(fileURLWithPath: request.folder ?? "runs/\(job.name)"))
    let tally = try JobTally(of: job, in: store)
    var result = FinalizationResult(tally, job: store.place, exitStatus: .done)
    // Where the map is made, the parts may be gone.
    if result.missing > 0, try !isMade(in: folder, of: job) {
      let areGaps = result.missing == result.setAside
      if !request.allowsGaps {
        result.exitStatus = areGaps ? .setAside : .stopped
        return result
      }
      guard areGaps else {
        throw JobError.notOnlyGaps(
          place: store.place, missing: result.missing, setAside: result.setAside)
      }
    }
    try OutsideLibraries.start(reachesOut: job.reachesOut)
    if let index = request.index {
      let slice = try executeSlice(
        CommitRecord.Slice(index, of: request.count ?? job.slices), tally, store)
      (result.slice, result.exitStatus) = (slice, slice.exitStatus)
      return result
    }
    let task = FinalizationTask(
      request: request, job: job, tally: tally, store: store, folder: folder)
    let map = try task.execute()
    (result.map, result.exitStatus) = (map, map.exitStatus)
    // Whoever may only read the job can make its map all the same.
    try? store.sweep()
    if request.deletesParts, map.exitStatus == .done { try deleteParts(of: store) }
    return result
  }

  /// Does a slice of the map's layers; once all layers are there, of the outlines.
  private func executeSlice(
    _ slice: CommitRecord.Slice, _ tally: JobTally, _ store: any JobStore
  ) throws -> SliceResult {
    let layers = try JobTally.committed(of: .mosaic, in: store).count
    let stage = layers < tally.job.shards[WorkStage.mosaic.word] ?? 0 ? WorkStage.mosaic : .trace
    let task = SliceTask(
      job: tally.job, stage: stage, slice: slice, store: store,
      options: SliceTask.Options(
        scratch: request.scratch, workers: request.workers, grace: request.grace,
        isQuiet: request.isQuiet, isTerminal: request.isTerminal))
    return try task.execute(tally)
  }

  private func isMade(in folder: RunFolder, of job: Job) throws -> Bool {
    guard !request.beginsAnew, let record = try RunRecord.read(in: folder) else { return false }
    return record.job == job.planHash && record.state == .finished
  }

  /// Deletes what the map is made of: the records first, so that none ever names what is not there.
  private func deleteParts(of store: any JobStore) throws {
    try store.delete(store.names(under: JobNames.commits))
    try store.delete(store.names(under: JobNames.parts))
  }
}

/// The end of a job in the folder of its run.
private struct FinalizationTask {
  let request: FinalizationRequest
  let job: Job
  let tally: JobTally
  let store: any JobStore
  let folder: RunFolder

  func execute() throws -> MapResult {
    if request.beginsAnew {
      try folder.checkIsDeletable()
    } else if let record = try RunRecord.read(in: folder) {
      try checkIsOwn(record)
      if record.state != .unfinished { return try found(record) }
    } else {
      try folder.checkIsFresh()
    }
    let locks = try folder.take(stateIn: request.stateFolder, beginsAnew: request.beginsAnew)
    defer { withExtendedLifetime(locks) {} }
    let queue = try ShardStore(writing: folder.queue.path)
    let frozen = try JobPlan(of: job, in: store, bringingTo: folder)
    var record = try RunRecord.read(in: folder) ?? layOut(frozen, queue)
    if let price = request.pricePerCoreHour { record.jobCosts?.pricePerCoreHour = price }
    let plan = try RunPlan.adopt(in: folder, for: queue)
    try bringMap(queue)
    return try work(frozen, plan, queue, locks).execute(record) {}
  }

  /// The run that is finished already.
  private func found(_ record: RunRecord) throws -> MapResult {
    let queue = try ShardStore(reading: folder.queue.path)
    let closed = try queue.records(in: .setAside).filter {
      $0.key.stage == WorkStage.infer.rawValue && tally.committed.contains($0.key.index)
    }
    if !closed.isEmpty { throw JobError.gapsClosed(folder: folder.path, count: closed.count) }
    let plan = try RunPlan.read(in: folder, for: queue)
    try RunCatalogue(of: folder, plan: plan, queue).restore()
    var result = try MapResult(of: folder, plan: plan, warnings: [], isNew: false)
    result.jobCosts?.settle(
      squareKilometers: result.mappedSquareKilometers, pricePerCoreHour: request.pricePerCoreHour)
    return result
  }

  /// Sees that the run in the folder is this job's.
  private func checkIsOwn(_ record: RunRecord) throws {
    guard record.job == job.planHash else {
      throw JobError.differentRun(folder: folder.path, place: store.place)
    }
    try folder.checkState()
  }

  // MARK: - Laying out

  /// Writes down what the run is made from; `run.json` last, since it makes the folder a run.
  private func layOut(_ frozen: JobPlan, _ queue: ShardStore) throws -> RunRecord {
    let plan = frozen.plan
    try folder.checkSpace(for: plan.diskNeed.inWork)
    try folder.write(frozen.pipeline, to: folder.pipeline)
    try folder.write(RunRecord.encoder, plan, to: folder.plan)
    var record = RunRecord(
      program: programVersion, state: .unfinished, fingerprint: try Fingerprint(of: plan),
      machine: Doctor.machine, command: nil)
    record.job = job.planHash
    let (rows, artifacts, commits) = try rows(of: plan)
    var costs = RunCosts()
    for commit in commits { costs.add(commit) }
    record.costs = costs
    var jobCosts = JobCosts(of: commits, try SliceCosts.all(in: store))
    jobCosts.bytesBrought += commits.reduce(0) { $0 + $1.costs.bytesWritten }
    record.jobCosts = jobCosts
    record.peakWorkerMemory = costs.stages.values.map(\.peakMemory).max() ?? 0
    try queue.replaceAll(by: rows, artifacts, generation: plan.generation)
    try record.write(in: folder)
    return record
  }

  /// The queue's rows, the manifest, and the records of what slices have committed, which is done.
  private func rows(of plan: RunPlan) throws -> ([ShardRecord], [Artifact], [CommitRecord]) {
    var rows = Array(plan.records())
    var artifacts: [Artifact] = []
    let reasons = Dictionary(
      uniqueKeysWithValues: try JobStatus.reasons(of: tally.setAside, in: store).map {
        ($0.index, $0.reason)
      })
    let layers = try JobTally.committed(of: .mosaic, in: store)
    let isMapDone = layers.count == plan.count(of: .mosaic)
    let traced = isMapDone ? try JobTally.committed(of: .trace, in: store) : []
    let committed: [WorkStage: Set<Int>] = [
      .infer: tally.committed, .mosaic: layers, .trace: traced,
    ]
    func isCommitted(_ key: ShardKey) -> Bool {
      WorkStage(rawValue: key.stage).flatMap { committed[$0] }?.contains(key.index) ?? false
    }
    let commits = try CommitRecord.reread(of: rows.map(\.key).filter(isCommitted), in: store)
    var records = commits[...]
    for place in rows.indices {
      let key = rows[place].key
      let stage = WorkStage(rawValue: key.stage) ?? .infer
      guard isCommitted(key), let commit = records.popFirst() else {
        // All shards have ended; and where all layers are there, nobody is left to open the gate.
        let waits = stage == .export && isMapDone ? plan.count(of: .trace) - traced.count : 0
        let isOpen = stage == .mosaic || isMapDone && stage != .infer
        if stage == .infer {
          (rows[place].state, rows[place].reason) = (.setAside, reasons[key.index])
        } else if isOpen {
          (rows[place].state, rows[place].waits) = (waits > 0 ? .blocked : .ready, waits)
        }
        continue
      }
      (rows[place].state, rows[place].waits, rows[place].attempts) = (.done, 0, 1)
      (rows[place].madeCount, rows[place].skippedCount) = (commit.made, commit.skipped)
      rows[place].inputHash = commit.inputHash
      artifacts += commit.artifacts(of: key)
    }
    return (rows, artifacts, commits)
  }

  /// Lays the files of the map into the folder that slices have made.
  private func bringMap(_ queue: ShardStore) throws {
    let layers = try JobTally.committed(of: .mosaic, in: store)
    for file in try queue.artifacts(stage: WorkStage.mosaic.rawValue) {
      let place = folder.file(file.path)
      guard layers.contains(file.key.index), !FileManager.default.fileExists(atPath: place.path)
      else { continue }
      try store.bring(file, to: folder)
      try folder.own(place)
    }
  }

  // MARK: - Working

  private func work(
    _ frozen: JobPlan, _ plan: RunPlan, _ queue: ShardStore, _ locks: RunLocks
  ) throws -> RunWork {
    let settings = frozen.specification.queue
    let memory = try frozen.memory(workers: request.workers, threads: 1, nil)
    let (store, folder) = (store, folder)
    var work = RunWork(
      folder: folder, plan: plan, store: queue, lock: locks.workers, memory: memory,
      settings: CoordinatorSettings(
        settings, memory,
        computing: ComputingSettings(
          threads: frozen.threads, cacheMegabytes: memory.cacheMegabytes),
        in: folder, grace: request.grace, reachesOut: job.reachesOut),
      reserve: settings.reserve.map { $0 * 1_000_000 } ?? plan.diskReserve,
      display: ProgressLines(
        plan: plan, isTerminal: request.isTerminal, isQuiet: request.isQuiet))
    work.bring = { try store.bring($0, to: folder) }
    return work
  }
}
