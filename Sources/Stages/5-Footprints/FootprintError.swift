import Foundation

/// What can go wrong with the files between tracing and export.
public enum FootprintError: Error, Hashable, Sendable {
  /// A fragment is absent or cannot be read.
  case cannotReadFragment(path: String, reason: String)
  /// A fragment does not hold what a fragment holds.
  case damagedFragment(path: String, reason: String)
  /// A fragment could not be written.
  case cannotWriteFragment(path: String, reason: String)
}

extension FootprintError {
  /// What the system said, which Foundation keeps behind a sentence of its own.
  static func words(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    guard let underlying = underlying.map({ $0 as NSError }),
      underlying.domain == NSPOSIXErrorDomain
    else {
      return error.localizedDescription
    }
    return String(cString: strerror(Int32(underlying.code)))
  }
}

extension FootprintError: CustomStringConvertible {
  /// Three lines: what could not be done, why, what to do next.
  public var description: String {
    switch self {
    case .cannotReadFragment(let path, let reason):
      """
      cannot read the footprints in '\(path)'
        the system says: \(reason)
        run the same command again; shards whose files are gone are traced anew
      """
    case .damagedFragment(let path, let reason):
      """
      cannot use the footprints in '\(path)'
        \(reason)
        delete the file and run the same command again; its shard is traced anew
      """
    case .cannotWriteFragment(let path, let reason):
      """
      cannot write footprints to '\(path)'
        the system says: \(reason)
        free some space and run the same command again; finished shards are kept
      """
    }
  }
}
