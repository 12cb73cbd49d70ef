import Glibc

/// What can go wrong with a PNG picture.
public enum PNGError: Error, Hashable, Sendable {
  /// libpng could not make a file of the picture.
  case cannotEncode(width: Int, height: Int, reason: String)
  /// The system refused to write the file; `code` is its `errno`.
  case cannotWrite(path: String, code: Int32)
  /// The bytes are no PNG, or are incomplete.
  case cannotDecode(reason: String)

  /// Whether the disk, or the share of it that may be used, is full.
  public var isOutOfSpace: Bool {
    if case .cannotWrite(_, let code) = self { code == ENOSPC || code == EDQUOT } else { false }
  }
}

extension PNGError: CustomStringConvertible {
  /// The message: what could not be done, why, and what to do next.
  public var description: String {
    switch self {
    case .cannotEncode(let width, let height, let reason):
      """
      cannot make a PNG of \(width)×\(height) px
        libpng says: \(reason)
        make the picture smaller
      """
    case .cannotWrite(let path, let code):
      """
      cannot write picture '\(path)'
        the system says: \(String(cString: strerror(code)))
        \(isOutOfSpace ? "free some space" : "check that the folder exists and may be written to")
      """
    case .cannotDecode(let reason):
      """
      cannot read the picture
        libpng says: \(reason)
        the file may be truncated or of another format: `file` tells which
      """
    }
  }
}
