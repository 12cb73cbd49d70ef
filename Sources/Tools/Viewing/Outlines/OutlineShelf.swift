import Foundation
import Pipelines

/// The indexes of a run's outlines: each is made once, by a thread of its own, and whoever asks for it
/// meanwhile waits.
actor OutlineShelf {
  private var indexes: [String: Task<OutlineIndex?, any Error>] = [:]

  /// The index of a layer's files as they are now; nil where there are none.
  func index(of files: [String], named name: String) async throws -> OutlineIndex? {
    guard !files.isEmpty else { return nil }
    if let known = indexes[name] { return try await known.value }
    let task = Task.detached(priority: .userInitiated) { () -> OutlineIndex? in
      try RunMap.prepareThread()
      return try OutlineIndex(of: files)
    }
    indexes = indexes.filter { !$0.key.hasPrefix(name.prefix { $0 != "@" }) }
    indexes[name] = task
    do { return try await task.value } catch {
      // A file that is just being replaced can be read a moment later.
      indexes[name] = nil
      throw error
    }
  }
}
