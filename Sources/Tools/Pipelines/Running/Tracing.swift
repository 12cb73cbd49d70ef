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
  private let scenery: Scenery

  /// What is drawn with the outlines when people look at them.
  struct Scenery {
    /// What files are called, but for what makes them footprints.
    let name: String
    /// How outlines look.
    let style: FootprintStyle
    /// Where they lie.
    let grid: RunGrid
    /// The pixels they were traced from.
    let window: PixelWindow
    /// The map under them, where there is one.
    var map: [QGISProject.Layer] = []
    /// What the outlines are parted into where they are too many for one layer.
    var cells: [LayerPart]

    var layerName: String { "\(name)_footprints" }
  }

  /// Brings together what tracing needs.
  init(
    formats: [FootprintFormat], layers: FootprintLayers, tracer: FootprintTracer, halo: Int,
    exporter: FootprintExporter, scenery: Scenery
  ) {
    self.formats = formats
    self.layers = layers
    self.tracer = tracer
    self.halo = halo
    self.exporter = exporter
    self.scenery = scenery
  }

  /// Prepares to trace from the map in a run's folder.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)`` when the plan traces nothing.
  init(of plan: RunPlan, in folder: RunFolder) throws {
    guard let settings = plan.footprints else {
      throw RunError.cannotRead(path: folder.plan.path, reason: "it traces no footprints")
    }
    let schema = FootprintSchema(rawValue: settings.schema) ?? .mapwright
    let className = plan.model.scheme.published[settings.ofClass].name
    self.init(
      formats: settings.formats.compactMap(FootprintFormat.init(rawValue:)),
      layers: try plan.tracedLayers(of: settings, in: folder),
      tracer: FootprintTracer(
        grid: plan.grid, settings: settings.tracing(plan.model.scheme),
        ground: try GroundGeometry(crs: plan.grid.crs)),
      halo: Int((settings.largest / plan.pixelArea.squareRoot()).rounded(.up)),
      exporter: FootprintExporter(
        grid: plan.grid, schema: schema,
        provenance: FootprintProvenance(
          className: className, model: plan.model.label, version: programVersion,
          scenes: plan.scenes.scenes.map { scene in
            .init(
              name: URL(fileURLWithPath: scene.path).lastPathComponent, acquired: scene.acquired,
              window: scene.window)
          })),
      scenery: Scenery(
        name: plan.name, style: FootprintStyle(schema: schema, className: className),
        grid: plan.grid, window: plan.window, map: plan.mapBesideFootprints,
        cells: plan.footprintCells))
  }

  /// The outlines that begin in a core.
  func footprints(in core: PixelWindow, step: () -> Void = {}) throws -> [Footprint] {
    try FootprintShard(core: core, halo: halo).footprints(
      from: layers, tracer: tracer, step: step)
  }

  /// Merges the outlines of shards, in one order, into files.
  ///
  /// - Parameters:
  ///   - fragments: The outlines, one fragment per shard.
  ///   - most: The outlines of one layer; more are parted.
  ///   - place: Where a file is written, by what its name ends in after that of the layer.
  /// - Returns: How many there are, what they were parted into, and what the files' names end in.
  func export(
    _ fragments: [FootprintFragment], most: Int = LayerPart.mostFeatures,
    step: () -> Void = {}, to place: (String) -> String
  ) throws -> (summary: FootprintSummary, parts: [LayerPart], endings: [String]) {
    var summary = FootprintSummary()
    let parts = try LayerPart.parts(of: fragments, cells: scenery.cells, most: most)
    var all: [String] = []
    for part in parts {
      let endings = formats.map { "\(part.suffix).\($0.fileExtension)" }
      summary.add(
        try exporter.export(
          fragments, to: zip(formats, endings).map { .init(path: place($1), format: $0) },
          layer: scenery.layerName + part.suffix, part: part, step: step))
      all += endings
    }
    return (summary, parts, all)
  }
}

/// A file beside the outlines that says how to look at them.
struct CompanionFile {
  /// What its name ends in after that of the layer.
  let ending: String
  let text: String

  /// The ends of the names of all that there may be.
  static let endings = ["qml", "sld", "qgs"]
}

extension Tracing {
  /// Styles for QGIS and others, and a project where QGIS can open a file of outlines.
  ///
  /// - Parameters:
  ///   - parts: What the outlines are written in.
  ///   - hasMap: Whether the map lies where a run has it, beside the folder of outlines.
  func companions(of parts: [LayerPart], hasMap: Bool) throws -> [CompanionFile] {
    // QGIS takes `name.qml` beside `name.fgb` by itself: every part needs its own.
    var files = parts.flatMap { part in
      [
        CompanionFile(ending: "\(part.suffix).qml", text: scenery.style.qml),
        CompanionFile(ending: "\(part.suffix).sld", text: scenery.style.sld),
      ]
    }
    if let format = formats.first(where: \.isReadable) {
      files.append(CompanionFile(ending: ".qgs", text: try project(format, parts, hasMap).text))
    }
    return files
  }

  private func project(
    _ format: FootprintFormat, _ parts: [LayerPart], _ hasMap: Bool
  ) throws -> QGISProject {
    let crs = try exporter.reference(of: format)
    let outlines = parts.map { part in
      let name = scenery.layerName + part.suffix
      let file = "./\(name).\(format.fileExtension)"
      return QGISProject.Layer(
        name: name, source: format == .geoPackage ? "\(file)|layername=\(name)" : file,
        kind: .footprints(scenery.style), crs: crs)
    }
    return QGISProject(
      name: scenery.name, crs: scenery.grid.crs,
      bounds: scenery.grid.transform.bounds(of: scenery.window),
      layers: outlines + (hasMap ? scenery.map : []))
  }
}

extension RunPlan {
  /// What the outlines are parted into where they are too many: the sheets of the map.
  fileprivate var footprintCells: [LayerPart] {
    mosaicLayout.sheets.map { LayerPart(suffix: $0.suffix, cell: $0.window) }
  }

  /// The layers of the map, as a project beside the outlines finds them.
  fileprivate var mapBesideFootprints: [QGISProject.Layer] {
    rasters.enumerated().flatMap { number, layer in
      mosaicLayout.sheets.map { sheet in
        let path = mosaicPath(of: layer, sheet: sheet)
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return .init(
          name: name, source: "../\(path)", kind: .raster, crs: grid.crs, isShown: number == 0)
      }
    }
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
