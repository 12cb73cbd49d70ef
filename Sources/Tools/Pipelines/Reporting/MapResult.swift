import Foundation
import Mosaicking
import ShardStores
public import Tiling

/// How a command to map ended, and what it left where.
public struct MapResult: Codable, Sendable {
  /// Pixels of the map by what became of them.
  public struct Area: Codable, Sendable {
    /// Pixels that were classified.
    public var mapped: Int
    /// Pixels without a picture.
    public var nodata: Int
    /// Pixels that scenes show, but only with clouds.
    public var cloud: Int
    /// Pixels outside the region or all scenes.
    public var outside: Int
    /// Pixels of shards that were set aside.
    public var setAside: Int
  }

  /// A layer of outlines, roads or bridges.
  public struct Layer: Codable, Sendable {
    /// Its name.
    public var name: String
    /// How many features it has; nil when it could not be written.
    public var features: Int?
  }

  /// How the command ends.
  public var exitStatus: ExitStatus
  /// The run's folder.
  public var folder: String
  /// The run's name.
  public var name: String
  /// Whether this command did the work, rather than finding it done.
  public var isNew: Bool
  /// The files that were made, relative to the folder.
  public var files: [String]
  /// How many features there are of each layer of outlines, roads or bridges.
  public var layers: [Layer] = []
  /// What became of the pixels; nil while the run is unfinished.
  public var pixels: Area?
  /// The ground that was mapped, in km².
  public var mappedSquareKilometers: Double?
  /// Shards that were set aside, with the reason.
  public var setAside: [RunStatus.SetAside]
  /// Scenes that were left out, since they cannot be read, with the reason.
  public var unreadable: [UnreadableScene] = []
  /// The most memory that a worker took, in bytes.
  public var peakWorkerMemory: Int64
  /// What the job took on all machines; nil where the run was made by one.
  public var jobCosts: JobCosts?
  /// What the user should know.
  public var warnings: [String]

  /// The result of a run that is finished.
  init(of folder: RunFolder, plan: RunPlan, warnings: [String], isNew: Bool) throws {
    let status = try RunStatus(of: folder)
    let tally = try CoverageTally(of: folder, plan: plan)
    exitStatus = status.setAside.isEmpty ? .done : .setAside
    self.folder = folder.path
    name = plan.name
    self.isNew = isNew
    let store = try ShardStore(reading: folder.queue.path)
    files = try [WorkStage.mosaic, .export].flatMap {
      try store.artifacts(stage: $0.rawValue).map(\.path)
    }
    if FileManager.default.fileExists(atPath: folder.file(RunCatalogue.collection).path) {
      files.append(RunCatalogue.collection)
    }
    if plan.hasUnions {
      files += plan.rasters.map(plan.unionPath).filter {
        FileManager.default.fileExists(atPath: folder.file($0).path)
      }
    }
    layers = try plan.footprints.enumerated().map { index, layer in
      let record = try store.record(ShardKey(stage: WorkStage.export.rawValue, index: index))
      return Layer(
        name: layer.name, features: record.flatMap { $0.state == .done ? $0.madeCount : nil })
    }
    pixels = tally?.area
    mappedSquareKilometers = tally.map { $0.mappedSquareMeters / 1e6 }
    setAside = status.setAside
    unreadable = plan.unreadable ?? []
    let record = try RunRecord.read(in: folder)
    (peakWorkerMemory, jobCosts) = (record?.peakWorkerMemory ?? 0, record?.jobCosts)
    self.warnings = warnings
  }

  /// The result of a run that was stopped.
  init(stopped folder: RunFolder, plan: RunPlan) throws {
    exitStatus = .stopped
    self.folder = folder.path
    name = plan.name
    isNew = true
    files = []
    setAside = try RunStatus(of: folder).setAside
    peakWorkerMemory = try RunRecord.read(in: folder)?.peakWorkerMemory ?? 0
    warnings = []
  }

  /// The result for people.
  public var words: String {
    if exitStatus == .stopped {
      return """
        stopped; finished shards are kept in \(folder)
        run the same command again to go on
        """
    }
    var lines = [isNew ? "\(name) is mapped" : "nothing to do: \(name) is mapped already"]
    if let pixels, let area = mappedSquareKilometers {
      lines.append(
        "  \("area".padded(to: 12)) " + String(format: "%.3f km²", area)
          + ", \(Self.grouped(pixels.mapped)) px mapped, \(Self.grouped(pixels.nodata)) nodata, "
          + (pixels.cloud > 0 ? "\(Self.grouped(pixels.cloud)) cloud, " : "")
          + "\(Self.grouped(pixels.outside)) outside"
          + (pixels.setAside > 0 ? ", \(Self.grouped(pixels.setAside)) set aside" : ""))
    }
    for layer in layers {
      guard let features = layer.features else { continue }
      lines.append("  \(layer.name.padded(to: 12)) \(Self.grouped(features))")
    }
    lines.append(
      "  \("memory".padded(to: 12)) at most \(peakWorkerMemory / 1_000_000) MB per worker")
    for (name, words) in jobCosts?.rows ?? [] { lines.append("  \(name.padded(to: 12)) \(words)") }
    lines.append("  \("report".padded(to: 12)) \(folder)/report.html")
    for (index, file) in files.enumerated() {
      lines.append("  \((index == 0 ? "files" : "").padded(to: 12)) \(folder)/\(file)")
    }
    for scene in unreadable {
      lines.append("  \("left out".padded(to: 12)) \(scene.path): \(scene.reason)")
    }
    if !setAside.isEmpty {
      lines.append(
        "  \("set aside".padded(to: 12)) \(setAside.count) shards: `mapwright status \(folder)`")
    }
    return lines.joined(separator: "\n")
  }

  /// A number with spaces between thousands.
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (place, digit) in String(number).reversed().enumerated() {
      if place > 0, place % 3 == 0, digit != "-" { text.append("\u{202F}") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
