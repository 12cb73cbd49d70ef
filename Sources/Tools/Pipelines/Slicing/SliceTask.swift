import CPlatform
import Foundation
import Grids
import Mosaicking
import ShardStores

/// A slice of a stage of a job, in a scratch folder of its own.
struct SliceTask {
  /// What a user or a scheduler may say of it.
  struct Options {
    var scratch: String?
    var workers: Int?
    var grace: Duration?
    var isQuiet = false
    var isTerminal = false
  }

  let job: Job
  let stage: WorkStage
  let slice: CommitRecord.Slice
  let store: any JobStore
  let options: Options

  /// The pieces of work of the stage that belong to the slice.
  var work: [Int] {
    Array(stride(from: slice.index, to: job.shards[stage.word] ?? 0, by: slice.count))
  }

  /// Does what is open of it.
  ///
  /// - Parameter tally: What is known of the shards.
  func execute(_ tally: JobTally) throws -> SliceResult {
    let done = stage == .infer ? tally.committed : try JobTally.committed(of: stage, in: store)
    let open = work.filter { !done.contains($0) }
    var result = SliceResult(
      exitStatus: .done, job: store.place, stage: stage.title, index: slice.index,
      count: slice.count, shards: work.count, doneBefore: work.count - open.count)
    if open.isEmpty { return result }
    let scratch = try ScratchFolder(
      in: options.scratch.map { URL(fileURLWithPath: $0).standardizedFileURL }
        ?? FileManager.default.temporaryDirectory,
      named: "\(job.name)-\(job.planHash.prefix(8))-\(stage.word)-\(slice.index)of\(slice.count)")
    defer { scratch.remove() }
    let desk = SliceDesk(task: self, tally: tally, folder: RunFolder(scratch.url))
    try desk.execute(open, into: &result)
    return result
  }
}

/// A slice in its scratch folder.
private struct SliceDesk {
  let task: SliceTask
  let tally: JobTally
  let folder: RunFolder

  private var store: any JobStore { task.store }

  func execute(_ open: [Int], into result: inout SliceResult) throws {
    try folder.make()
    let frozen = try JobPlan(of: task.job, in: store, bringingTo: folder)
    var choice: EngineChoice?
    if task.stage == .infer {
      let made = try frozen.choice()
      try frozen.checkNumbers(of: made)
      choice = made
    }
    var plan = frozen.plan
    // Files are let go when they are in the job.
    plan.keepsParts = true
    try folder.write(RunRecord.encoder, plan, to: folder.plan)
    let queue = try ShardStore(writing: folder.queue.path)
    try layOut(open, plan, queue)
    let locks = try RunLocks(folder) {}
    defer { withExtendedLifetime(locks) {} }
    let (span, stage) = (plan.span, task.stage)
    let sender = PartSender(to: store, from: folder, as: task.slice) { key in
      stage == .infer ? "shard \(key.index) (\(span[key.index]))" : "\(stage.title) \(key.index)"
    }
    let work = try work(frozen, plan, choice, queue, locks, sender, count: open.count)
    let ended: RunWork.Ended
    do { ended = try work.coordinate() } catch {
      // What was committed is sent all the same, and what went wrong with that was first.
      _ = try sender.finish()
      throw error
    }
    let sent = try sender.finish()
    try SliceCosts(
      of: task.slice, task.stage, committing: sent.committed,
      cores: Allocation().held(
        workers: work.memory.workers, threads: task.stage == .infer ? frozen.threads : 1),
      run: ended.costs, commandSeconds: mw_cpu_seconds(), bytesSent: sent.bytesSent,
      bytesBrought: task.job.files.reduce(0) { $0 + $1.bytes }
    ).note(in: store)
    (result.committed, result.doneByOthers) = (sent.committed.count, sent.doneByOthers)
    switch ended.ending {
    case .stopped: result.exitStatus = .stopped
    case .interrupted(let error): throw error
    case .finished: try note(queue.records(in: .setAside), in: &result)
    }
  }

  // MARK: - Laying out

  /// Writes down what is open, and what that is made of.
  private func layOut(_ open: [Int], _ plan: RunPlan, _ queue: ShardStore) throws {
    var rows = open.map { index in
      ShardRecord(
        key: ShardKey(stage: task.stage.rawValue, index: index),
        weight: task.stage == .infer ? plan.weight(of: index) : 0)
    }
    var artifacts: [Artifact] = []
    switch task.stage {
    case .infer, .export: break
    case .mosaic:
      let sheets = Set(open.map { $0 / plan.rasters.count })
      let shards = Set(
        sheets.flatMap { plan.span.numbers(meeting: plan.mosaicLayout.sheets[$0].window) })
      let keys = shards.sorted().map { ShardKey(stage: WorkStage.infer.rawValue, index: $0) }
      rows += keys.map {
        ShardRecord(key: $0, state: tally.committed.contains($0.index) ? .done : .setAside)
      }
      let committed = keys.filter { tally.committed.contains($0.index) }
      for (key, record) in zip(committed, try CommitRecord.reread(of: committed, in: store)) {
        artifacts += record.artifacts(of: key)
      }
    case .trace:
      // Outlines go on beyond a shard, and a sheet: all of the map lies here.
      let keys = (0..<plan.count(of: .mosaic)).map {
        ShardKey(stage: WorkStage.mosaic.rawValue, index: $0)
      }
      for (key, record) in zip(keys, try CommitRecord.reread(of: keys, in: store)) {
        for file in record.artifacts(of: key) where file.part == 0 {
          try store.bring(file, to: folder)
        }
      }
    }
    try queue.replaceAll(by: rows, artifacts, generation: plan.generation)
  }

  // MARK: - Working

  private func work(
    _ frozen: JobPlan, _ plan: RunPlan, _ choice: EngineChoice?, _ queue: ShardStore,
    _ locks: RunLocks, _ sender: PartSender, count: Int
  ) throws -> RunWork {
    let settings = frozen.specification.queue
    let threads = task.stage == .infer ? frozen.threads : 1
    let memory = try frozen.memory(workers: task.options.workers, threads: threads, choice)
    let reserve = settings.reserve.map { $0 * 1_000_000 } ?? plan.diskReserve
    let needed = reserve + memory.workers * task.job.needs.workerDisk
    let free = folder.freeBytes
    guard free < 0 || free >= needed else {
      throw JobError.scratchTooSmall(
        folder: folder.url.deletingLastPathComponent().path, needed: needed, free: free)
    }
    let chips = plan.census.chips * count / max(1, plan.span.count)
    let (store, folder) = (store, folder)
    var work = RunWork(
      folder: folder, plan: plan, store: queue, lock: locks.workers, memory: memory,
      settings: CoordinatorSettings(
        settings, memory,
        computing: ComputingSettings(threads: threads, cacheMegabytes: memory.cacheMegabytes),
        in: folder, grace: task.options.grace, reachesOut: task.job.reachesOut),
      reserve: reserve,
      display: ProgressLines(
        plan: plan, chips: chips, isTerminal: task.options.isTerminal,
        isQuiet: task.options.isQuiet))
    work.follower = sender
    work.bring = { try store.bring($0, to: folder) }
    return work
  }

  // MARK: - What was set aside

  private func note(_ failed: [ShardRecord], in result: inout SliceResult) throws {
    for record in failed where record.key.stage == task.stage.rawValue {
      let note = FailureNote(
        stage: task.stage.word, shard: record.key.index, reason: record.reason ?? "",
        attempts: record.attempts, slice: task.slice)
      let before = try store.names(
        under: JobNames.failures(of: task.stage, record.key.index)
      ).count
      let name = JobNames.failure(
        of: task.stage, record.key.index, after: before,
        mark: UUID().uuidString.prefix(8).lowercased())
      _ = try store.create(name, holding: Job.encode(note))
      result.setAside.append(
        RunStatus.SetAside(
          stage: task.stage.title, index: record.key.index, reason: record.reason ?? ""))
      result.exitStatus = .setAside
    }
  }
}

extension JobStore {
  /// Lays a file into a run's folder that a commit record names.
  func bring(_ file: Artifact, to folder: RunFolder) throws {
    try bring(
      JobNames.file(ofRunPath: file.path, hash: file.fileHash), to: folder.file(file.path),
      hash: file.fileHash)
  }
}
