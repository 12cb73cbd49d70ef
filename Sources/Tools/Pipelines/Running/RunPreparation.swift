import Foundation
import Glibc
import Mosaicking
import ShardStores

/// Makes a run's folder ready for a coordinator: begins a run, takes up the one that lies there, or
/// revises it.
///
/// `plan.json` and the queue's rows belong together, and a kill may come between writing the one and
/// the other. So a new plan is first laid beside the old one; the transaction that replaces the rows
/// notes the plan's generation; whoever comes next sees by that number which plan holds.
struct RunPreparation {
  let folder: RunFolder
  let planner: Planner
  let request: MapRequest

  /// Looks at a finished run; nil when there is none, or it is not as it was asked for.
  func finished() throws -> RunPlan? {
    guard let record = try RunRecord.read(in: folder), record.state != .unfinished else {
      return nil
    }
    try folder.checkState()
    let store = try ShardStore(reading: folder.queue.path)
    let found = try examine(RunPlan.read(in: folder, for: store), store)
    return found.asksForRevision ? nil : found.before
  }

  /// Prepares the folder; only for the holder of both locks.
  ///
  /// - Returns: The record and the plan of the run, whose rows are in the store.
  func prepare(_ store: ShardStore) throws -> (RunRecord, RunPlan) {
    guard var record = try RunRecord.read(in: folder) else { return try begin(store) }
    var plan = try RunPlan.adopt(in: folder, for: store)
    if try store.isEmpty() { try store.insert(plan.records()) }
    let found = try examine(plan, store)
    record.fingerprint = found.fingerprint
    record.state = .unfinished
    record.command = request.words(for: folder)
    if found.asksForRevision {
      try record.write(in: folder)
      plan = try revise(found, store)
    } else {
      // Scenes may have been moved since.
      plan = found.after
      try folder.write(RunRecord.encoder, plan, to: folder.plan)
    }
    try folder.write(Data(planner.resolved.specification.yaml.utf8), to: folder.pipeline)
    try record.write(in: folder)
    return (record, plan)
  }

  private func examine(_ before: RunPlan, _ store: ShardStore) throws -> Examination {
    try Examination(
      of: folder, before: before, wanted: planner.plan, store: store, accepting: request.accepts,
      retries: request.retriesSetAside)
  }

  /// Writes down what the run is made from; `run.json` last, since it makes the folder a run.
  private func begin(_ store: ShardStore) throws -> (RunRecord, RunPlan) {
    try folder.checkSpace(for: planner.plan.diskNeed.inWork)
    let plan = planner.plan
    try folder.write(Data(planner.resolved.specification.yaml.utf8), to: folder.pipeline)
    try folder.write(RunRecord.encoder, plan, to: folder.plan)
    if try store.isEmpty() { try store.insert(plan.records()) }
    let record = RunRecord(
      program: programVersion, state: .unfinished, fingerprint: try Fingerprint(of: plan),
      machine: Doctor.machine, command: request.words(for: folder))
    try record.write(in: folder)
    return (record, plan)
  }

  // MARK: - Revising

  private func revise(_ found: Examination, _ store: ShardStore) throws -> RunPlan {
    let records = try store.allRecords()
    let artifacts = try WorkStage.allCases.flatMap { try store.artifacts(stage: $0.rawValue) }
    var findings = Revision.Findings(
      before: found.before, after: found.after,
      records: Dictionary(uniqueKeysWithValues: records.map { ($0.key, $0) }),
      artifacts: Dictionary(grouping: artifacts, by: \.key))
    findings.lost = found.lost
    findings.changed = found.comparison.changed
    findings.retries = found.retries
    let revision = Revision(findings)
    var plan = found.after
    plan.generation += 1
    plan.kept = keptLayers(found, artifacts)
    plan.obsolete = Set(plan.obsolete + revision.obsolete).sorted()
    // Parts go at once: an unnamed part is taken for what an earlier attempt has made.
    for path in revision.obsolete where !path.hasPrefix(RunFolder.mosaics) {
      if !path.hasPrefix(RunFolder.footprints) { unlink(folder.file(path).path) }
    }
    try folder.write(RunRecord.encoder, plan, to: folder.nextPlan)
    try store.replaceAll(
      by: revision.records, revision.artifacts, generation: plan.generation)
    try folder.adoptNextPlan()
    return plan
  }

  /// The layers that lost parts can be cut from.
  ///
  /// Where sheets are cut otherwise than before, a new sheet might take the name of an old one that
  /// is still needed; a single sheet waits for all shards.
  private func keptLayers(_ found: Examination, _ artifacts: [Artifact]) -> [RunPlan.KeptLayer] {
    let (before, after) = (found.before, found.after)
    let sheets = before.mosaicLayout.sheets
    guard after.mosaicLayout.sheets.count == 1 || after.mosaicLayout.sheets == sheets else {
      return []
    }
    let mosaics = artifacts.filter {
      $0.key.stage == WorkStage.mosaic.rawValue && $0.part == 0 && !found.lost.contains($0.path)
    }
    return mosaics.map { file in
      RunPlan.KeptLayer(
        layer: before.rasters[file.key.index % before.rasters.count],
        window: sheets[file.key.index / before.rasters.count].window, path: file.path)
    } + before.kept
  }

  /// Deletes what only the run's earlier revisions named, once it is finished.
  func tidy(_ plan: RunPlan, _ store: ShardStore) throws {
    guard !plan.kept.isEmpty || !plan.obsolete.isEmpty else { return }
    let named = Set(
      try WorkStage.allCases.flatMap { try store.artifacts(stage: $0.rawValue) }
        .filter { !$0.isRetired }.map(\.path))
    for path in plan.obsolete where !named.contains(path) { unlink(folder.file(path).path) }
    var clean = plan
    (clean.kept, clean.obsolete) = ([], [])
    try folder.write(RunRecord.encoder, clean, to: folder.plan)
  }
}
