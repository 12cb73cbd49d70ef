import Foundation
import Glibc

// The queue's database and the locks can live on a local disk while the rest of a run is on a network
// file system: `2-queueing/state` is then a link to their folder, which the run finds by itself ever
// after. A file in that folder names the run, so that neither another run nor the same path on
// another machine is mistaken for it.

extension RunFolder {
  /// Where the queue's database and the locks lie.
  var state: URL {
    var found = stat()
    return lstat(stateLink.path, &found) == 0 ? stateLink : url.appending(path: "2-queueing")
  }

  private var stateLink: URL { url.appending(path: "2-queueing/state") }

  /// Sees that the queue can be kept where it is to be kept, and makes its place.
  ///
  /// - Parameter folder: A folder for database and locks; nil leaves them where they are.
  /// - Throws: ``RunError/networkFileSystem(path:kind:)``, ``RunError/stateElsewhere(folder:reason:)``.
  func prepareState(in folder: String?) throws(RunError) {
    if let folder { try link(to: URL(fileURLWithPath: folder).standardizedFileURL.path) }
    try checkState()
    if case .network(let kind) = FileSystemKind(of: state.path) {
      throw .networkFileSystem(path: state.path, kind: kind)
    }
  }

  /// Sees that the linked folder is there and belongs to this run.
  ///
  /// - Throws: ``RunError/stateElsewhere(folder:reason:)``.
  func checkState() throws(RunError) {
    guard state == stateLink else { return }
    let place = (try? FileManager.default.destinationOfSymbolicLink(atPath: stateLink.path)) ?? ""
    guard let owner = try Self.text(of: ownerFile) else {
      throw .stateElsewhere(
        folder: path, reason: "'\(place)' is not on this machine, or is not this run's")
    }
    guard owner == path else {
      throw .stateElsewhere(folder: path, reason: "'\(place)' belongs to the run in '\(owner)'")
    }
  }

  private var ownerFile: URL { stateLink.appending(path: "run-folder") }

  private func link(to place: String) throws(RunError) {
    if state == stateLink {
      let known = try? FileManager.default.destinationOfSymbolicLink(atPath: stateLink.path)
      guard known == place else {
        throw .stateElsewhere(folder: path, reason: "it is kept in '\(known ?? "")'")
      }
      return
    }
    guard !FileManager.default.fileExists(atPath: queue.path) else {
      throw .stateElsewhere(folder: path, reason: "it is kept in '\(state.path)'")
    }
    try Self.makeFolder(place)
    let owner = URL(fileURLWithPath: place).appending(path: "run-folder")
    if let other = try Self.text(of: owner), other != path {
      throw .stateElsewhere(folder: path, reason: "'\(place)' belongs to the run in '\(other)'")
    }
    try write(Data(path.utf8), to: owner)
    guard symlink(place, stateLink.path) == 0 else {
      throw Publisher.failure(of: errno, at: stateLink.path)
    }
  }
}
