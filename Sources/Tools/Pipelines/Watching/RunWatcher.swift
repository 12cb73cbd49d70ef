import Foundation
import Grids
import ShardStores

/// Watches a run from outside, while another process may be working on it.
///
/// It reads the run's folder, the queue's database and what the kernel says of the workers, and
/// writes nothing. Not `Sendable`: it remembers what it saw last.
public final class RunWatcher {
  private let folder: RunFolder
  private var plan: RunPlan?
  /// The plan's file, as it was when it was read, and what was in it.
  private var planStamp: FileStamp?
  private var planText: Data?
  private var states: [ShardRecord.State] = []
  private var lastEvent = -1
  private var files: [String] = []
  /// How far the run was, at which event; counting takes time that grows with the number of shards.
  private var counted: (status: RunStatus, event: Int)?
  /// How many chips had been classified, and when.
  private var chips: [(at: ContinuousClock.Instant, count: Int)] = []
  /// Over how long the pace is taken.
  private static let paceTime = Duration.seconds(20)

  /// Begins to watch; nothing is read yet.
  public init(of folder: RunFolder) { self.folder = folder }

  /// Looks at the run, and tells what is new since the last look; at first everything is.
  ///
  /// - Throws: ``RunError/notARun(folder:)``, and what keeps the run from being read just now: a
  ///   later look may succeed.
  /// - Complexity: O(shards) where any has changed, else O(1).
  public func look() throws -> RunSight {
    guard let record = try RunRecord.read(in: folder) else {
      throw RunError.notARun(folder: folder.path)
    }
    let store = try ShardStore(reading: folder.queue.path)
    let stamp = FileStamp(of: folder.plan.path)
    var isAnother = false
    if plan == nil || stamp != planStamp {
      // A command that resumes writes the same plan again.
      let text = try? Data(contentsOf: folder.plan)
      isAnother = plan == nil || text != planText
      if isAnother {
        plan = try RunPlan.read(in: folder, for: store)
        (planText, lastEvent, counted, chips) = (text, -1, nil, [])
      }
      planStamp = stamp
    }
    guard let plan else { throw RunError.notARun(folder: folder.path) }
    let event = try store.lastEvent()
    var changed: [Int] = []
    if event != lastEvent {
      let now = try store.states(stage: WorkStage.infer.rawValue)
      changed =
        isAnother || now.count != states.count
        ? Array(now.indices) : now.indices.filter { now[$0] != states[$0] }
      (states, lastEvent) = (now, event)
    }
    // The report follows the last of them, and is there when the record says that all is done.
    let made = try published(store) + [record.state.rawValue]
    defer { files = made }
    return RunSight(
      progress: try progress(record, plan, store), states: states.map { ShardState($0) },
      changed: changed, isAnother: isAnother, hasNewFiles: made != files)
  }

  /// Why a shard of inference failed last, and who has it; nil when there is no such shard.
  public func shard(_ number: Int) throws -> ShardSight? {
    let store = try ShardStore(reading: folder.queue.path)
    let key = ShardKey(stage: WorkStage.infer.rawValue, index: number)
    return try store.record(key).map { record in
      ShardSight(
        number: number, state: ShardState(record.state), attempts: record.attempts,
        chipsMapped: record.madeCount, chipsSkipped: record.skippedCount, worker: record.owner,
        reason: record.reason)
    }
  }

  /// The files of the map and of outlines that are committed.
  private func published(_ store: ShardStore) throws -> [String] {
    try [WorkStage.mosaic, .export].flatMap { try store.artifacts(stage: $0.rawValue) }
      .filter { !$0.isRetired }.map { $0.path + $0.contentHash }
  }

  private func progress(
    _ record: RunRecord, _ plan: RunPlan, _ store: ShardStore
  ) throws -> RunProgress {
    var status: RunStatus
    if let counted, counted.event == lastEvent {
      status = counted.status
      status.state = record.state.rawValue
      status.chipsInferred = folder.chipsInferred
    } else {
      status = try RunStatus(of: folder, record, plan, store)
      counted = (status, lastEvent)
    }
    let coordinator = folder.coordinator
    let now = ContinuousClock.now
    chips.removeAll { now - $0.at > Self.paceTime }
    // A run that is not worked on has no pace, and begins with none.
    if coordinator == nil { chips = [] }
    chips.append((now, status.chipsInferred))
    var pace: Double?
    if let first = chips.first, now - first.at > .seconds(1), status.chipsInferred > first.count {
      pace = Double(status.chipsInferred - first.count) / (now - first.at).seconds
    }
    let core = Double(plan.shards.chips.core)
    let workers = try store.records(in: .leased).compactMap { leased -> RunProgress.Worker? in
      guard coordinator != nil, let process = leased.owner else { return nil }
      return RunProgress.Worker(
        process: process, stage: WorkStage(rawValue: leased.key.stage)?.title ?? "",
        shard: leased.key.index, memory: ProcessMemory.resident(of: process))
    }
    let done = status.chipsSkipped + min(status.chipsInferred, status.chipsPlanned)
    let left = max(0, status.chipsPlanned - done)
    return RunProgress(
      status: status, coordinator: coordinator, workers: workers, chipsPerSecond: pace,
      squareKilometersPerSecond: pace.map { $0 * core * core * plan.pixelArea / 1e6 },
      secondsLeft: pace.map { Double(left) / $0 }, log: LogTail.lines(of: folder.workersLog.path))
  }
}
