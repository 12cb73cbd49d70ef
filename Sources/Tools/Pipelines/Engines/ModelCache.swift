import Checksums
import Foundation
import Glibc

/// Where OpenVINO keeps the models it has compiled: a folder of the run.
///
/// OpenVINO notices that a file of its cache is cut short, but not that bytes of it are others: with
/// weights that a power cut has turned into zeros it computes another map, and says nothing (tried
/// with 2026.4.1). So the hashes of the files are kept beside them, and a file without its hash is
/// deleted, for OpenVINO to make anew.
struct ModelCache {
  /// The folder, for OpenVINO.
  let path: String
  private let folder: RunFolder

  /// The hashes, by the files' names.
  private var seals: URL { URL(fileURLWithPath: path).appending(path: "seals.json") }
  /// What OpenVINO did not write.
  private static let own: Set<String> = ["lock", "seals.json", "seals.json.new"]

  /// Makes the folder.
  init(in folder: RunFolder) throws {
    self.folder = folder
    path = folder.file(RunFolder.modelCache).path
    try RunFolder.makeFolder(path)
  }

  /// Compiles a model, or takes it from the cache; one worker after the other, so that nobody reads
  /// what another is just writing.
  func compile(_ body: () throws -> Void) throws {
    let lock = open("\(path)/lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    if lock >= 0 { while flock(lock, LOCK_EX) != 0 && errno == EINTR {} }
    defer { if lock >= 0 { close(lock) } }
    let sealed = (try? JSONDecoder().decode([String: String].self, from: Data(contentsOf: seals)))
    let before = try hashes()
    for (name, hash) in before where sealed?[name] != hash {
      try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
    try body()
    let after = try hashes()
    if after != sealed { try folder.write(RunRecord.encoder, after, to: seals) }
  }

  private func hashes() throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { !Self.own.contains($0) }
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, try ContentHash(ofFile: "\(path)/\($0)").description)
      })
  }
}
