import Grids
import Mosaicking
import Queueing
import ShardStores

/// What of a run stands and what must be done again, when its plan, its scenes or its files are not
/// what they were.
///
/// It decides and touches nothing. The new rows replace the old ones in one transaction:
///
/// - a shard whose pixels and model are the same is never inferred again for its result, only for
///   its part: where the part is gone, it is cut from the map that was made of it (*restored*), or,
///   if a layer of that map is missing, inferred again and compared with what it gave before;
/// - a layer of the map stands when it would be written the same from the same parts;
/// - outlines stand when the map under them and their settings are the same.
struct Revision {
  /// What of a run is known when it is revised.
  struct Findings {
    /// The plan that the run was made by.
    var before: RunPlan
    /// The plan that is asked for.
    var after: RunPlan
    /// The rows of the queue.
    var records: [ShardKey: ShardRecord]
    /// The manifest.
    var artifacts: [ShardKey: [Artifact]]
    /// Files that the manifest names and that are not there.
    var lost: Set<String> = []
    /// Numbers, in the plan after, of finished shards whose pixels are others now.
    var changed: Set<Int> = []
    /// Whether what was set aside is tried again.
    var retries = false
  }

  /// The queue's new rows, in the order of their keys.
  private(set) var records: [ShardRecord] = []
  /// The new manifest.
  private(set) var artifacts: [Artifact] = []
  /// Files of the old manifest that the new one does not name.
  private(set) var obsolete: [String] = []

  private let known: Findings
  private let fence: Int
  /// Shards, by number, whose result is the same as before.
  private var isKnown: [Bool] = []

  /// Decides.
  init(_ findings: Findings) {
    known = findings
    fence = (findings.records.values.map(\.fence).max() ?? 0) + 1
    let after = findings.after
    isKnown = (0..<after.span.count).map { number in
      old(.infer, number).map { $0.state == .done } ?? false
    }
    let layers = (0..<after.count(of: .mosaic)).map { standingLayer($0) }
    reviseShards(neededBy: layers)
    reviseLayers(layers)
    reviseOutlines()
    let kept = Set(artifacts.filter { !$0.isRetired }.map(\.path))
    obsolete = findings.artifacts.values.joined().filter { !$0.isRetired }.map(\.path)
      .filter { !kept.contains($0) }.sorted()
  }

  // MARK: - What was

  /// The row that a shard of the new plan had in the old one, if it is the same shard still.
  private func old(_ stage: WorkStage, _ number: Int) -> ShardRecord? {
    guard let index = known.before.number(ofShard: number, in: known.after),
      !known.changed.contains(number)
    else { return nil }
    return known.records[ShardKey(stage: stage.rawValue, index: index)]
  }

  private func files(of record: ShardRecord) -> [Artifact] { known.artifacts[record.key] ?? [] }

  private func areThere(_ files: [Artifact]) -> Bool {
    !files.isEmpty && files.allSatisfy { !$0.isRetired && !known.lost.contains($0.path) }
  }

  // MARK: - Shards

  private mutating func reviseShards(neededBy layers: [ShardRecord?]) {
    let (after, span) = (known.after, known.after.span)
    var isNeeded = [Bool](repeating: false, count: span.count)
    for (index, standing) in layers.enumerated() where standing == nil {
      let sheet = after.mosaicLayout.sheets[index / after.rasters.count]
      for number in span.numbers(meeting: sheet.window) { isNeeded[number] = true }
    }
    for number in 0..<span.count {
      let before = old(.infer, number)
      let parts = before.map(files) ?? []
      if isKnown[number], areThere(parts) || !isNeeded[number] {
        add(.infer, number, .done, like: before, files: parts)
      } else if before?.state == .setAside, !known.retries {
        add(.infer, number, .setAside, like: before)
      } else {
        // What it gave before stays in the manifest: it must come out again, unless the user has
        // accepted that it is computed otherwise.
        let isSame = Fingerprint.numeric(of: known.before) == Fingerprint.numeric(of: after)
        add(.infer, number, .ready, like: before, files: isSame ? parts : [], isLost: true)
      }
    }
  }

  // MARK: - Layers of the map

  /// The old row of a layer that need not be written again; nil when it must.
  private func standingLayer(_ index: Int) -> ShardRecord? {
    let (before, after) = (known.before, known.after)
    let sheet = after.mosaicLayout.sheets[index / after.rasters.count]
    let layer = after.rasters[index % after.rasters.count]
    guard before.name == after.name, before.packing == after.packing,
      before.probabilityLevels == after.probabilityLevels,
      let oldSheet = before.mosaicLayout.sheets.firstIndex(of: sheet),
      let oldLayer = before.rasters.firstIndex(of: layer)
    else { return nil }
    if layer == .classes,
      before.drawsPreview != after.drawsPreview
        || (after.drawsPreview && (before.scenes != after.scenes || !known.changed.isEmpty))
    {
      return nil
    }
    let key = ShardKey(
      stage: WorkStage.mosaic.rawValue, index: oldSheet * before.rasters.count + oldLayer)
    guard let record = known.records[key] else { return nil }
    let stands =
      record.state == .done && areThere(files(of: record))
      || record.state == .setAside && !known.retries
    let shards = after.span.numbers(meeting: sheet.window)
    let isSame =
      shards.count == before.span.numbers(meeting: sheet.window).count
      && shards.allSatisfy { number in
        isKnown[number] || (old(.infer, number)?.state == .setAside && !known.retries)
      }
    return stands && isSame ? record : nil
  }

  private mutating func reviseLayers(_ standing: [ShardRecord?]) {
    let span = known.after.span
    let open = records.map { $0.state == .ready }
    for (index, record) in standing.enumerated() {
      if let record {
        add(.mosaic, index, record.state, like: record, files: files(of: record))
      } else {
        let sheet = known.after.mosaicLayout.sheets[index / known.after.rasters.count]
        let waits = span.numbers(meeting: sheet.window).count { open[$0] }
        add(.mosaic, index, waits > 0 ? .blocked : .ready, waits: waits)
      }
    }
  }

  // MARK: - Outlines

  private mutating func reviseOutlines() {
    let isMapThere = records.allSatisfy {
      $0.key.stage != WorkStage.mosaic.rawValue || $0.hasEnded && $0.state != .setAside
    }
    var waits = 0
    for layer in known.after.tracedLayers { waits += reviseShards(of: layer, isMapThere) }
    for layer in known.after.footprints.indices { reviseFiles(of: layer, waits: waits) }
  }

  /// Whether the map under all outlines is the same.
  private var isMapSame: Bool {
    known.before.window == known.after.window && known.before.span.count == known.after.span.count
      && (0..<known.after.span.count).allSatisfy { number in
        isKnown[number] || (old(.infer, number)?.state == .setAside && !known.retries)
      }
  }

  /// The layer of the plan before that has a layer's name, and whether it was traced the same way.
  private func before(_ layer: Int) -> (layer: Int, isTracedSame: Bool)? {
    let (before, after) = (known.before, known.after)
    let traced = after.footprints[layer].roads ?? layer
    guard
      let old = before.footprints.firstIndex(where: { $0.name == after.footprints[layer].name })
    else { return nil }
    let oldTraced = before.footprints[old].roads ?? old
    return (old, isMapSame && before.tracing(of: oldTraced) == after.tracing(of: traced))
  }

  /// The row that a shard of a layer had, if it would be traced the same.
  private func oldTrace(_ layer: Int, _ number: Int) -> ShardRecord? {
    guard let old = before(layer), old.isTracedSame,
      let index = known.before.number(ofShard: number, in: known.after),
      !known.changed.contains(number)
    else { return nil }
    return known.records[
      ShardKey(
        stage: WorkStage.trace.rawValue,
        index: known.before.traceNumber(layer: old.layer, shard: index))]
  }

  /// The row of a layer's files in the plan before, and whether they are those that are asked for.
  private func files(ofLayer layer: Int) -> (record: ShardRecord, isWritten: Bool)? {
    let (before, after) = (known.before, known.after)
    guard let old = self.before(layer), old.isTracedSame,
      let record = known.records[ShardKey(stage: WorkStage.export.rawValue, index: old.layer)]
    else { return nil }
    let isWritten =
      record.state == .done && areThere(files(of: record)) && before.name == after.name
      && before.model.label == after.model.label
      && before.footprints[old.layer] == after.footprints[layer]
      // A project names the layers of the map, and all others.
      && before.rasters == after.rasters && before.footprints == after.footprints
    return (record, isWritten)
  }

  /// Adds the rows of a layer's shards; gives the number of those that are traced again.
  private mutating func reviseShards(of layer: Int, _ isMapThere: Bool) -> Int {
    let after = known.after
    let readers = after.footprints.indices.filter { after.sources(ofFiles: $0).contains(layer) }
    let isWritten = readers.allSatisfy { files(ofLayer: $0)?.isWritten == true }
    var waits = 0
    for number in 0..<after.span.count {
      let record = oldTrace(layer, number)
      let index = after.traceNumber(layer: layer, shard: number)
      if let record, record.state == .done, isWritten || areThere(files(of: record)) {
        add(.trace, index, .done, like: record, files: files(of: record))
      } else if record?.state == .setAside, !known.retries {
        add(.trace, index, .setAside, like: record)
      } else {
        add(.trace, index, isMapThere ? .ready : .blocked, like: record, waits: isMapThere ? 0 : 1)
        waits += 1
      }
    }
    return waits
  }

  private mutating func reviseFiles(of layer: Int, waits: Int) {
    let export = files(ofLayer: layer)
    let sources = known.after.sources(ofFiles: layer)
    let isTraced = records.allSatisfy {
      $0.key.stage != WorkStage.trace.rawValue || $0.hasEnded
        || !sources.contains(known.after.traced($0.key.index).layer)
    }
    if let export, export.isWritten, isTraced {
      add(.export, layer, .done, like: export.record, files: files(of: export.record))
    } else if let export, export.record.state == .setAside, !known.retries {
      add(.export, layer, .setAside, like: export.record)
    } else {
      add(.export, layer, waits > 0 ? .blocked : .ready, waits: waits)
    }
  }

  // MARK: - Rows

  private mutating func add(
    _ stage: WorkStage, _ index: Int, _ state: ShardRecord.State, like old: ShardRecord? = nil,
    waits: Int = 0, files: [Artifact] = [], isLost: Bool = false
  ) {
    let key = ShardKey(stage: stage.rawValue, index: index)
    var record = ShardRecord(
      key: key, state: state, waits: waits,
      weight: stage == .infer ? known.after.weight(of: index) : 0)
    record.fence = fence
    if let old {
      record.attempts = old.attempts
      record.madeCount = old.madeCount
      record.skippedCount = old.skippedCount
      record.inputHash = old.inputHash
      if state == .setAside {
        (record.crashes, record.kills, record.reason) = (old.crashes, old.kills, old.reason)
      }
    }
    records.append(record)
    for var file in files {
      file.key = key
      file.isRetired = file.isRetired || isLost || known.lost.contains(file.path)
      artifacts.append(file)
    }
  }
}
