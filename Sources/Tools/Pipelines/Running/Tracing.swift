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
  let formats: [FootprintFormat]

  private let layers: FootprintLayers
  private let tracer: FootprintTracer
  private let halo: Int
  private let exporter: FootprintExporter
  private let layerName: String
  private let plan: RunPlan
  private let style: FootprintStyle

  /// Prepares to trace from the map in a run's folder.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)`` when the plan traces nothing.
  init(of plan: RunPlan, in folder: RunFolder) throws {
    guard let settings = plan.footprints else {
      throw RunError.cannotRead(path: folder.plan.path, reason: "it traces no footprints")
    }
    formats = settings.formats.compactMap(FootprintFormat.init(rawValue:))
    layers = try plan.tracedLayers(of: settings, in: folder)
    tracer = FootprintTracer(
      grid: plan.grid, settings: settings.tracing(plan.model.scheme),
      ground: try GroundGeometry(crs: plan.grid.crs))
    halo = Int((settings.largest / plan.pixelArea.squareRoot()).rounded(.up))
    let schema = FootprintSchema(rawValue: settings.schema) ?? .mapwright
    let className = plan.model.scheme.published[settings.ofClass].name
    exporter = FootprintExporter(
      grid: plan.grid, schema: schema,
      provenance: FootprintProvenance(
        className: className, model: plan.model.label, version: programVersion,
        scenes: plan.scenes.scenes.map { scene in
          .init(
            name: URL(fileURLWithPath: scene.path).lastPathComponent, acquired: scene.acquired,
            window: scene.window)
        }))
    style = FootprintStyle(schema: schema, className: className)
    self.plan = plan
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

/// A file beside the outlines that says how to look at them.
struct CompanionFile {
  /// The end of its name.
  let ending: String
  let text: String

  /// The ends of the names of all that there may be.
  static let endings = ["qml", "sld", "qgs"]
}

extension Tracing {
  /// Styles for QGIS and others, and a project where QGIS can open a file of outlines.
  ///
  /// - Parameter hasMap: Whether the map lies where a run has it, beside the folder of outlines.
  func companions(hasMap: Bool) -> [CompanionFile] {
    var files = [
      CompanionFile(ending: "qml", text: style.qml), CompanionFile(ending: "sld", text: style.sld),
    ]
    if let format = formats.first(where: \.isReadable) {
      files.append(CompanionFile(ending: "qgs", text: project(with: format, hasMap).text))
    }
    return files
  }

  private func project(with format: FootprintFormat, _ hasMap: Bool) -> QGISProject {
    let file = "./\(layerName).\(format.fileExtension)"
    let outlines = QGISProject.Layer(
      name: layerName, source: format == .geoPackage ? "\(file)|layername=\(layerName)" : file,
      kind: .footprints(style))
    var rasters: [QGISProject.Layer] = []
    if hasMap {
      for (number, layer) in plan.rasters.enumerated() {
        rasters += plan.mosaicLayout.sheets.map { sheet in
          let path = plan.mosaicPath(of: layer, sheet: sheet)
          let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
          return .init(name: name, source: "../\(path)", kind: .raster, isShown: number == 0)
        }
      }
    }
    return QGISProject(
      name: plan.name, crs: plan.grid.crs, bounds: plan.grid.transform.bounds(of: plan.window),
      layers: [outlines] + rasters)
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
