import Foundation
import GeoFiles

extension MapRequest {
  /// The words of a command that asks for the same run in its folder, whatever the current folder is;
  /// nil where there is no pipeline file.
  ///
  /// What only this command was told, such as to begin anew or what may differ, is not among them, nor
  /// what addresses are signed with: that is written nowhere.
  func words(for folder: RunFolder) -> [String]? {
    guard text == nil, model == nil else { return nil }
    var words = ["map", Self.absolute(pipeline)] + scenes.map(Self.absolute).map(Self.unsigned)
    words += ["--out", folder.path]
    if let grid { words += ["--grid", grid] }
    if let region { words += ["--region", Self.absolute(region)] }
    if clipsToRegion == false { words.append("--no-clip") }
    if let workers { words += ["--workers", "\(workers)"] }
    if let memory { words += ["--memory", "\(memory / 1_000_000)MB"] }
    if skipsBadScenes { words += ["--on-bad-scene", "skip"] }
    if acceptsResolution { words.append("--accept-resolution") }
    if allowsRemote { words.append("--allow-remote") }
    if let instructionSet { words += ["--isa", instructionSet] }
    return words
  }

  private static func unsigned(_ path: String) -> String {
    RemotePath.isRemote(path) ? String(path.prefix { $0 != "?" }) : path
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") || RemotePath.isRemote(path)
      ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }
}
