import Foundation
import Grids
import Mosaicking
import ShardStores

/// What workers are told, and what is deleted when their work is committed.
struct RunOrders {
  let folder: RunFolder
  let plan: RunPlan
  let store: ShardStore

  /// The order for a leased shard: with the parts or outlines that it is made of.
  func order(_ key: ShardKey, fence: Int) throws -> WorkOrder {
    let inputs: [Artifact]
    switch WorkStage(rawValue: key.stage) {
    case .mosaic:
      let sheet = plan.mosaicLayout.sheets[key.index / plan.rasters.count]
      inputs = try store.artifacts(
        of: plan.span.numbers(meeting: sheet.window).map {
          ShardKey(stage: WorkStage.infer.rawValue, index: $0)
        })
    case .export: inputs = try store.artifacts(stage: WorkStage.trace.rawValue)
    case .infer, .trace, nil: inputs = []
    }
    return WorkOrder(
      key: key, fence: fence, inputs: inputs.map { WorkInput(index: $0.key.index, path: $0.path) })
  }

  /// Deletes what a committed piece of work was the last to need.
  func afterCommit(_ key: ShardKey) throws {
    let stage = WorkStage(rawValue: key.stage)
    if stage == .mosaic || stage == .export { try deleteWhatIsUsedUp() }
  }

  /// Deletes the files that nothing needs any longer; may be called at any time, any number of
  /// times.
  ///
  /// Parts go when every layer of the map is committed, outlines of shards when they are merged.
  /// They are marked in the manifest first: a crash in between leaves a file without a purpose,
  /// which ``sweepOrphans()`` finds, never a row without its file.
  func deleteWhatIsUsedUp() throws {
    let mosaics = try store.tally(stage: WorkStage.mosaic.rawValue)
    if mosaics.done == mosaics.shards, !plan.keepsParts { try delete(stage: .infer) }
    let exports = try store.tally(stage: WorkStage.export.rawValue)
    if exports.shards > 0, exports.done == exports.shards { try delete(stage: .trace) }
  }

  /// Deletes parts and outlines of shards that the manifest does not name.
  func sweepOrphans() throws {
    for (stage, place) in [(WorkStage.infer, RunFolder.parts), (.trace, RunFolder.fragments)] {
      let named = Set(
        try store.artifacts(stage: stage.rawValue).filter { !$0.isRetired }.map(\.path))
      let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.file(place).path))
      for name in found ?? [] where !named.contains("\(place)/\(name)") {
        try? FileManager.default.removeItem(at: folder.file("\(place)/\(name)"))
      }
    }
  }

  private func delete(stage: WorkStage) throws {
    let artifacts = try store.artifacts(stage: stage.rawValue).filter { !$0.isRetired }
    try store.retire(artifacts)
    for artifact in artifacts {
      try? FileManager.default.removeItem(at: folder.file(artifact.path))
    }
  }
}
