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
  /// The least area, in m²; nil as in the run.
  public var smallest: Double?
  /// The form of an outline; nil as in the run.
  public var outline: String?

  /// By whose names attributes are called; nil as in the run.
  public var schema: String?
  /// The formats to write; nil as in the run.
  public var formats: [String]?

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
    guard var settings = plan.footprints else {
      throw RunError.cannotRead(path: request.run.plan.path, reason: "it traces no footprints")
    }
    settings.threshold = request.threshold ?? settings.threshold
    settings.smallest = request.smallest ?? settings.smallest
    settings.outline = request.outline ?? settings.outline
    settings.schema = request.schema ?? settings.schema
    settings.formats = request.formats ?? settings.formats
    plan.footprints = settings
    return try trace(plan)
  }

  private func trace(_ plan: RunPlan) throws -> String {
    let (run, span) = (request.run, plan.span)
    return try TracedFiles(
      folder: request.folder, name: plan.name, shards: (0..<span.count).map(span.window(of:))
    ) { try Tracing(of: plan, in: run) }.write().words
  }
}
