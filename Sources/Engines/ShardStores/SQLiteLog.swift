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
        hear(words(of: message))
      default: break
      }
    }
  }

  /// A message with the system's words for the number in it: `os_unix.c:6242: (24) open(a.db) - `.
  ///
  /// SQLite means to add them itself, and as Debian builds it, does not.
  static func words(of message: String) -> String {
    let text = "SQLite says: \(message)"
    guard let code = message.firstMatch(of: /: \((\d+)\)/).flatMap({ Int32($0.1) }), code != 0
    else { return text }
    let cause = String(cString: strerror(code))
    return text.contains(cause) ? text : text + cause
  }
}
