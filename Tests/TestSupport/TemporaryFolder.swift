public import Foundation

/// A folder that is deleted when its owner lets it go.
public final class TemporaryFolder {
  /// The folder.
  public let url: URL

  /// Makes an empty folder with a name of its own.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(
      path: "mapwright-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the folder.
  public func path(_ name: String) -> String { url.appending(path: name).path }
}
