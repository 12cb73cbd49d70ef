import Foundation
import Footprints
import GeoFiles
import Grids
import Imagery
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

  /// Refuses a folder that lies in a run: its files are what the manifest says.
  private func refuseRuns(around target: URL) throws(RunError) {
    var folder = target
    while folder.path != "/" {
      if FileManager.default.fileExists(atPath: RunFolder(folder).queue.path) {
        throw .insideRun(folder: target.path, run: folder.path)
      }
      folder.deleteLastPathComponent()
    }
  }

  private func trace(_ plan: RunPlan) throws -> String {
    let target = URL(fileURLWithPath: request.folder).standardizedFileURL
    try refuseRuns(around: target)
    let staging = target.appending(path: ".staging-\(ProcessInfo.processInfo.processIdentifier)")
    try RunFolder.makeFolder(staging.path)
    defer { try? FileManager.default.removeItem(at: staging) }
    let tracing = try Tracing(of: plan, in: request.run)
    let fragments = try (0..<plan.span.count).map { index in
      let core = plan.span.window(of: index)
      let fragment = FootprintFragment(
        path: staging.appending(path: "\(index).footprints").path, core: core)
      try fragment.write(try tracing.footprints(in: core))
      return fragment
    }
    let names = tracing.formats.map { "\(plan.name)_footprints.\($0.fileExtension)" }
    let summary = try tracing.export(
      fragments,
      to: zip(tracing.formats, names).map {
        .init(path: staging.appending(path: $1).path, format: $0)
      })
    let companions = tracing.companions(hasMap: false)
    for file in companions {
      let path = staging.appending(path: "\(plan.name)_footprints.\(file.ending)").path
      try Array(file.text.utf8).write(toFile: path)
    }
    for name in names + companions.map({ "\(plan.name)_footprints.\($0.ending)" }) {
      let place = target.appending(path: name).path
      guard rename(staging.appending(path: name).path, place) == 0 else {
        throw RunError.cannotWrite(path: place, reason: String(cString: strerror(errno)))
      }
    }
    return (["\(summary.count) footprints"] + names.map { "  \(request.folder)/\($0)" })
      .joined(separator: "\n")
  }
}
