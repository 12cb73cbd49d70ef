import CPlatform
import Foundation
import Glibc

/// A folder for a slice's run on the machine's own disk: nobody else's, and gone when the slice is over.
///
/// Beside it lies a lock file that is held as long as its owner lives. What a killed slice has left on the
/// machine is known by its lock, which can be taken, and is deleted by the next one.
final class ScratchFolder {
  /// The folder.
  let url: URL
  private let lockFile: String
  private let lock: Int32

  /// How all names begin.
  static let prefix = "mapwright-slice-"

  /// Makes a folder, and deletes those that nobody owns any more.
  ///
  /// - Parameters:
  ///   - base: The folder that it is made in.
  ///   - name: What it is of; two tasks of the same slice have different folders all the same.
  /// - Throws: ``RunError/cannotWrite(path:reason:)``, ``JobError/scratchElsewhere(folder:kind:)``.
  init(in base: URL, named name: String) throws {
    try RunFolder.makeFolder(base.path)
    if case .network(let kind) = FileSystemKind(of: base.path) {
      throw JobError.scratchElsewhere(folder: base.path, kind: kind)
    }
    Self.sweep(base)
    while true {
      let own = "\(Self.prefix)\(name)-\(UUID().uuidString.prefix(8).lowercased())"
      let file = base.appending(path: "\(own).lock").path
      let descriptor = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if descriptor < 0, errno == EEXIST { continue }
      guard descriptor >= 0 else { throw Publisher.failure(of: errno, at: file) }
      // Whoever sweeps may have found the file before it was locked.
      guard mw_lock(descriptor, true, false), Self.isStill(descriptor, file) else {
        close(descriptor)
        continue
      }
      (url, lockFile, lock) = (base.appending(path: own), file, descriptor)
      break
    }
    guard mkdir(url.path, 0o700) == 0 else { throw Publisher.failure(of: errno, at: url.path) }
  }

  /// Deletes the folder, and gives the lock up.
  func remove() {
    try? FileManager.default.removeItem(at: url)
    unlink(lockFile)
  }

  deinit { close(lock) }

  private static func sweep(_ base: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base.path)) ?? []
    for name in names where name.hasPrefix(prefix) && name.hasSuffix(".lock") {
      let file = base.appending(path: name).path
      let descriptor = open(file, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      guard mw_lock(descriptor, true, false), isStill(descriptor, file) else { continue }
      try? FileManager.default.removeItem(
        at: base.appending(path: String(name.dropLast(".lock".count))))
      unlink(file)
    }
  }

  /// Whether a name still stands for an open file.
  private static func isStill(_ descriptor: Int32, _ path: String) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0
      && own.st_ino == named.st_ino && own.st_dev == named.st_dev
  }
}
