import CPlatform
import Checksums
import Foundation
import ShardStores

/// Gives finished files their names, in an order that a crash at any point cannot spoil.
///
/// The worker has written, closed, reopened, decoded, compared and flushed the file in staging. The
/// coordinator renames it, flushes the folder, and then records it in one transaction. A crash
/// before the transaction leaves a file that the manifest does not name; the shard is done again
/// and gives the same bytes under the same name.
struct Publisher: Sendable {
  let folder: RunFolder

  /// Flushes a staged file and describes it; for workers.
  ///
  /// - Parameters:
  ///   - staging: The file's path, relative to the run's folder.
  ///   - path: What it is to be called; `#` is replaced by the first 16 digits of its hash.
  func stage(_ staging: String, as path: String, content: ContentHash) throws -> StagedFile {
    let absolute = folder.file(staging).path
    let problem = mw_sync(absolute, false)
    guard problem == 0 else { throw Self.failure(of: problem, at: absolute) }
    let hash = try ContentHash(ofFile: absolute)
    let size = try FileManager.default.attributesOfItem(atPath: absolute)[.size] as? Int ?? 0
    return StagedFile(
      staging: staging, path: path.replacing("#", with: hash.short), bytes: size,
      fileHash: hash.description, contentHash: content.description)
  }

  /// Flushes a staged file that nobody has read back yet, reads it back, compares and describes it.
  ///
  /// - Parameter bytes: What was written.
  /// - Throws: ``RunError/wroteWrongly(path:)``, and as ``stage(_:as:content:)``.
  func stage(_ staging: String, as path: String, holding bytes: [UInt8]) throws -> StagedFile {
    let written = ContentHash(of: bytes.span)
    let file = try stage(staging, as: path, content: written)
    guard file.fileHash == written.description else {
      throw RunError.wroteWrongly(path: folder.file(staging).path)
    }
    return file
  }

  /// Moves staged files to their names, which are not durable yet; for the coordinator.
  func name(_ files: [StagedFile]) throws(RunError) {
    for file in files {
      let target = folder.file(file.path)
      guard rename(folder.file(file.staging).path, target.path) == 0 else {
        throw Self.failure(of: errno, at: target.path)
      }
    }
  }

  /// Makes the names of files durable, each folder once.
  func flush(namesOf files: [StagedFile]) throws(RunError) {
    let parents = Set(files.map { folder.file($0.path).deletingLastPathComponent().path })
    for parent in parents.sorted() {
      let problem = mw_sync(parent, true)
      guard problem == 0 else { throw Self.failure(of: problem, at: parent) }
    }
  }

  /// The manifest's rows of published files.
  static func artifacts(of files: [StagedFile], key: ShardKey) -> [Artifact] {
    files.enumerated().map { part, file in
      Artifact(
        key: key, part: part, path: file.path, bytes: file.bytes, fileHash: file.fileHash,
        contentHash: file.contentHash)
    }
  }

  /// What the system said of a path.
  static func failure(of problem: Int32, at path: String) -> RunError {
    let reason = String(cString: strerror(problem))
    return problem == ENOSPC || problem == EDQUOT
      ? .outOfSpace(path: path, reason: reason) : .cannotWrite(path: path, reason: reason)
  }
}
