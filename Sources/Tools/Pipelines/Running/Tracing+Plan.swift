import Footprints
import Foundation
import GeoFiles
import Grids
import Imagery
import Inference
import Mosaicking
import Polygons
import Tiling

// How a run's plan is traced.

extension Tracing {
  /// Prepares to trace a layer from the map in a run's folder.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)`` when a probability that it needs is not written.
  init(of plan: RunPlan, layer number: Int, in folder: RunFolder) throws {
    let layer = plan.footprints[number]
    let schema = FootprintSchema(rawValue: layer.schema) ?? .mapwright
    let className = plan.className(of: layer)
    let setting = Setting(
      name: plan.name, formats: layer.formats.compactMap(FootprintFormat.init(rawValue:)),
      schema: schema, grid: plan.grid, cells: plan.cells)
    switch layer.form {
    case .outline(let outline):
      let color = className == "building" ? nil : plan.color(of: layer)
      self.init(
        setting,
        layers: [
          Layer(
            name: layer.name,
            style: FootprintStyle(
              schema: schema, className: className, color: color ?? FootprintStyle.usualColor))
        ],
        form: .outline(
          try plan.outlineLayers(of: layer, in: folder),
          FootprintTracer(
            grid: plan.grid,
            settings: Footprints.FootprintSettings(
              className: className, threshold: layer.threshold,
              outline: OutlineStyle(rawValue: outline.outline) ?? .squared,
              smallestSquareMeters: outline.smallest,
              leastConfidence: outline.leastConfidence ?? 0),
            ground: try GroundGeometry(crs: plan.grid.crs)),
          halo: Int((outline.largest / plan.pixelArea.squareRoot()).rounded(.up)),
          FootprintExporter(
            grid: plan.grid, schema: schema, provenance: plan.provenance(className))))
    case .centerline:
      let lines = CenterlineSchema(schema, of: .roads)
      let rules = try plan.rules(ofRoads: layer)
      self.init(
        setting,
        layers: [
          Layer(
            name: layer.name,
            style: FootprintStyle(of: lines, className: className, color: plan.color(of: layer)),
            lines: lines)
        ],
        form: .centerline(
          try plan.centerlineLayers(of: number, in: folder), plan.settings(ofRoads: layer), rules,
          try plan.exporter(ofRoads: layer, over: nil)))
    case .bridge(let bridge):
      let lines = CenterlineSchema(schema, of: .bridges)
      let names = layer.fileNames
      self.init(
        setting,
        layers: zip(names, [Shape.Kind.line, .point]).map { name, kind in
          Layer(
            name: name, style: FootprintStyle(of: lines, className: className, kind: kind),
            lines: lines)
        },
        form: .bridge(
          try plan.exporter(
            ofRoads: plan.footprints[bridge.roads],
            over: bridge.over.map { plan.model.scheme.published[$0].name })))
    }
  }
}

extension RunPlan {
  /// What is drawn with the outlines of the run.
  var scenery: Scenery {
    Scenery(name: name, grid: grid, window: window, map: mapBesideFootprints)
  }

  /// What layers are parted into where they are too many features for one: the sheets of the map.
  fileprivate var cells: [LayerPart] {
    mosaicLayout.sheets.map { LayerPart(suffix: $0.suffix, cell: $0.window) }
  }

  /// The layers whose fragments a layer's files are made from.
  ///
  /// The first layer's are accompanied by the project, which names the parts of all.
  func sources(ofFiles layer: Int) -> Set<Int> {
    layer == 0 && mosaicLayout.sheets.count > 1
      ? Set(tracedLayers) : [footprints[layer].roads ?? layer]
  }

  /// Where the project of all layers is published, relative to the run's folder.
  var projectPath: String {
    let names = footprints.flatMap(\.fileNames)
    return "\(RunFolder.footprints)/\(Scenery.projectName(of: name, layers: names))"
  }

  /// The layers of the map, as a project beside the outlines finds them.
  private var mapBesideFootprints: [QGISProject.Layer] {
    rasters.enumerated().flatMap { number, layer in
      let paths =
        hasUnions
        ? [unionPath(of: layer)] : mosaicLayout.sheets.map { mosaicPath(of: layer, sheet: $0) }
      return paths.map { path in
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return QGISProject.Layer(
          name: name, source: "../\(path)", kind: .raster, crs: grid.crs, isShown: number == 0)
      }
    }
  }

  /// The name of a layer's features as an attribute: that of the first of its classes.
  func className(of layer: PlannedLayer) -> String {
    layer.classes.first.map { model.scheme.published[$0].name } ?? layer.name
  }

  fileprivate func color(of layer: PlannedLayer) -> [UInt8] {
    layer.classes.first.map { model.scheme.published[$0].color } ?? FootprintStyle.usualColor
  }

  fileprivate func provenance(_ className: String) -> FootprintProvenance {
    FootprintProvenance(
      className: className, model: model.label, version: programVersion,
      scenes: zip(scenes.scenes, sceneNames).map { scene, names in
        .init(name: names.name, acquired: scene.acquired, window: scene.window)
      })
  }

  // MARK: Roads

  fileprivate func settings(ofRoads layer: PlannedLayer) -> Footprints.CenterlineSettings {
    guard case .centerline(let form) = layer.form else { return .init() }
    return .init(
      threshold: layer.threshold, narrowest: form.narrowest, widest: form.widest, spur: form.spur)
  }

  fileprivate func rules(ofRoads layer: PlannedLayer) throws -> CenterlineRules {
    let size = try GroundGeometry(crs: grid.crs).pixelSizeMeters(
      of: grid.transform, x: Double(window.x + window.maxX) / 2,
      y: Double(window.y + window.maxY) / 2)
    return settings(ofRoads: layer).rules(pixel: Point(x: size.x, y: size.y))
  }

  fileprivate func exporter(
    ofRoads layer: PlannedLayer, over: String?
  ) throws -> CenterlineExporter {
    CenterlineExporter(
      grid: grid, settings: settings(ofRoads: layer), rules: try rules(ofRoads: layer),
      provenance: provenance(className(of: layer)), over: over,
      ground: try GroundGeometry(crs: grid.crs))
  }

  fileprivate func centerlineLayers(
    of number: Int, in folder: RunFolder
  ) throws -> CenterlineLayers {
    var (over, ofBridges): (Int?, Int?) = (nil, nil)
    if let bridges = bridges(of: number), case .bridge(let form) = bridges.form {
      (over, ofBridges) = (form.over, bridges.classes.first)
    }
    return CenterlineLayers(
      probability: try probability(of: footprints[number].classes, in: folder),
      crossed: try over.map { try probability(of: [$0], in: folder) },
      bridges: try ofBridges.map { try probability(of: [$0], in: folder) },
      region: try region?.opened(in: grid))
  }

  // MARK: The map

  /// The probability of any of several classes.
  private func probability(of classes: [Int], in folder: RunFolder) throws -> any RasterSource {
    let layers = try classes.map { index in
      guard let files = files(.published(index), in: folder) else {
        throw RunError.cannotRead(
          path: folder.plan.path, reason: "the probability of the traced class is not written")
      }
      return files
    }
    return layers.count == 1 ? layers[0] : SummedLayers(layers)
  }

  private func files(_ layer: ProbabilityLayer, in folder: RunFolder) -> MosaicFiles? {
    guard let index = model.layers.firstIndex(of: layer) else { return nil }
    return MosaicFiles(
      mosaicLayout.sheets.map { sheet in
        .init(
          path: folder.file(mosaicPath(of: .probability(index), sheet: sheet)).path,
          window: sheet.window)
      })
  }

  /// The layers of the map that outlines are traced from.
  func outlineLayers(of layer: PlannedLayer, in folder: RunFolder) throws -> FootprintLayers {
    let channels = layer.classes.flatMap { model.scheme.published[$0].channels }
    let touches = model.scheme.contactChannel.map(channels.contains) ?? false
    return FootprintLayers(
      probability: try probability(of: layer.classes, in: folder),
      contact: touches ? files(.contact, in: folder) : nil,
      region: try region?.opened(in: grid))
  }
}

extension RunPlan.PlannedModel {
  /// The model as attributes of footprints name it: its file and the begin of its hash.
  var label: String { "\(URL(fileURLWithPath: path).lastPathComponent) \(hash.prefix(16))" }
}
