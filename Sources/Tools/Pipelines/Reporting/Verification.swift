import Checksums
import Foundation
import ShardStores

/// Whether a run's files are still what was committed.
public enum Verification {
  /// Sees that every file that the manifest names is there and as large as it was.
  ///
  /// - Throws: ``RunError/damaged(path:reason:)`` for the first that is not.
  static func checkPresence(in folder: RunFolder) throws {
    let store = try ShardStore(reading: folder.queue.path)
    for stage in WorkStage.allCases {
      for artifact in try store.artifacts(stage: stage.rawValue) where !artifact.isRetired {
        let path = folder.file(artifact.path).path
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        guard let size else { throw RunError.damaged(path: path, reason: "the file is absent") }
        guard size == artifact.bytes else {
          throw RunError.damaged(
            path: path, reason: "it holds \(size) bytes, committed were \(artifact.bytes)")
        }
      }
    }
  }

  /// Hashes every file that the manifest names and has not deleted.
  ///
  /// - Returns: How many there are.
  /// - Throws: ``RunError/damaged(path:reason:)`` for the first that is absent or altered.
  /// - Complexity: Reads every byte once; constant memory.
  public static func verify(_ folder: RunFolder) throws -> Int {
    guard FileManager.default.fileExists(atPath: folder.record.path) else {
      throw RunError.notARun(folder: folder.path)
    }
    let store = try ShardStore(reading: folder.queue.path)
    var count = 0
    for stage in WorkStage.allCases {
      for artifact in try store.artifacts(stage: stage.rawValue) where !artifact.isRetired {
        let path = folder.file(artifact.path).path
        guard FileManager.default.fileExists(atPath: path) else {
          throw RunError.damaged(path: path, reason: "the file is absent")
        }
        let found = try ContentHash(ofFile: path).description
        guard found == artifact.fileHash else {
          throw RunError.damaged(
            path: path, reason: "its SHA-256 is \(found), committed was \(artifact.fileHash)")
        }
        count += 1
      }
    }
    return count
  }
}
