import Foundation
import Glibc
import Synchronization

/// Tiles on disk, in the run's folder, up to a size; those not asked for longest go first.
///
/// A tile's name holds the hash of what it is drawn from, so that none is ever out of date. Nothing
/// depends on the cache: where it cannot be written, tiles are drawn again.
final class TileCache: Sendable {
  private struct State {
    var bytes: Int?
    var isSweeping = false
  }

  private let folder: String
  private let limit: Int
  private let state = Mutex(State())

  /// Keeps tiles in a folder, which is made with the first of them.
  ///
  /// - Parameter limit: In bytes; 0 keeps nothing.
  init(in folder: String, limit: Int) {
    self.folder = folder
    self.limit = limit
  }

  /// A tile; nil where it is not kept.
  func bytes(of name: String) -> [UInt8]? {
    guard limit > 0 else { return nil }
    let path = "\(folder)/\(name)"
    guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return nil }
    utimensat(AT_FDCWD, path, nil, 0)
    return [UInt8](data)
  }

  /// Keeps a tile; whoever reads it sees all of it or none.
  func keep(_ bytes: [UInt8], as name: String) {
    guard limit > 0 else { return }
    let path = "\(folder)/\(name)"
    let parent = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(
      atPath: parent, withIntermediateDirectories: true, attributes: nil)
    let staged = "\(path).\(getpid()).new"
    guard FileManager.default.createFile(atPath: staged, contents: Data(bytes)),
      rename(staged, path) == 0
    else {
      unlink(staged)
      return
    }
    let isOver = state.withLock { state -> Bool in
      state.bytes =
        (state.bytes ?? Self.files(in: folder).reduce(0) { $0 + $1.bytes }) + bytes.count
      guard state.bytes ?? 0 > limit, !state.isSweeping else { return false }
      state.isSweeping = true
      return true
    }
    if isOver { sweep() }
  }

  /// Deletes the oldest tiles until four fifths of the limit are left.
  private func sweep() {
    let files = Self.files(in: folder).sorted { $0.time < $1.time }
    var bytes = files.reduce(0) { $0 + $1.bytes }
    for file in files where bytes > limit * 4 / 5 {
      if unlink(file.path) == 0 { bytes -= file.bytes }
    }
    let left = bytes
    state.withLock { $0 = State(bytes: left) }
  }

  private static func files(in folder: String) -> [(path: String, bytes: Int, time: Double)] {
    let names = FileManager.default.enumerator(atPath: folder)?.allObjects ?? []
    return names.compactMap { name in
      let path = "\(folder)/\(name)"
      guard let found = try? FileManager.default.attributesOfItem(atPath: path),
        found[.type] as? FileAttributeType == .typeRegular
      else { return nil }
      let time = (found[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return (path, found[.size] as? Int ?? 0, time)
    }
  }
}
