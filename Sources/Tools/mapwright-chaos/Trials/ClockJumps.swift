import Foundation
import Glibc
import Grids

/// A clock that is a day ahead, then a day behind, then ten times too fast.
struct ClockJumps: Trial {
  let name = "clock"
  let promise = "no clock takes part in what is right"

  private static let clocks = ["+1d", "-1d", "+0 x10", "-2d x0.5", "-1d x10"]

  /// The words before a command's own that give it another clock.
  ///
  /// The second `env` has that clock already, and hands on what the library has set up: a library that
  /// changes the environment while a Swift program starts hides its arguments. (The command `faketime`
  /// would stand between us and the process that is to be killed.)
  private static func words(_ clock: String, _ library: String) -> [String] {
    ["env", "LD_PRELOAD=\(library)", "FAKETIME=\(clock)", "env"]
  }

  private static var library: String? {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
    return
      (folders.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" } + [
        "/usr/lib/faketime/libfaketimeMT.so.1"
      ]).first { FileManager.default.fileExists(atPath: $0) }
  }

  func perform(in arena: Arena) throws -> Finding {
    guard let library = Self.library else { return .skipped("faketime is not installed") }
    let job = try arena.job(name, size: PixelSize(width: 1800, height: 1500))
    let wanted = try job.undisturbed()
    var finding = Finding()
    var kills = 0
    for clock in Self.clocks.dropLast() {
      let commits = RunLedger.commits(job, "run")
      let running = try Running(
        Self.words(clock, library) + job.words("run", ["--workers", "2"]))
      if running.wait(until: { RunLedger.commits(job, "run") > commits }) {
        if let worker = running.children.first { kill(worker, SIGKILL) }
        usleep(100_000)
        running.send(SIGKILL)
        kills += 1
      }
      let ended = try running.end()
      finding.expect([0, -SIGKILL].contains(ended.code), "\(clock): \(ended.digest)")
    }
    let ended = try Running(
      Self.words(Self.clocks[4], library) + job.words("run")
    ).end()
    finding.faults += RunLedger.faults(of: "run", job, ended, expecting: wanted)
    finding.expect(kills > 1, "the run was over after \(kills) kills")
    finding.done = "one run under clocks of \(Self.clocks.joined(separator: ", ")); \(kills) kills"
    finding.seen =
      finding.faults.isEmpty ? "the same bytes, nothing lost or done twice" : "see below"
    finding.numbers = ["clocks": Double(Self.clocks.count), "kills": Double(kills)]
    return finding
  }
}
