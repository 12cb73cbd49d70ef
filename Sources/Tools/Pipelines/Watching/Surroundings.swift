import Foundation
import Glibc

// What the kernel says of those who work on a run, without asking them.

extension RunFolder {
  /// The process that works on the run; nil when none does.
  ///
  /// It is read from the kernel's list of locks: to try the lock would keep out, for a moment, a
  /// command that is just beginning. In that list a lock is told by the file's number.
  ///
  /// Source: proc_locks(5).
  var coordinator: Int? {
    var lock = stat()
    guard stat(coordinatorLock.path, &lock) == 0,
      let text = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
    else { return nil }
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 6, words[1] == "FLOCK", words[3] == "WRITE",
        let place = words[5].split(separator: ":").last, UInt64(place) == UInt64(lock.st_ino)
      else { continue }
      return Int(words[4])
    }
    return nil
  }
}

/// The memory of other processes.
enum ProcessMemory {
  /// The resident memory of a process in bytes; nil where there is none, or the kernel does not tell.
  ///
  /// Source: proc_pid_statm(5).
  static func resident(of process: Int) -> Int? {
    let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
    guard let pages = text?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      return nil
    }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

/// The end of a log.
enum LogTail {
  /// The last lines of a file, the oldest first; none where it is not there.
  ///
  /// - Parameter count: So many at most, within the last 16 KiB.
  static func lines(of path: String, count: Int = 40) -> [String] {
    guard let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    let start = end > 16_384 ? end - 16_384 : 0
    guard (try? file.seek(toOffset: start)) != nil, let data = try? file.readToEnd() else {
      return []
    }
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    // The first line is cut where the file is longer than what was read.
    return Array((start > 0 ? lines.dropFirst() : lines[...]).suffix(count))
  }
}

/// A file as it is now: another file, or another content, has another one.
struct FileStamp: Hashable {
  private let inode: UInt64
  private let size: Int64
  private let seconds: Int
  private let nanoseconds: Int

  /// Stamps a file; nil where there is none.
  init?(of path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    inode = UInt64(found.st_ino)
    size = Int64(found.st_size)
    (seconds, nanoseconds) = (found.st_mtim.tv_sec, found.st_mtim.tv_nsec)
  }
}
