import Checksums
import Footprints
import Foundation
import GeoFiles
import Grids
import Mosaicking
import Imagery
import Inference
import Polygons
import ShardStores

/// Traces the outlines of shards from the map, and merges them into files.
final class TracingBench {
  private unowned let bench: Workbench
  private let settings: RunPlan.PlannedFootprints
  private let tracer: FootprintTracer
  private let layers: FootprintLayers
  private let halo: Int

  init(_ bench: Workbench) throws {
    let plan = bench.plan
    guard let settings = plan.footprints else {
      throw RunError.cannotRead(path: bench.folder.plan.path, reason: "it traces no footprints")
    }
    self.bench = bench
    self.settings = settings
    tracer = FootprintTracer(
      grid: plan.grid, settings: settings.tracing(plan.model.scheme),
      ground: try GroundGeometry(crs: plan.grid.crs))
    layers = try plan.tracedLayers(of: settings, in: bench.folder)
    halo = Int((settings.largest / plan.pixelArea.squareRoot()).rounded(.up))
  }

  /// Traces the outlines that begin in a shard.
  func trace(_ order: WorkOrder) throws -> ShardOutcome {
    let shard = bench.span[order.key.index]
    let core = bench.span.window(of: order.key.index)
    let footprints = try FootprintShard(core: core, halo: halo).footprints(
      from: layers, tracer: tracer)
    let staged = bench.staging(order, ".footprints")
    let path = bench.folder.file(staged).path
    try FootprintFragment(path: path, core: core).write(footprints)
    let name = "\(RunFolder.fragments)/shard_r\(shard.row)c\(shard.column).#.footprints"
    let hash = try ContentHash(ofFile: path)
    var outcome = ShardOutcome()
    outcome.files = [try Publisher(folder: bench.folder).stage(staged, as: name, content: hash)]
    outcome.chipsMapped = footprints.count
    return outcome
  }

  /// Merges the outlines of all shards, in one order, into the files asked for.
  func export(_ order: WorkOrder) throws -> ShardOutcome {
    let plan = bench.plan
    let fragments = order.inputs.map { input in
      FootprintFragment(
        path: bench.folder.file(input.path).path,
        core: bench.span.window(of: input.index))
    }
    let outputs = settings.formats.compactMap(VectorFormat.init(fileExtension:)).map {
      (format: $0, staged: bench.staging(order, ".\($0.fileExtension)"))
    }
    let exporter = FootprintExporter(
      grid: plan.grid, className: plan.model.scheme.published[settings.ofClass].name,
      model: plan.model.label, version: programVersion)
    let summary = try exporter.export(
      fragments,
      to: outputs.map { .init(path: bench.folder.file($0.staged).path, format: $0.format) },
      layer: "\(plan.name)_footprints")
    var outcome = ShardOutcome()
    outcome.chipsMapped = summary.count
    for (format, path) in outputs {
      let name = "\(RunFolder.footprints)/\(plan.name)_footprints.\(format.fileExtension)"
      let hash = try ContentHash(ofFile: bench.folder.file(path).path)
      outcome.files.append(
        try Publisher(folder: bench.folder).stage(path, as: name, content: hash))
    }
    return outcome
  }
}

extension VectorFormat {
  /// The format whose files end in this.
  init?(fileExtension: String) {
    guard let format = Self.allCases.first(where: { $0.fileExtension == fileExtension }) else {
      return nil
    }
    self = format
  }
}

extension RunPlan.PlannedFootprints {
  /// What the tracer is told.
  func tracing(_ scheme: ClassScheme) -> Footprints.FootprintSettings {
    Footprints.FootprintSettings(
      className: scheme.published[ofClass].name, threshold: threshold,
      outline: OutlineStyle(rawValue: outline) ?? .squared, smallestSquareMeters: smallest)
  }
}

extension RunPlan.PlannedModel {
  /// The model as attributes of footprints name it: its file and the begin of its hash.
  var label: String { "\(URL(fileURLWithPath: path).lastPathComponent) \(hash.prefix(16))" }
}

extension RunPlan {
  /// The layers of the map that outlines are traced from.
  func tracedLayers(of settings: PlannedFootprints, in folder: RunFolder) throws -> FootprintLayers
  {
    func files(_ layer: ProbabilityLayer) -> MosaicFiles? {
      guard let index = model.layers.firstIndex(of: layer) else { return nil }
      return MosaicFiles(
        mosaicLayout.sheets.map { sheet in
          .init(
            path: folder.file(mosaicPath(of: .probability(index), sheet: sheet)).path,
            window: sheet.window)
        })
    }
    guard let probability = files(.published(settings.ofClass)) else {
      throw RunError.cannotRead(
        path: folder.plan.path, reason: "the probability of the traced class is not written")
    }
    return FootprintLayers(
      probability: probability, contact: files(.contact),
      region: try region.map { try Region(reading: $0.path, in: grid) })
  }
}
