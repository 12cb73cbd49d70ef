import Foundation
import Grids

/// What the queue takes of a machine: measured alone, and as its share of a real run.
struct QueueBounds: Trial {
  let name = "queue-cost"
  let promise =
    "10⁶ shards open in 2 s with 200 MB; 600 shards a second are handed out and committed while "
    + "workers wait for it; under 1 % of a run's processor time"
  let isMeasurement = true
  let shards: Int
  let pipeline: String

  func perform(in arena: Arena) throws -> Finding {
    var options = arena.options
    options.shards = shards
    let figures = try QueueCost(options).measure()
    let share = try shareOfRun(arena, figures)
    var finding = Finding()
    finding.expect(figures.openSeconds < 2, "opening took \(figures.openSeconds) s")
    finding.expect(figures.openMegabytes < 200, "opening took \(figures.openMegabytes) MB")
    finding.expect(
      figures.pairsPerSecondTogether >= 600,
      "\(Int(figures.pairsPerSecondTogether)) shards a second")
    finding.expect(share.queue < 0.01, "the queue took \(share.queue * 100) % of a run")
    finding.done = "a plan of \(shards) shards; then a run of the sample region"
    finding.seen = String(
      format: "opened in %.2f s with %.0f MB; %.0f shards/s (%.0f one by one), the slowest "
        + "%.0f ms, where one flush of the disk takes %.2f ms; %.2f %% of the run's processor time (%d shards; the whole coordinator, with "
        + "planning and hashing, %.1f %%)",
      figures.openSeconds, figures.openMegabytes, figures.pairsPerSecondTogether,
      figures.pairsPerSecond, figures.worstMilliseconds, figures.flushMilliseconds,
      share.queue * 100, share.commits, share.coordinator * 100)
    finding.numbers = [
      "open_s": figures.openSeconds, "open_mb": figures.openMegabytes,
      "shards_per_s": figures.pairsPerSecondTogether,
      "shards_per_s_one_by_one": figures.pairsPerSecond,
      "flush_ms": figures.flushMilliseconds, "cpu_us_per_shard": figures.cpuMicrosecondsPerPair,
      "share_queue": share.queue, "share_coordinator": share.coordinator,
    ]
    return finding
  }

  /// The processor time of a run, and how much of it the coordinator and its queue took.
  private func shareOfRun(_ arena: Arena, _ figures: QueueCost.Figures) throws
    -> (queue: Double, coordinator: Double, commits: Int)
  {
    let out = arena.folder.appending(path: "sample")
    let running = try Running([
      arena.options.mapwright, "map", pipeline, "--out", out.path, "--quiet",
    ])
    // Its own time and that of workers which it has buried, looked at until it is gone.
    var (own, buried) = (0.0, 0.0)
    running.wait(atMost: 300) {
      let times = Self.times(of: running.processID)
      (own, buried) = (max(own, times.own), max(buried, times.buried))
      return false
    }
    let ended = try running.end()
    guard ended.code == 0 else { throw Breakdown(ended.digest) }
    let commits = try RunLedger(of: out).commits
    let queue = figures.cpuMicrosecondsPerPair * 1e-6 * Double(commits)
    return (queue / (own + buried), own / (own + buried), commits)
  }

  private static func times(of process: pid_t) -> (own: Double, buried: Double) {
    let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    let fields = text.split(separator: ")").last?.split(separator: " ").compactMap { Double($0) }
    guard let fields, fields.count > 14 else { return (0, 0) }
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    // Without the state, which is no number: utime, stime, cutime and cstime are 10 to 13.
    return ((fields[10] + fields[11]) / ticks, (fields[12] + fields[13]) / ticks)
  }
}
