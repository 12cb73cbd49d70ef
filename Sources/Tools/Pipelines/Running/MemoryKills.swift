import Foundation

/// How many processes the kernel has killed for want of memory, to tell those from other kills.
///
/// The counter is the machine's (`oom_kill` of `/proc/vmstat`), a control group's included. Where it
/// cannot be read, no kill is taken for one of memory.
struct MemoryKills {
  private let count: () -> Int
  private var known: Int
  private var unclaimed = 0

  /// Begins with what has happened so far.
  init(counting count: @escaping () -> Int = MemoryKills.ofMachine) {
    self.count = count
    known = count()
  }

  /// Whether a kill that nobody has claimed yet was for memory; claims it.
  mutating func claimOne() -> Bool {
    let now = count()
    unclaimed += max(0, now - known)
    known = now
    guard unclaimed > 0 else { return false }
    unclaimed -= 1
    return true
  }

  static func ofMachine() -> Int {
    let text = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
    return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
  }
}
