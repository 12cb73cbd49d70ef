import CPlatform
public import Foundation
import Glibc

/// The folder of a run; nothing is written anywhere else.
///
/// ```
/// runs/buildings/
///   pipeline.yaml    the pipeline with every default written out
///   run.json         versions, hashes, machine: what the run was made from
///   report.md        what was mapped, what was not, and why
///   report.html      the same with pictures and figures, as one page to look at and to mail
///   1-tiling/        plan.json: grid, scenes, chips, shards
///   2-queueing/      queue.sqlite and its locks, staging/, workers.log
///   3-inference/     a part per shard, deleted once its mosaic is committed; OpenVINO's compiled models
///   4-mosaicking/    the map: Cloud-Optimized GeoTIFFs
///   5-footprints/    the outlines: GeoPackage, FlatGeobuf, GeoJSONSeq
///   view-cache/      tiles of the map, if it was looked at; may be deleted at any time
/// ```
public struct RunFolder: Hashable, Sendable {
  /// The folder.
  public let url: URL

  /// Names a run's folder; nothing is made.
  public init(_ url: URL) { self.url = url.standardizedFileURL }

  /// The path of the folder.
  public var path: String { url.path }
  /// The pipeline as resolved.
  public var pipeline: URL { url.appending(path: "pipeline.yaml") }
  /// What the run was made from.
  public var record: URL { url.appending(path: "run.json") }
  /// The report for people.
  public var report: URL { url.appending(path: "report.md") }
  /// The report as a page.
  public var page: URL { url.appending(path: "report.html") }
  /// The scenes as the preview shows them, without the map: for the report.
  var ground: URL { url.appending(path: "1-tiling/ground.png") }
  /// The plan that workers read.
  public var plan: URL { url.appending(path: "1-tiling/plan.json") }
  /// The plan of a run that is being revised.
  public var nextPlan: URL { url.appending(path: "1-tiling/plan.next.json") }
  /// The queue's database.
  public var queue: URL { state.appending(path: "queue.sqlite") }
  /// Locked by the one coordinator.
  public var coordinatorLock: URL { state.appending(path: "coordinator.lock") }
  /// Locked, shared, by every worker.
  public var workersLock: URL { state.appending(path: "workers.lock") }
  /// The workers of the coordinator at work, so that the next one can end those that will not.
  public var workersList: URL { state.appending(path: "workers.list") }
  /// What workers say on standard error.
  public var workersLog: URL { url.appending(path: "2-queueing/workers.log") }
  /// One byte for every chip ever classified, also those done again.
  public var chipTally: URL { url.appending(path: "2-queueing/chips.tally") }

  /// Tiles that the viewer keeps; nothing depends on them.
  public var tiles: URL { url.appending(path: "view-cache") }
  /// What a command says that the viewer has started to try again what was set aside.
  public var retryLog: URL { url.appending(path: "2-queueing/retry.log") }

  /// The hashes of the catalogue's files, in the words of `sha256sum`.
  var catalogueHashes: URL { url.appending(path: "2-queueing/catalogue.sha256") }

  /// Space that is given up when the disk is full, so that the queue can still be written.
  public var ballast: URL { url.appending(path: "2-queueing/ballast") }

  /// Where unfinished files lie, relative to the folder.
  public static let staging = "2-queueing/staging"
  /// Where shards' parts lie, relative to the folder.
  public static let parts = "3-inference"
  /// Where OpenVINO keeps compiled models while the run goes on, relative to the folder.
  static let modelCache = "3-inference/openvino"
  /// Where the map lies, relative to the folder.
  public static let mosaics = "4-mosaicking"
  /// Where the outlines lie, relative to the folder.
  public static let footprints = "5-footprints"
  /// Where the shards' outlines lie before they are merged, relative to the folder.
  public static let fragments = "2-queueing/fragments"

  /// A file of the run.
  public func file(_ relativePath: String) -> URL { url.appending(path: relativePath) }

  /// Makes the folder and those in it.
  ///
  /// - Throws: ``RunError/cannotWrite(path:reason:)`` when that is not possible.
  public func make() throws(RunError) {
    let folders = [
      "1-tiling", Self.staging, Self.fragments, Self.parts, Self.mosaics, Self.footprints,
    ]
    for folder in folders {
      try Self.makeFolder(file(folder).path)
    }
  }

  /// Makes a folder's entries durable.
  func sync(_ folder: URL) throws(RunError) {
    let problem = mw_sync(folder.path, true)
    if problem != 0 { throw Publisher.failure(of: problem, at: folder.path) }
  }

  /// Makes a folder and those around it.
  ///
  /// By hand, because Foundation does not say what the system said.
  static func makeFolder(_ path: String) throws(RunError) {
    var made = ""
    for name in path.split(separator: "/") {
      made += "/\(name)"
      if mkdir(made, 0o777) != 0, errno != EEXIST {
        throw Publisher.failure(of: errno, at: path)
      }
    }
  }

  /// The names in one of the run's folders, sorted; none when it is not there.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)`` when the system does not tell: it is not empty
  ///   for that.
  func names(in place: String) throws(RunError) -> [String] {
    let folder = file(place).path
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch CocoaError.fileReadNoSuchFile {
      // Another command is just making it anew.
      return []
    } catch {
      throw .cannotRead(path: folder, reason: RunError.words(of: error))
    }
  }

  /// The text of a file; nil when it is not there.
  ///
  /// - Throws: ``RunError/cannotRead(path:reason:)``.
  static func text(of file: URL) throws(RunError) -> String? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do { return String(decoding: try Data(contentsOf: file), as: UTF8.self) } catch {
      throw .cannotRead(path: file.path, reason: RunError.words(of: error))
    }
  }

  /// Makes a file the folder's own that is only named in it and lies elsewhere.
  func own(_ file: URL) throws(RunError) {
    var state = stat()
    guard lstat(file.path, &state) == 0, state.st_mode & S_IFMT == S_IFLNK else { return }
    let data: Data
    do { data = try Data(contentsOf: file, options: .alwaysMapped) } catch {
      throw .cannotRead(path: file.path, reason: RunError.words(of: error))
    }
    try write(data, to: file)
  }

  /// Deletes what unfinished attempts left behind; only for the holder of both locks.
  public func sweepStaging() throws(RunError) {
    let staging = file(Self.staging)
    do { try FileManager.default.removeItem(at: staging) } catch {
      throw .cannotWrite(path: staging.path, reason: RunError.words(of: error))
    }
    try Self.makeFolder(staging.path)
  }
}
