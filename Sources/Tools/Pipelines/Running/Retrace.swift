import Foundation
import Footprints
import GeoFiles
import Grids
import Imagery

/// A request to trace a finished run's outlines again.
public struct RetraceRequest: Sendable {
  /// The run.
  public var run: RunFolder
  /// Where the outlines go.
  public var folder: String
  /// From which probability on a pixel is traced; nil as in the run.
  public var threshold: Double?
  /// The least area, in m²; nil as in the run.
  public var smallest: Double?
  /// The form of an outline; nil as in the run.
  public var outline: String?

  /// Asks for the outlines of a run as it traced them.
  public init(run: RunFolder, folder: String) {
    self.run = run
    self.folder = folder
  }
}

/// Traces outlines from a finished run's map, without inference.
public struct Retrace {
  private let request: RetraceRequest

  /// Prepares what was asked for; nothing happens yet.
  public init(_ request: RetraceRequest) { self.request = request }

  /// Traces shard by shard and writes the files, which take their names when all is written.
  ///
  /// - Returns: What was made, for people.
  public func execute() throws -> String {
    GDALRuntime.start(cacheMegabytes: 64)
    guard let record = try RunRecord.read(in: request.run) else {
      throw RunError.notARun(folder: request.run.path)
    }
    guard record.state != .unfinished else {
      throw RunError.cannotRead(
        path: request.run.path, reason: "the run is not finished: map it to its end first")
    }
    var plan = try RunPlan.read(in: request.run)
    guard var settings = plan.footprints else {
      throw RunError.cannotRead(path: request.run.plan.path, reason: "it traces no footprints")
    }
    settings.threshold = request.threshold ?? settings.threshold
    settings.smallest = request.smallest ?? settings.smallest
    settings.outline = request.outline ?? settings.outline
    plan.footprints = settings
    return try trace(plan, settings)
  }

  private func trace(_ plan: RunPlan, _ settings: RunPlan.PlannedFootprints) throws -> String {
    let target = URL(fileURLWithPath: request.folder)
    let staging = target.appending(path: ".staging-\(ProcessInfo.processInfo.processIdentifier)")
    do {
      try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    } catch { throw RunError.cannotWrite(path: target.path, reason: RunError.words(of: error)) }
    defer { try? FileManager.default.removeItem(at: staging) }
    let tracer = FootprintTracer(
      grid: plan.grid, settings: settings.tracing(plan.model.scheme),
      ground: try GroundGeometry(crs: plan.grid.crs))
    let layers = try plan.tracedLayers(of: settings, in: request.run)
    let halo = Int((settings.largest / plan.pixelArea.squareRoot()).rounded(.up))
    let fragments = try (0..<plan.span.count).map { index in
      let core = plan.span.window(of: index)
      let fragment = FootprintFragment(
        path: staging.appending(path: "\(index).footprints").path, core: core)
      try fragment.write(
        try FootprintShard(core: core, halo: halo).footprints(from: layers, tracer: tracer))
      return fragment
    }
    let formats = settings.formats.compactMap(VectorFormat.init(fileExtension:))
    let names = formats.map { "\(plan.name)_footprints.\($0.fileExtension)" }
    let exporter = FootprintExporter(
      grid: plan.grid, className: plan.model.scheme.published[settings.ofClass].name,
      model: plan.model.label, version: programVersion)
    let summary = try exporter.export(
      fragments,
      to: zip(formats, names).map { .init(path: staging.appending(path: $1).path, format: $0) },
      layer: "\(plan.name)_footprints")
    for name in names {
      let place = target.appending(path: name).path
      guard rename(staging.appending(path: name).path, place) == 0 else {
        throw RunError.cannotWrite(path: place, reason: String(cString: strerror(errno)))
      }
    }
    return (["\(summary.count) footprints"] + names.map { "  \(request.folder)/\($0)" })
      .joined(separator: "\n")
  }
}
