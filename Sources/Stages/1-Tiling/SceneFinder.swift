import Foundation
import GeoFiles
import Glibc

/// Finds the scenes a person means: files, folders, patterns, lists and virtual rasters.
///
/// - A file is a scene; a virtual raster (VRT) is one scene, whatever it is made of.
/// - A folder stands for the files in it, not below it, that end in one of ``extensions``.
/// - A pattern with `*`, `?` or `[…]` stands for the files it matches.
/// - A file that ends in `.txt` is a list: a path or pattern per line, relative to the list; empty
///   lines and lines that begin with `#` are passed over.
/// - An address (`https://…`, `s3://…`) and what GDAL calls `/vsi…` are taken as they are.
///
/// Scenes are sorted by path, byte by byte, unless they are to keep the order in which they were named.
/// Where scenes overlap, the first valid one is seen, so that order is part of the result.
public enum SceneFinder {
  /// What files in a folder must end in to be scenes, in any case.
  public static let extensions = ["tif", "tiff", "jp2", "img"]

  /// Finds all scenes, each once.
  ///
  /// - Parameters:
  ///   - inputs: What the person wrote.
  ///   - folder: What relative paths start from; the working folder when nil.
  ///   - keepsOrder: Whether inputs and lines of lists keep their order; folders and patterns are sorted.
  /// - Throws: ``TilingError`` when an input stands for nothing.
  public static func find(
    _ inputs: [String], relativeTo folder: String? = nil, keepsOrder: Bool = false
  ) throws(TilingError) -> [String] {
    var seen: Set<String> = []
    var found: [String] = []
    for input in inputs {
      found += try expand(placed(input, in: folder)).filter { seen.insert($0).inserted }
    }
    guard !found.isEmpty else { throw .noScenes }
    return keepsOrder ? found : byPath(found)
  }

  /// Paths sorted byte by byte.
  static func byPath(_ paths: [String]) -> [String] {
    paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func expand(_ path: String) throws(TilingError) -> [String] {
    // GDAL's own file systems, such as /vsizip/, are not the machine's.
    if path.hasPrefix("/vsi") { return [path] }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      guard path.contains(where: { "*?[".contains($0) }) else { throw .missing(path: path) }
      return try match(path)
    }
    if isFolder.boolValue { return try list(folder: path) }
    return path.lowercased().hasSuffix(".txt") ? try read(list: path) : [path]
  }

  private static func list(folder: String) throws(TilingError) -> [String] {
    let names = try entries(of: folder)
    let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    let scenes = names.filter { name in
      !name.hasPrefix(".") && extensions.contains { name.lowercased().hasSuffix(".\($0)") }
    }
    guard !scenes.isEmpty else { throw .emptyFolder(path: folder) }
    return byPath(scenes.map { "\(base)/\($0)" })
  }

  /// By hand, because Foundation does not say what the system said.
  private static func entries(of folder: String) throws(TilingError) -> [String] {
    guard let listing = opendir(folder) else {
      throw .cannotList(path: folder, reason: String(cString: strerror(errno)))
    }
    defer { closedir(listing) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      names.append(name)
      errno = 0
    }
    guard errno == 0 else {
      throw .cannotList(path: folder, reason: String(cString: strerror(errno)))
    }
    return names
  }

  private static func match(_ pattern: String) throws(TilingError) -> [String] {
    var matches = glob_t()
    defer { globfree(&matches) }
    let status = glob(pattern, GLOB_ERR, nil, &matches)
    guard status != GLOB_ABORTED || errno == ENOENT else {
      throw .cannotList(path: pattern, reason: String(cString: strerror(errno)))
    }
    guard status == 0, let paths = matches.gl_pathv else {
      throw .nothingMatches(pattern: pattern)
    }
    let found = (0..<Int(matches.gl_pathc)).compactMap { index in
      paths[index].map { String(cString: $0) }
    }
    let files = found.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    guard !files.isEmpty else { throw .nothingMatches(pattern: pattern) }
    return byPath(files)
  }

  private static func read(list: String) throws(TilingError) -> [String] {
    guard let bytes = FileManager.default.contents(atPath: list) else {
      throw .cannotList(path: list, reason: String(cString: strerror(errno)))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadableList(path: list)
    }
    let folder = list.lastIndex(of: "/").map { String(list[..<$0]) }
    var found: [String] = []
    // As one character, the line end of Windows is another than that of Unix.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let entry = line.trimmingCharacters(in: .whitespacesAndNewlines)
      if entry.isEmpty || entry.hasPrefix("#") { continue }
      do throws(TilingError) {
        found += try expand(placed(entry, in: folder))
      } catch .missing(let path) {
        throw .missingFromList(list: list, line: index + 1, path: path)
      }
    }
    return found
  }

  private static func placed(_ path: String, in folder: String?) -> String {
    if RemotePath.isRemote(path) { return RemotePath.gdalPath(path) }
    guard let folder, !folder.isEmpty, !path.hasPrefix("/") else { return path }
    let plain = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return folder == "." ? plain : "\(folder)/\(plain)"
  }
}
