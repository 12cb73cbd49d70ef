import Foundation
import Glibc

/// A limit on the memory of a program and all that it starts, by the kernel's own means.
final class MemoryCage {
  private let folder: URL

  /// Makes a limit; nil where that is not allowed.
  init?(megabytes: Int) {
    let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
    let isFirst = mounts.contains("/sys/fs/cgroup/memory ")
    let root = URL(fileURLWithPath: isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup")
    folder = root.appending(path: "mapwright-chaos-\(ProcessInfo.processInfo.processIdentifier)")
    let file = isFirst ? "memory.limit_in_bytes" : "memory.max"
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try "\(megabytes << 20)".write(
        to: folder.appending(path: file), atomically: false, encoding: .utf8)
    } catch {
      rmdir(folder.path)
      return nil
    }
  }

  deinit { rmdir(folder.path) }

  /// The words before a command's own that put it under the limit.
  var words: [String] {
    ["sh", "-c", "echo $$ > \(folder.path)/cgroup.procs && exec \"$@\"", "sh"]
  }

  /// How often the kernel has killed somebody for this limit.
  var kills: Int {
    for file in ["memory.oom_control", "memory.events"] {
      let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8)
      for line in (text ?? "").split(separator: "\n") where line.hasPrefix("oom_kill ") {
        return Int(line.dropFirst(9)) ?? 0
      }
    }
    return 0
  }
}
