import Foundation
import GeoFiles
import Glibc
import Tiling

/// A file that pixels come from, and how to tell cheaply whether it was touched since.
///
/// A touched file is not a changed one: that, only its pixels can tell.
struct SourceStamp: Hashable, Sendable, Codable {
  var path: String
  var bytes: Int
  /// Nanoseconds since 1970.
  var modified: Int

  /// Looks at a file.
  ///
  /// What is remote is asked for its size and its time; a scene in memory is what its
  /// name says; what else GDAL alone can see (`/vsi…`) has neither.
  ///
  /// - Throws: ``InputError/cannotRead(path:reason:)`` when it is not there.
  init(_ path: String) throws(InputError) {
    self.path = path
    (bytes, modified) = (0, 0)
    if path.hasPrefix(ComposedScene.folder) { return }
    if RemotePath.isRemote(path) {
      guard let state = VirtualFile.state(of: path) else {
        throw .cannotRead(path: path, reason: "the server does not tell its size")
      }
      (bytes, modified) = state
      return
    }
    if path.hasPrefix("/vsi") { return }
    var state = stat()
    guard stat(path, &state) == 0 else {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    bytes = Int(state.st_size)
    modified = state.st_mtim.tv_sec * 1_000_000_000 + state.st_mtim.tv_nsec
  }

  /// Whether the stamp changes when the file is written to.
  var isTelling: Bool {
    !path.hasPrefix("/vsi") || path.hasPrefix(ComposedScene.folder) || modified > 0
  }

  /// Sees that the file is as it was.
  ///
  /// - Throws: ``InputError/changed(path:)``, or as ``init(_:)``.
  func check() throws(InputError) {
    guard try SourceStamp(path) == self else { throw .changed(path: path) }
  }
}
