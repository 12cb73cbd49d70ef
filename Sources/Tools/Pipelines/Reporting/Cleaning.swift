import Foundation
import Glibc
import ShardStores

/// Removes the files of a run that nothing names: what `mapwright gc` does.
///
/// A finished command leaves none. A killed one may: staged files, parts that were published and not
/// recorded, and files kept as evidence of a shard that gave two results. What a run cannot have
/// written, it leaves alone.
public struct Cleaning: Codable, Sendable {
  /// The files, relative to the run's folder.
  public var removed: [String] = []
  /// Their sizes together, in bytes.
  public var bytes = 0
  /// Whether they were only looked for.
  public var isTrial: Bool

  /// Cleans a run's folder, or looks what there would be to clean.
  ///
  /// - Throws: ``RunError/notARun(folder:)``, ``RunError/alreadyRunning(folder:)``.
  public init(_ folder: RunFolder, trial isTrial: Bool) throws {
    self.isTrial = isTrial
    guard let record = try RunRecord.read(in: folder) else {
      throw RunError.notARun(folder: folder.path)
    }
    let locks = try RunLocks(folder) {}
    defer { withExtendedLifetime(locks) {} }
    let store = try ShardStore(reading: folder.queue.path)
    // A plan that waits for its name is the only one that fits the rows, and names what they need.
    let plan =
      try isTrial
      ? RunPlan.read(in: folder, for: store) : RunPlan.adopt(in: folder, for: store)
    let isAwaited = try RunPlan.read(in: folder).generation < plan.generation
    var named = Set(
      try WorkStage.allCases.flatMap { try store.artifacts(stage: $0.rawValue) }
        .filter { !$0.isRetired }.map(\.path))
    // What a revision that is not finished still cuts parts from.
    if record.state == .unfinished { named.formUnion(plan.kept.map(\.path)) }
    let own = OwnNames(of: plan)
    let places = [
      RunFolder.staging, RunFolder.fragments, RunFolder.parts, RunFolder.mosaics,
      RunFolder.footprints,
    ]
    for place in places {
      for path in try folder.names(in: place).map({ "\(place)/\($0)" })
      where !named.contains(path) && own.contain(path) {
        remove(path, of: folder)
      }
    }
    for leftover in [folder.ballast] + (isAwaited ? [] : [folder.nextPlan]) {
      remove(String(leftover.path.dropFirst(folder.path.count + 1)), of: folder)
    }
  }

  private mutating func remove(_ path: String, of folder: RunFolder) {
    var state = stat()
    guard lstat(folder.file(path).path, &state) == 0 else { return }
    if !isTrial, unlink(folder.file(path).path) != 0 { return }
    removed.append(path)
    bytes += Int(state.st_size)
  }

  /// What was done, for people.
  public var words: String {
    guard !removed.isEmpty else { return "nothing to remove: every file is named by the manifest" }
    let verb = isTrial ? "would be removed" : "were removed"
    return
      (removed.map { "  \($0)" } + ["\(removed.count) files, \(bytes) bytes, \(verb)"])
      .joined(separator: "\n")
  }
}
