import BuiltinNetworks
import Checksums
import Foundation

/// The files that a model or a region consists of: what is frozen with a plan, and what it was made with.
struct InputFiles {
  /// Their paths, the one that was named first; all lie in its folder, or below it.
  let paths: [String]

  /// The files of a model: the weights of an IR lie beside it, and those of an ONNX model may.
  init(ofModel path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let weights = ModelFile.weightFiles(ofModelAt: path).map { folder.appending(path: $0).path }
    let beside = Self.companions(of: path, by: ["xml": ["bin"], "pdmodel": ["pdiparams"]])
    paths = [path] + beside + weights.filter(FileManager.default.fileExists)
  }

  /// The files of a region.
  init(ofRegion path: String) {
    paths =
      [path]
      + Self.companions(
        of: path,
        by: ["shp": ["shx", "dbf", "prj", "cpg"], "tab": ["dat", "map", "id"], "mif": ["mid"]])
  }

  /// The SHA-256 of each, in their order, divided by spaces.
  func hash() throws -> String {
    try paths.map { try ContentHash(ofFile: $0).description }.joined(separator: " ")
  }

  /// What a file is called from where the first one lies.
  func name(of path: String) -> String {
    let folder = URL(fileURLWithPath: paths[0]).deletingLastPathComponent().path
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return path.hasPrefix(start)
      ? String(path.dropFirst(start.count)) : URL(fileURLWithPath: path).lastPathComponent
  }

  private static func companions(of path: String, by endings: [String: [String]]) -> [String] {
    let file = URL(fileURLWithPath: path)
    let known = endings[file.pathExtension.lowercased()] ?? []
    // `A.SHP` comes with `A.SHX`, and where case does not matter with `A.shx`.
    return known.compactMap { ending in
      [ending, ending.uppercased()].map {
        file.deletingPathExtension().appendingPathExtension($0).path
      }.first(where: FileManager.default.fileExists)
    }
  }
}
