import Footprints
import Foundation
import GeoFiles
import Grids
import Imagery
import Inference
import Mosaicking
import Polygons
import Tiling

/// What tracing a run's outlines needs, whoever does it: the layers, the tracer, the files' form.
struct Tracing {
  /// The formats to write.
  let formats: [VectorFormat]

  private let layers: FootprintLayers
  private let tracer: FootprintTracer
  private let halo: Int
  private let exporter: FootprintExporter
  private let layerName: String

  /// Brings together what tracing needs.
  init(
    formats: [VectorFormat], layers: FootprintLayers, tracer: FootprintTracer, halo: Int,
    exporter: FootprintExporter, layerName: String
  ) {
    self.formats = formats
    self.layers = layers
    self.tracer = tracer
    self.halo = halo
    self.exporter = exporter
    self.layerName = layerName
  }

  /// Prepares to trace from the map in a run's folder.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)`` when the plan traces nothing.
  init(of plan: RunPlan, in folder: RunFolder) throws {
    guard let settings = plan.footprints else {
      throw RunError.cannotRead(path: folder.plan.path, reason: "it traces no footprints")
    }
    formats = settings.formats.compactMap(VectorFormat.init(fileExtension:))
    layers = try plan.tracedLayers(of: settings, in: folder)
    tracer = FootprintTracer(
      grid: plan.grid, settings: settings.tracing(plan.model.scheme),
      ground: try GroundGeometry(crs: plan.grid.crs))
    halo = Int((settings.largest / plan.pixelArea.squareRoot()).rounded(.up))
    exporter = FootprintExporter(
      grid: plan.grid, className: plan.model.scheme.published[settings.ofClass].name,
      model: plan.model.label, version: programVersion)
    layerName = "\(plan.name)_footprints"
  }

  /// The outlines that begin in a core.
  func footprints(in core: PixelWindow, step: () -> Void = {}) throws -> [Footprint] {
    try FootprintShard(core: core, halo: halo).footprints(
      from: layers, tracer: tracer, step: step)
  }

  /// Merges the outlines of shards, in one order, into files.
  func export(
    _ fragments: [FootprintFragment], to outputs: [FootprintExporter.Output],
    step: () -> Void = {}
  ) throws -> FootprintSummary {
    try exporter.export(fragments, to: outputs, layer: layerName, step: step)
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
