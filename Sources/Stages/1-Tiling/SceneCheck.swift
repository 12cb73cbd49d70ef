/// A scene that cannot be read, and why.
public struct UnreadableScene: Hashable, Sendable, Codable {
  /// The file, as found.
  public let path: String
  /// Why, in the words of the error, on one line.
  public let reason: String

  /// Describes one.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// Tells scenes that can be read from those that cannot, for runs that go on without them.
public enum SceneCheck {
  /// Opens each scene once.
  ///
  /// What is wrong with a scene as such (it has no place, other bands, another grid) is no reason to leave
  /// it out: that is a mistake in the list.
  /// - Throws: The first scene's ``TilingError`` when none can be read.
  public static func unreadable(
    among paths: [String]
  ) throws(TilingError) -> [UnreadableScene] {
    var found: [UnreadableScene] = []
    var first: TilingError?
    for path in paths {
      do throws(TilingError) { _ = try SceneProfile(opening: path) } catch {
        guard error.isUnreadable else { continue }
        first = first ?? error
        let lines = error.description.split(separator: "\n").dropFirst().prefix(1)
        let reason = lines.first.map { $0.drop { $0 == " " } } ?? ""
        found.append(UnreadableScene(path: path, reason: String(reason)))
      }
    }
    if let first, found.count == paths.count { throw first }
    return found
  }
}

extension TilingError {
  /// Whether the file is damaged, or no raster at all.
  var isUnreadable: Bool {
    switch self {
    case .notARaster, .truncated, .cannotRead: true
    default: false
    }
  }
}
