import Synchronization

/// The query strings of addresses, which often are keys: known to this process, and written nowhere.
///
/// What is signed is named by its address without the query everywhere else; only GDAL is given both.
public enum RemoteSignatures {
  /// The query, with its `?`, by the path without.
  private static let known = Mutex<[String: String]>([:])

  /// All that is known, to be told to another process of the same run.
  public static var all: [String: String] { known.withLock { $0 } }

  /// Takes over what another process knows.
  public static func add(_ signatures: [String: String]) {
    known.withLock { known in known.merge(signatures) { $1 } }
  }

  /// Takes note of a path's query, and gives the path without; a path on this machine as it is.
  ///
  /// Nil where the same path has another query already: they may be two files, and would be one here.
  public static func take(_ path: String) -> String? {
    guard RemotePath.isRemote(path), let mark = path.firstIndex(of: "?"),
      !path.hasPrefix("/vsicurl?")
    else { return path }
    let (place, query) = (String(path[..<mark]), String(path[mark...]))
    return known.withLock { known in
      guard known[place, default: query] == query else { return nil }
      known[place] = query
      return place
    }
  }

  /// The path as GDAL is to be given it.
  static func signed(_ path: String) -> String {
    known.withLock { $0[path].map { path + $0 } ?? path }
  }

  /// The text of a virtual raster, with the sources as GDAL is to be given them.
  ///
  /// - Parameter text: With one source a line, ended by `</SourceFilename>`, escaped as XML.
  static func signed(sourcesOf text: String) -> String {
    let signatures = all
    if signatures.isEmpty { return text }
    return text.replacing(/>([^<>]*)<\/SourceFilename>/) { match in
      let query = (signatures[String(match.1).unescapedFromXML] ?? "").escapedForXML
      return ">\(match.1)\(query)</SourceFilename>"
    }
  }

  /// Words without the queries of the addresses in them.
  static func stripped(_ words: String) -> String {
    guard words.contains("?"), RemotePath.isRemote(words) else { return words }
    return words.replacing(/(\/vsi[a-z0-9_]+\/|:\/\/)([^\s?'"]*)\?[^\s'"]*/) { "\($0.1)\($0.2)" }
  }
}
