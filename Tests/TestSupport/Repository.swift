public import Foundation

/// Where the tests run: the repository, and the material that may lie beside it.
public enum Repository {
  /// The folder that holds Package.swift.
  public static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Package.swift").path),
      folder.path != "/"
    {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  /// The folder of test material beside the repository; absent on most machines.
  public static let shared = root.deletingLastPathComponent().appending(path: "shared")

  /// Whether a file of the test material is there.
  public static func hasShared(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: shared.appending(path: path).path)
  }
}
