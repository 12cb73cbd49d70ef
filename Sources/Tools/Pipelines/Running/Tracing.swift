import Footprints
import Foundation
import GeoFiles
import Grids
import Imagery
import Polygons

/// What tracing a layer of outlines, roads or bridges needs, whoever does it: the layers of the map,
/// the rules, the files' form.
struct Tracing {
  /// How features are found and written.
  enum Form {
    /// Outlines; what is looked at around a shard at first, in pixels.
    case outline(FootprintLayers, FootprintTracer, halo: Int, FootprintExporter)
    /// Roads.
    case centerline(
      CenterlineLayers, Footprints.CenterlineSettings, CenterlineRules, CenterlineExporter)
    /// The bridges along roads, which are traced with them.
    case bridge(CenterlineExporter)
  }

  /// Where features lie, and how they are written.
  struct Setting {
    /// What files and layers are called, but for what tells them apart.
    let name: String
    /// The formats to write.
    let formats: [FootprintFormat]
    /// By whose names attributes are called.
    let schema: FootprintSchema
    /// Where all lies.
    let grid: RunGrid
    /// What layers are parted into where they are too many features for one.
    let cells: [LayerPart]
  }

  /// A layer of features: its name, its style, and the attributes of lines and places.
  struct Layer {
    /// The end of its files' names.
    let name: String
    /// How it is drawn.
    let style: FootprintStyle
    /// What its features have in common; nil for outlines.
    var lines: CenterlineSchema?
  }

  /// One layer, or the stretches of bridges and the places in their middles.
  let layers: [Layer]

  private let setting: Setting
  private let form: Form

  /// Brings together what tracing needs.
  init(_ setting: Setting, layers: [Layer], form: Form) {
    self.setting = setting
    self.layers = layers
    self.form = form
  }

  /// Traces what a shard holds into its fragment.
  ///
  /// - Returns: The bytes that were written, and how many records they hold.
  func trace(
    into fragment: FootprintFragment, step: () -> Void = {}
  ) throws -> (bytes: [UInt8], count: Int) {
    switch form {
    case .outline(let layers, let tracer, let halo, _):
      let footprints = try FootprintShard(core: fragment.core, halo: halo).footprints(
        from: layers, tracer: tracer, step: step)
      return (try fragment.write(footprints), footprints.count)
    case .centerline(let layers, let settings, let rules, _):
      let pieces = try CenterlineShard(core: fragment.core).pieces(
        from: layers, settings: settings, rules: rules)
      step()
      return (try fragment.write(pieces), pieces.count)
    case .bridge: return ([], 0)
    }
  }

  /// What the layers are written in: one piece, or those cells that are not empty.
  ///
  /// - Parameters:
  ///   - fragments: Those that the layers are merged from.
  ///   - most: The most features of one part. Bridges are never so many.
  func parts(
    of fragments: [FootprintFragment], most: Int = LayerPart.mostFeatures
  ) throws -> [LayerPart] {
    let cells = setting.cells
    return switch form {
    case .outline:
      try LayerPart.parts(of: fragments, holding: Footprint.self, cells: cells, most: most)
    case .centerline:
      try LayerPart.parts(of: fragments, holding: CenterlinePiece.self, cells: cells, most: most)
    case .bridge: [.whole]
    }
  }

  /// A file of a part of a layer in a format.
  struct File {
    /// The layer's place in ``Tracing/layers``.
    let layer: Int
    let part: LayerPart
    let format: FootprintFormat
    /// The name of the file.
    let name: String
  }

  /// The files that are written.
  func files(in parts: [LayerPart]) -> [File] {
    parts.flatMap { part in
      layers.indices.flatMap { layer in
        setting.formats.map {
          File(
            layer: layer, part: part, format: $0,
            name: "\(name(ofLayer: layer, part)).\($0.fileExtension)")
        }
      }
    }
  }

  private func name(ofLayer layer: Int, _ part: LayerPart) -> String {
    "\(setting.name)_\(layers[layer].name)\(part.suffix)"
  }

  /// Merges the fragments of shards, in one order, into files.
  ///
  /// - Parameter path: Where a file is written.
  /// - Returns: How many features the first layer has.
  func export(
    _ fragments: [FootprintFragment], in parts: [LayerPart], to path: (File) -> String,
    step: () -> Void = {}
  ) throws -> Int {
    try parts.reduce(0) { count, part in
      let files = self.files(in: [part])
      func outputs(_ layer: Int) -> [FootprintExporter.Output] {
        files.filter { $0.layer == layer }.map { .init(path: path($0), format: $0.format) }
      }
      switch form {
      case .outline(_, _, _, let exporter):
        return try count
          + exporter.export(
            fragments, to: outputs(0), layer: name(ofLayer: 0, part), part: part, step: step
          ).count
      case .centerline(_, _, _, let exporter), .bridge(let exporter):
        let written = layers.enumerated().compactMap { index, layer in
          layer.lines.map {
            CenterlineExporter.Layer(
              name: name(ofLayer: index, part), schema: $0, kind: layer.style.kind,
              outputs: outputs(index))
          }
        }
        return try count
          + (exporter.export(fragments, to: written, part: part, step: step).first ?? 0)
      }
    }
  }

  /// The layers as a project shows them: those of lines and places over those of areas.
  func projectLayers(in parts: [LayerPart]) throws -> [QGISProject.Layer] {
    guard let format = setting.formats.first(where: \.isReadable) else { return [] }
    let isLonLat = format.isLonLat || setting.schema.isLonLat
    let crs = isLonLat ? try CoordinateReference.wgs84 : setting.grid.crs
    return layers.indices.reversed().flatMap { layer in
      parts.map { part in
        let name = name(ofLayer: layer, part)
        let file = "./\(name).\(format.fileExtension)"
        return QGISProject.Layer(
          name: name, source: format == .geoPackage ? "\(file)|layername=\(name)" : file,
          kind: .features(layers[layer].style), crs: crs)
      }
    }
  }

  /// The styles beside the files, for QGIS and others.
  ///
  /// QGIS takes `name.qml` beside `name.fgb` by itself: every part needs its own.
  func styles(in parts: [LayerPart]) -> [CompanionFile] {
    parts.flatMap { part in
      layers.enumerated().flatMap { index, layer in
        let name = name(ofLayer: index, part)
        return [
          CompanionFile(name: "\(name).qml", text: layer.style.qml),
          CompanionFile(name: "\(name).sld", text: layer.style.sld),
        ]
      }
    }
  }
}

/// A file beside the outlines that says how to look at them.
struct CompanionFile {
  let name: String
  let text: String

  /// The ends of the names of all that there may be.
  static let endings = ["qml", "sld", "qgs"]
}

/// What is drawn together when people look at outlines.
struct Scenery {
  /// What files are called, but for what tells them apart.
  let name: String
  /// Where all lies.
  let grid: RunGrid
  /// The pixels it was traced from.
  let window: PixelWindow
  /// The map under it, where there is one.
  var map: [QGISProject.Layer] = []

  /// A project of layers, the topmost first, where QGIS can open any of them.
  ///
  /// - Parameter written: What is traced and the parts it is written in, in the order of a pipeline:
  ///   areas come first as a rule.
  func project(of written: [(tracing: Tracing, parts: [LayerPart])]) throws -> CompanionFile? {
    let all = try written.flatMap { try $0.tracing.projectLayers(in: $0.parts) }
    func layers(_ kind: Shape.Kind) -> [QGISProject.Layer] {
      all.filter { if case .features(let style) = $0.kind { style.kind == kind } else { false } }
    }
    // Bridges follow their roads in a pipeline, and lie on them.
    let shown = layers(.point) + layers(.line).reversed() + layers(.polygon)
    guard !shown.isEmpty else { return nil }
    let project = QGISProject(
      name: name, crs: grid.crs, bounds: grid.transform.bounds(of: window), layers: shown + map)
    let names = written.flatMap(\.tracing.layers).map(\.name)
    return CompanionFile(name: Self.projectName(of: name, layers: names), text: project.text)
  }

  /// A layer by itself gives the project its name.
  static func projectName(of name: String, layers: [String]) -> String {
    "\(name)_\(layers.count == 1 ? layers[0] : "layers").qgs"
  }
}
