import GRDB
import Glibc

/// What SQLite says of failures of the system, whoever in this process uses it.
///
/// GDAL and PROJ keep databases with the same library, and go on when one of them cannot be opened:
/// with a poorer text of a reference system, or a file of other bytes. SQLite itself is not silent.
public enum SQLiteLog {
  /// Has a function told, in SQLite's words, of every file that could not be opened, read or written,
  /// and of every allocation that failed.
  ///
  /// Takes effect only if nobody in the process has used SQLite before.
  public static func listen(_ hear: @escaping @Sendable (_ failure: String) -> Void) {
    Database.logError = { code, message in
      switch code.primaryResultCode {
      case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_NOMEM:
        hear("SQLite says: \(words(message))")
      default: break
      }
    }
  }

  /// A message with the system's own words, where SQLite gives no more than their number:
  /// `os_unix.c:6242: (24) open(/a/b) - `.
  static func words(_ message: String) -> String {
    guard message.hasSuffix(" - "), let match = message.firstMatch(of: #/: \((\d+)\) /#),
      let code = Int32(match.1)
    else { return message }
    return message + String(cString: strerror(code))
  }
}
