/// What can go wrong while the hash of a file is taken.
public enum ChecksumError: Error, Hashable, Sendable {
  /// The file is absent or unreadable, or is no file.
  case cannotRead(path: String, reason: String)
}

extension ChecksumError: CustomStringConvertible {
  /// The message: what could not be done, why, and what to do next.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      """
      cannot take the checksum of '\(path)'
        the system says: \(reason)
        check that it is a file that you may read
      """
    }
  }
}
