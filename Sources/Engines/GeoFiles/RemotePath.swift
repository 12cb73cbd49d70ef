/// Addresses on the net, as people write them and as GDAL takes them.
public enum RemotePath {
  /// The schemes that people write, and the file systems of GDAL that they are read by.
  private static let schemes = [
    ("https://", "/vsicurl/https://"), ("http://", "/vsicurl/http://"), ("s3://", "/vsis3/"),
    ("gs://", "/vsigs/"), ("az://", "/vsiaz/"), ("abfs://", "/vsiadls/"), ("oss://", "/vsioss/"),
  ]

  /// GDAL's own path for an address such as `https://…` or `s3://…`; other paths as they are.
  public static func gdalPath(_ path: String) -> String {
    for (scheme, place) in schemes where path.lowercased().hasPrefix(scheme) {
      return place + path.dropFirst(scheme.count)
    }
    return path
  }

  /// The address that a path of GDAL's stands for, as people write it; other paths as they are.
  public static func address(_ path: String) -> String {
    for (scheme, place) in schemes where path.hasPrefix(place) {
      return scheme + path.dropFirst(place.count)
    }
    return path
  }

  /// Whether a path leads away from this machine, on its way through archives or not.
  public static func isRemote(_ path: String) -> Bool {
    path.contains("://") || places.contains { path.contains($0) }
  }

  private static let places = [
    "/vsicurl", "/vsis3", "/vsigs", "/vsiaz", "/vsiadls", "/vsioss", "/vsiswift", "/vsihdfs",
    "/vsiwebhdfs",
  ]

  /// What a reference in a document means.
  ///
  /// - Parameters:
  ///   - reference: As written: an address, an absolute path, or one relative to the document's folder.
  ///   - document: The document's path, as GDAL takes it.
  /// - Returns: A path as GDAL takes it.
  public static func resolved(_ reference: String, in document: String) -> String {
    let path = gdalPath(reference.hasPrefix("file://") ? String(reference.dropFirst(7)) : reference)
    if path.hasPrefix("/vsi") { return path }
    let place = document.prefix { $0 != "?" }
    // Of an address, the root is the host's.
    let host = place.firstMatch(of: /^\/vsi[a-z0-9_]+\/(?:https?:\/\/)?[^\/]+/)
    if path.hasPrefix("/") { return host.map { "\($0.output)\(path)" } ?? path }
    let folder = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? "."
    return normalized("\(folder)/\(path)", keeping: host.map { $0.output.count } ?? 0)
  }

  /// The path without `.` and `..`, of which none leads above its first `count` characters.
  private static func normalized(_ path: String, keeping count: Int) -> String {
    let root = path.prefix(count)
    var parts: [Substring] = []
    for part in path.dropFirst(count).split(separator: "/", omittingEmptySubsequences: false) {
      let isUp = part == ".." && parts.last.map { $0 != ".." && !$0.isEmpty } ?? false
      if isUp { parts.removeLast() } else if part != "." { parts.append(part) }
    }
    return root + parts.joined(separator: "/")
  }
}
