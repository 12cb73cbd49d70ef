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

  /// A layer of features: its name, its style, and the attributes of lines and places.
  struct Layer {
    /// The end of its files' names.
    let name: String
    /// How it is drawn.
    let style: FootprintStyle
    /// What its features have in common; nil for outlines.
    var lines: CenterlineSchema?
  }

  /// The formats to write.
  let formats: [FootprintFormat]
  /// One layer, or the stretches of bridges and the places in their middles.
  let layers: [Layer]

  private let name: String
  private let form: Form

  /// Brings together what tracing needs.
  ///
  /// - Parameter name: What files and layers are called, but for what tells them apart.
  init(name: String, formats: [FootprintFormat], layers: [Layer], form: Form) {
    self.name = name
    self.formats = formats
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

  /// A file of a layer in a format.
  struct File {
    /// The layer's place in ``Tracing/layers``.
    let layer: Int
    let format: FootprintFormat
    /// The name of the file.
    let name: String
  }

  /// The files that are written.
  var files: [File] {
    layers.indices.flatMap { layer in
      formats.map {
        File(layer: layer, format: $0, name: "\(name)_\(layers[layer].name).\($0.fileExtension)")
      }
    }
  }

  /// Merges the fragments of shards, in one order, into files.
  ///
  /// - Parameter path: Where a file is written.
  /// - Returns: How many features the first layer has.
  func export(
    _ fragments: [FootprintFragment], to path: (File) -> String, step: () -> Void = {}
  ) throws -> Int {
    let files = self.files
    func outputs(_ layer: Int) -> [FootprintExporter.Output] {
      files.filter { $0.layer == layer }.map { .init(path: path($0), format: $0.format) }
    }
    switch form {
    case .outline(_, _, _, let exporter):
      return try exporter.export(
        fragments, to: outputs(0), layer: "\(name)_\(layers[0].name)", step: step
      ).count
    case .centerline(_, _, _, let exporter), .bridge(let exporter):
      let written = layers.enumerated().compactMap { index, layer in
        layer.lines.map {
          CenterlineExporter.Layer(
            name: "\(name)_\(layer.name)", schema: $0, kind: layer.style.kind,
            outputs: outputs(index))
        }
      }
      return try exporter.export(fragments, to: written, step: step).first ?? 0
    }
  }

  /// The layers as a project shows them: those of lines and places over those of areas.
  var projectLayers: [QGISProject.Layer] {
    guard let format = formats.first(where: \.isReadable) else { return [] }
    return layers.reversed().map { layer in
      let layerName = "\(name)_\(layer.name)"
      let file = "./\(layerName).\(format.fileExtension)"
      return QGISProject.Layer(
        name: layerName, source: format == .geoPackage ? "\(file)|layername=\(layerName)" : file,
        kind: .features(layer.style))
    }
  }

  /// The styles beside the files, for QGIS and others.
  var styles: [CompanionFile] {
    layers.flatMap { layer in
      [
        CompanionFile(name: "\(name)_\(layer.name).qml", text: layer.style.qml),
        CompanionFile(name: "\(name)_\(layer.name).sld", text: layer.style.sld),
      ]
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
  /// - Parameter tracings: In the order of a pipeline: areas come first as a rule.
  func project(of tracings: [Tracing]) -> CompanionFile? {
    let all = tracings.flatMap(\.projectLayers)
    func layers(_ kind: Shape.Kind) -> [QGISProject.Layer] {
      all.filter { if case .features(let style) = $0.kind { style.kind == kind } else { false } }
    }
    // Bridges follow their roads in a pipeline, and lie on them.
    let shown = layers(.point) + layers(.line).reversed() + layers(.polygon)
    guard !shown.isEmpty else { return nil }
    let project = QGISProject(
      name: name, crs: grid.crs, bounds: grid.transform.bounds(of: window), layers: shown + map)
    let names = tracings.flatMap(\.layers).map(\.name)
    return CompanionFile(name: Self.projectName(of: name, layers: names), text: project.text)
  }

  /// A layer by itself gives the project its name.
  static func projectName(of name: String, layers: [String]) -> String {
    "\(name)_\(layers.count == 1 ? layers[0] : "layers").qgs"
  }
}
