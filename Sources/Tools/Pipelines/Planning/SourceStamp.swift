import Foundation
import Glibc

/// A file that pixels come from, and how to tell cheaply whether it was touched since.
///
/// A touched file is not a changed one: that, only its pixels can tell.
struct SourceStamp: Hashable, Sendable, Codable {
  var path: String
  var bytes: Int
  /// Nanoseconds since 1970.
  var modified: Int

  /// Looks at a file; what GDAL alone can see (`/vsi…`) has no size and no time.
  ///
  /// - Throws: ``InputError/cannotRead(path:reason:)`` when it is not there.
  init(_ path: String) throws(InputError) {
    self.path = path
    (bytes, modified) = (0, 0)
    if !isTelling { return }
    var state = stat()
    guard stat(path, &state) == 0 else {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    bytes = Int(state.st_size)
    modified = state.st_mtim.tv_sec * 1_000_000_000 + state.st_mtim.tv_nsec
  }

  /// Whether the stamp changes when the file is written to; what GDAL alone can see has none.
  var isTelling: Bool { !path.hasPrefix("/vsi") }

  /// Sees that the file is as it was.
  ///
  /// - Throws: ``InputError/changed(path:)``, or as ``init(_:)``.
  func check() throws(InputError) {
    guard try SourceStamp(path) == self else { throw .changed(path: path) }
  }
}
