import Foundation
import Glibc

/// What the system itself lacks or fails at: no input is wrong then, no shard is to blame, and the
/// same command goes on once it is mended.
///
/// The one place that tells such failures from others. Every error of the house quotes its cause in
/// the library's own words, and libraries quote the system's; so the words are what is looked at,
/// whichever library the failure came through.
enum SystemFault: CaseIterable {
  /// Descriptors: of this process, or of the machine.
  case openFiles
  /// Memory.
  case memory
  /// Space on a disk, or the share of it that may be used.
  case space
  /// A disk or a mount that does not answer as it should.
  case disk

  /// The fault that is the cause of an error; nil when it has another cause.
  init?(behind error: any Error) {
    let lines = "\(error)".split(separator: "\n")
    // First comes what could not be done, with a path that may hold any words; last, advice.
    self.init(in: lines.count < 3 ? lines[...] : lines[1..<(lines.count - 1)])
  }

  private init?(in cause: ArraySlice<Substring>) {
    let named = Self.allCases.first { fault in
      fault.words.contains { words in cause.contains { $0.contains(words) } }
    }
    guard let named else { return nil }
    self = named
  }

  /// Why the system does not let a file be opened and read now, in its words; nil where it does, or
  /// where the file itself is the reason.
  ///
  /// For libraries that do not pass on what the system said.
  static func refusal(toRead path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    var code = file < 0 ? errno : 0
    if file >= 0 {
      var byte: UInt8 = 0
      if read(file, &byte, 1) < 0 { code = errno }
      close(file)
    }
    guard allCases.contains(where: { $0.codes.contains(code) }) else { return nil }
    return String(cString: strerror(code))
  }

  private var codes: [Int32] {
    switch self {
    case .openFiles: [EMFILE, ENFILE]
    case .memory: [ENOMEM]
    case .space: [ENOSPC, EDQUOT, EFBIG]
    case .disk: [EIO, ESTALE]
    }
  }

  /// How a cause names the fault.
  private var words: [String] {
    let own: [String] =
      switch self {
      case .openFiles, .memory: []
      // SQLite has words of its own.
      case .space: ["disk is full"]
      case .disk: ["disk I/O error"]
      }
    return codes.map { String(cString: strerror($0)) } + own
  }

  /// What to do next.
  var advice: String {
    switch self {
    case .openFiles:
      "raise the limit on open files (`ulimit -n`) or run fewer workers, then run the same command again"
    case .memory: "free some memory or run fewer workers, then run the same command again"
    case .space: "free some space and run the same command again; finished shards are kept"
    case .disk: "see that the disk is sound and mounted, then run the same command again"
    }
  }
}

extension Failures {
  /// An error in three lines for people: what could not be done, the cause, what to do next.
  ///
  /// Where the system is at fault, the advice is about the system: "export the model again" is no
  /// help to somebody whose limit on open files is too low.
  public static func words(of error: any Error) -> String {
    let text = "\(error)"
    guard let fault = SystemFault(behind: error) else { return text }
    let lines = text.split(separator: "\n")
    let told = lines.count < 3 ? lines[...] : lines.dropLast()
    return told.joined(separator: "\n") + "\n  " + fault.advice
  }
}
