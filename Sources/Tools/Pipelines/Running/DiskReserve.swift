import CPlatform
import Foundation
import Glibc

/// The space that must stay free on the disk of a run.
///
/// Below the reserve no shard is given out, so that those in work can be finished. The ballast is a
/// small file that is given up when the disk is full all the same, by others: it lets the queue's
/// database write down how things stand.
struct DiskReserve {
  /// The most that the ballast takes, in bytes.
  static let largestBallast = 4 << 20

  /// The run's folder.
  let folder: RunFolder
  /// What must stay free, in bytes.
  let bytes: Int

  /// Sets the reserve and lays down the ballast; a disk too full for it has none.
  init(folder: RunFolder, bytes: Int) {
    self.folder = folder
    self.bytes = bytes
    let size = min(Self.largestBallast, bytes)
    guard size > 0, folder.freeBytes > 2 * size else { return }
    let file = open(folder.ballast.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { return }
    defer { close(file) }
    if posix_fallocate(file, 0, size) != 0 { releaseBallast() }
  }

  /// Why no shard may be given out; nil when there is space.
  var shortage: RunError? {
    let free = folder.freeBytes
    guard free >= 0, free < bytes else { return nil }
    return .outOfSpace(
      path: folder.path,
      reason: "\(free / 1_000_000) MB are free, \(bytes / 1_000_000) MB are kept in reserve")
  }

  /// Gives the ballast up.
  func releaseBallast() { unlink(folder.ballast.path) }
}

extension RunFolder {
  /// What is free on the folder's disk for this user, in bytes; -1 when that is not known.
  ///
  /// Before the folder is made, the one that it will be made in is asked.
  var freeBytes: Int {
    var place = url
    while !FileManager.default.fileExists(atPath: place.path), place.path != "/" {
      place.deleteLastPathComponent()
    }
    return Int(mw_free_bytes(place.path))
  }

  /// Refuses to begin what will not fit.
  ///
  /// - Throws: ``RunError/needsSpace(path:needed:free:)``.
  func checkSpace(for needed: Int) throws(RunError) {
    let free = freeBytes
    guard free >= 0, free < needed else { return }
    throw .needsSpace(path: path, needed: needed, free: free)
  }
}
