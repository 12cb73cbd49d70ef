import Checksums
import Foundation
import Glibc
import Grids
import ShardStores
import Tiling

/// Whether a run is still what was committed: what `mapwright verify` finds.
public struct Verification: Codable, Sendable {
  /// Files that the manifest names and has not deleted, and those of the catalogue.
  public var files = 0
  /// Shards whose scenes were decoded again; 0 when that was not asked for.
  public var shards = 0
  /// Files that are absent or altered, with the reason.
  public var damaged: [String] = []
  /// Shards whose scenes give other pixels than were mapped, with the scenes.
  public var otherPixels: [String] = []

  /// Hashes every file of a run; nothing is changed.
  ///
  /// - Parameter rereads: Whether to decode the scenes again, too.
  /// - Throws: ``RunError/notARun(folder:)``, and what keeps the manifest from being read.
  /// - Complexity: Reads every byte once; constant memory.
  public init(of folder: RunFolder, rereadingScenes rereads: Bool) throws {
    guard FileManager.default.fileExists(atPath: folder.record.path) else {
      throw RunError.notARun(folder: folder.path)
    }
    let store = try ShardStore(reading: folder.queue.path)
    for stage in WorkStage.allCases {
      for artifact in try store.artifacts(stage: stage.rawValue) where !artifact.isRetired {
        try compare(folder.file(artifact.path).path, with: artifact.fileHash)
      }
    }
    for file in try RunCatalogue.hashes(in: folder) {
      try compare(folder.file(file.path).path, with: file.hash)
    }
    if rereads { try reread(folder, store) }
  }

  private mutating func compare(_ path: String, with hash: String) throws {
    files += 1
    if let reason = try Self.damage(of: path, committedAs: hash) {
      damaged.append("'\(path)': \(reason)")
    }
  }

  /// What is wrong with a file; nil when it is what was committed.
  ///
  /// - Throws: ``ChecksumError`` when the system does not let it be read, which is no damage.
  static func damage(of path: String, committedAs hash: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return "the file is absent" }
    do {
      let found = try ContentHash(ofFile: path)
      return found.description == hash ? nil : "its SHA-256 is \(found), committed was \(hash)"
    } catch {
      if SystemFault(behind: error) != nil { throw error }
      return "it cannot be read"
    }
  }

  private mutating func reread(_ folder: RunFolder, _ store: ShardStore) throws {
    let plan = try RunPlan.read(in: folder, for: store)
    let reader = try ShardReader(of: plan)
    for number in 0..<plan.span.count {
      let key = ShardKey(stage: WorkStage.infer.rawValue, index: number)
      guard let record = try store.record(key), record.state == .done,
        let hash = record.inputHash
      else { continue }
      shards += 1
      let scenes = plan.scenes.scenes(meeting: plan.readWindow(of: number))
        .map { "'\(plan.scenes.scenes[$0].path)'" }.joined(separator: ", ")
      do {
        if try reader.hash(of: number) == hash { continue }
        otherPixels.append("\(plan.span[number]), from \(scenes)")
      } catch {
        if SystemFault(behind: error) != nil { throw error }
        _ = reader.takeHash()
        let reason = "\(error)".split(separator: "\n").dropFirst().first ?? ""
        otherPixels.append(
          "\(plan.span[number]), from \(scenes): \(reason.trimmingCharacters(in: .whitespaces))")
      }
    }
  }

  /// Says what is wrong, if anything is.
  ///
  /// - Throws: ``RunError/damaged(folder:problems:)``,
  ///   ``RunError/scenesDiffer(folder:problems:)``.
  public func check(_ folder: RunFolder) throws {
    if !damaged.isEmpty { throw RunError.damaged(folder: folder.path, problems: damaged) }
    if !otherPixels.isEmpty {
      throw RunError.scenesDiffer(folder: folder.path, problems: otherPixels)
    }
  }

  /// The finding for people, when nothing is wrong.
  public var words: String {
    let again = shards > 0 ? "; \(shards) shards' scenes give the pixels that were mapped" : ""
    return "\(files) files are what was committed\(again)"
  }

  /// The files that the manifest names and that are not there, or have another size.
  static func lostFiles(of folder: RunFolder, _ store: ShardStore) throws -> Set<String> {
    var lost: Set<String> = []
    for stage in WorkStage.allCases {
      for artifact in try store.artifacts(stage: stage.rawValue) where !artifact.isRetired {
        var state = stat()
        let isThere =
          stat(folder.file(artifact.path).path, &state) == 0 && state.st_size == artifact.bytes
        if !isThere { lost.insert(artifact.path) }
      }
    }
    return lost
  }
}
