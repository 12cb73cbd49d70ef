import Foundation
import Glibc

/// Standard error, for words that may get lost.
///
/// Foundation's handle ends the process when nobody reads any more; a run goes on.
public enum StandardError {
  /// Writes a text.
  public static func write(_ text: String) {
    Data(text.utf8).withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.write(STDERR_FILENO, bytes.baseAddress! + sent, bytes.count - sent)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return }
        sent += count
      }
    }
  }
}
