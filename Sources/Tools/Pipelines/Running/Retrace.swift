import Foundation
import Footprints
import Grids
import Polygons

/// A request to trace a finished run's outlines again.
public struct RetraceRequest: Sendable {
  /// The run.
  public var run: RunFolder
  /// Where the outlines go.
  public var folder: String
  /// From which probability on a pixel is traced; nil as in the run.
  public var threshold: Double?
  /// The least confidence, 0…1; nil as in the run.
  public var leastConfidence: Double?
  /// The least area, in m²; nil as in the run.
  public var smallest: Double?
  /// The form of an outline; nil as in the run.
  public var outline: String?

  /// By whose names attributes are called; nil as in the run.
  public var schema: String?
  /// The formats to write; nil as in the run.
  public var formats: [String]?
  /// The layers to write; nil for all of the run.
  public var layers: [String]?

  /// The schemas there are.
  public static var schemas: [String] { FootprintSchema.allCases.map(\.rawValue) }

  /// The formats that can be written.
  public static var formats: [String] { FootprintFormat.allCases.map(\.rawValue) }

  /// The forms that an outline can have.
  public static var outlines: [String] { OutlineStyle.allCases.map(\.rawValue) }

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
    try OutsideLibraries.start()
    guard let record = try RunRecord.read(in: request.run) else {
      throw RunError.notARun(folder: request.run.path)
    }
    guard record.state != .unfinished else {
      throw RunError.cannotRead(
        path: request.run.path, reason: "the run is not finished: map it to its end first")
    }
    var plan = try RunPlan.read(in: request.run)
    guard !plan.footprints.isEmpty else {
      throw RunError.cannotRead(path: request.run.plan.path, reason: "it traces no footprints")
    }
    let names = plan.footprints.map(\.name)
    for name in request.layers ?? [] where !names.contains(name) {
      throw RunError.cannotRead(
        path: request.run.plan.path,
        reason: "it has no layer '\(name)'; there are: \(names.joined(separator: ", "))")
    }
    for index in plan.footprints.indices {
      revise(&plan.footprints[index], of: plan.className(of: plan.footprints[index]))
    }
    return try trace(plan)
  }

  private func revise(_ layer: inout PlannedLayer, of className: String) {
    layer.threshold = request.threshold ?? layer.threshold
    layer.formats = request.formats ?? layer.formats
    if case .outline(var form) = layer.form {
      form.leastConfidence = request.leastConfidence ?? form.leastConfidence
      form.smallest = request.smallest ?? form.smallest
      form.outline = request.outline ?? form.outline
      layer.form = .outline(form)
    }
    // One word for all layers: those that the schema has no place for keep their own.
    if let schema = request.schema.flatMap(FootprintSchema.init(rawValue:)),
      layer.isOutline
        ? schema.knows(className: className) : CenterlineSchema.known.contains(schema)
    {
      layer.schema = schema.rawValue
    }
  }

  private func trace(_ plan: RunPlan) throws -> String {
    let (run, span) = (request.run, plan.span)
    return try TracedFiles(
      folder: request.folder, shards: (0..<span.count).map(span.window(of:)),
      layers: plan.footprints.enumerated().map { index, layer in
        TracedFiles.Layer(
          source: layer.roads, isWritten: request.layers?.contains(layer.name) ?? true
        ) { try Tracing(of: plan, layer: index, in: run) }
      }
    ) {
      Scenery(name: plan.name, grid: plan.grid, window: plan.window)
    }.write().words
  }
}
