import Checksums
import Foundation
import Glibc
import Grids
import Mosaicking
import ShardStores
import Tiling

/// What workers are told, and what is deleted when their work is committed.
struct RunOrders {
  let folder: RunFolder
  let plan: RunPlan
  let store: ShardStore
  /// Lays a file into the folder that lies elsewhere until it is needed.
  var bring: ((Artifact) throws -> Void)?
  /// Parts that a coordinator published and did not live to record, by the names before their hash.
  private let orphans: [String: [String]]

  init(folder: RunFolder, plan: RunPlan, store: ShardStore) throws {
    self.folder = folder
    self.plan = plan
    self.store = store
    orphans = Dictionary(
      grouping: try Self.unnamed(in: RunFolder.parts, stage: .infer, folder, plan, store),
      by: Self.stem)
  }

  /// The order for a leased shard: with the parts or outlines that it is made of.
  ///
  /// What was found damaged and could not be made again is a gap, as what never was.
  func order(_ key: ShardKey, fence: Int, batch: Int) throws -> WorkOrder {
    let inputs: [Artifact]
    switch WorkStage(rawValue: key.stage) {
    case .mosaic:
      let sheet = plan.mosaicLayout.sheets[key.index / plan.rasters.count]
      inputs = try store.artifacts(
        of: plan.span.numbers(meeting: sheet.window).map {
          ShardKey(stage: WorkStage.infer.rawValue, index: $0)
        }
      ).filter { !$0.isRetired }
      try bringMissing(inputs)
    case .export:
      let layers = plan.sources(ofFiles: key.index)
      inputs = try store.artifacts(stage: WorkStage.trace.rawValue).filter {
        !$0.isRetired && layers.contains(plan.traced($0.key.index).layer)
      }
      try bringMissing(inputs)
    case .infer, .trace, nil: inputs = []
    }
    let before = plan.kept.isEmpty ? [] : try store.artifacts(of: [key])
    return WorkOrder(
      key: key, fence: fence, batch: batch, expected: before.first?.contentHash,
      inputs: inputs.map { WorkInput(index: $0.key.index, path: $0.path, hash: $0.fileHash) })
  }

  private func bringMissing(_ files: [Artifact]) throws {
    guard let bring else { return }
    for file in files {
      if !FileManager.default.fileExists(atPath: folder.file(file.path).path) { try bring(file) }
    }
  }

  /// Sees that a shard that was done before has come out as it did then.
  ///
  /// - Throws: ``RunError/notDeterministic(shard:kept:)``; the new files are then kept beside the
  ///   old ones, and the manifest stays as it is.
  func checkIsAsBefore(_ outcome: ShardOutcome, of record: ShardRecord) throws {
    let key = record.key
    if let now = outcome.inputHash, let then = record.inputHash, now != then {
      let scene = plan.scenes.scenes(meeting: plan.readWindow(of: key.index)).first ?? 0
      throw InputError.changed(path: plan.scenes.scenes[scene].path)
    }
    let before = try store.artifacts(of: [key])
    for (part, file) in outcome.files.enumerated() {
      if let known = before.first(where: { $0.part == part }), known.contentHash != file.contentHash
      {
        throw differs(file, of: key, from: known.path)
      }
      for orphan in orphans[Self.stem(file.path)] ?? [] where orphan != file.path {
        let path = folder.file(orphan).path
        if let hash = try? ContentHash(ofPixelsIn: path), hash.description != file.contentHash {
          throw differs(file, of: key, from: orphan)
        }
        unlink(path)
      }
    }
  }

  private func differs(_ file: StagedFile, of key: ShardKey, from path: String) -> RunError {
    let kept = folder.file("\(RunFolder.parts)/differs_\(key.stage)-\(key.index)")
    rename(folder.file(file.staging).path, kept.path)
    return .notDeterministic(shard: "\(key)", kept: "\(folder.file(path).path), \(kept.path)")
  }

  /// The name of a part without its hash.
  private static func stem(_ path: String) -> String {
    String(path.prefix { $0 != "." })
  }

  /// Deletes what a committed piece of work was the last to need.
  func afterCommit(_ key: ShardKey) throws {
    switch WorkStage(rawValue: key.stage) {
    case .mosaic: try deleteParts(ofSheet: key.index / plan.rasters.count)
    case .export: try deleteWhatIsUsedUp()
    case .infer, .trace, nil: break
    }
  }

  /// Deletes the parts of a sheet once all layers of it are committed, but for those that another
  /// sheet still needs.
  private func deleteParts(ofSheet sheet: Int) throws {
    guard !plan.keepsParts, try isWritten(sheet: sheet) else { return }
    let layout = plan.mosaicLayout
    let shards = try plan.span.numbers(meeting: layout.sheets[sheet].window).filter { number in
      try layout.numbers(meeting: plan.span.window(of: number)).allSatisfy {
        try $0 == sheet || isWritten(sheet: $0)
      }
    }
    try delete(
      store.artifacts(of: shards.map { ShardKey(stage: WorkStage.infer.rawValue, index: $0) }))
  }

  private func isWritten(sheet: Int) throws -> Bool {
    try plan.rasters.indices.allSatisfy { layer in
      let key = ShardKey(
        stage: WorkStage.mosaic.rawValue, index: sheet * plan.rasters.count + layer)
      return try store.record(key)?.state == .done
    }
  }

  /// Deletes the files that nothing needs any longer; may be called at any time, any number of
  /// times.
  ///
  /// Parts go at the latest when every layer of the map is committed, outlines of shards when they are
  /// merged.
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
      for path in try Self.unnamed(in: place, stage: stage, folder, plan, store) {
        unlink(folder.file(path).path)
      }
    }
  }

  /// The run's own files in a folder that the manifest does not name.
  private static func unnamed(
    in place: String, stage: WorkStage, _ folder: RunFolder, _ plan: RunPlan, _ store: ShardStore
  ) throws -> [String] {
    let named = Set(
      try store.artifacts(stage: stage.rawValue).filter { !$0.isRetired }.map(\.path))
    let own = OwnNames(of: plan)
    return try folder.names(in: place).map { "\(place)/\($0)" }
      .filter { !named.contains($0) && own.contain($0) }
  }

  private func delete(stage: WorkStage) throws {
    try delete(store.artifacts(stage: stage.rawValue))
  }

  private func delete(_ files: [Artifact]) throws {
    let artifacts = files.filter { !$0.isRetired }
    if artifacts.isEmpty { return }
    try store.retire(artifacts)
    for artifact in artifacts {
      try? FileManager.default.removeItem(at: folder.file(artifact.path))
    }
  }
}
