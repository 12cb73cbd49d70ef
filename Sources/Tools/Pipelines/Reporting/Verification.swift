import Checksums
import Foundation
import Glibc
import ShardStores

/// Whether a run's files are still what was committed.
public enum Verification {
  /// The files that the manifest names and that are not there, or have another size.
  static func lostFiles(of folder: RunFolder, _ store: ShardStore) throws -> Set<String> {
    var lost: Set<String> = []
    for stage in WorkStage.allCases {
      for artifact in try store.artifacts(stage: stage.rawValue) where !artifact.isRetired {
        var state = stat()
        guard stat(folder.file(artifact.path).path, &state) == 0, state.st_size == artifact.bytes
        else {
          lost.insert(artifact.path)
          continue
        }
      }
    }
    return lost
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
