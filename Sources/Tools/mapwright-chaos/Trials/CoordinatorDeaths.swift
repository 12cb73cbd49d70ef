import Foundation
import Glibc
import Grids
import ShardStores

/// A coordinator killed while its workers work: how soon they are gone, and what is held against the
/// shards that they had.
struct CoordinatorDeaths: Trial {
  let name = "coordinator-deaths"
  let promise = "workers end within 2 s of their coordinator, and no shard is blamed for it"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    var series = try RunSeries(name, in: arena) { ledger in
      try ledger.shards(in: .done).filter { $0.crashes > 0 }
        .map { "\($0.key) has \($0.crashes) crashes" }
    }
    var finding = Finding()
    var longest = 0.0
    var deaths = 0
    while deaths < rounds {
      let started = try series.start(["--workers", "3"]) { $0.children.count == 3 }
      guard let running = started else { continue }
      let workers = running.children
      running.send(SIGKILL)
      let seconds = Self.seconds(until: { workers.allSatisfy { !Running.isAlive($0) } })
      _ = try running.end()
      longest = max(longest, seconds)
      deaths += 1
      finding.expect(seconds < 2, "death \(deaths): workers lived on for \(seconds) s")
    }
    let runs = series.count
    try series.finish()
    finding.faults += series.faults
    finding.done = "\(deaths) SIGKILLs of the coordinator of 3 workers, over \(runs) runs"
    finding.seen =
      "all workers gone after \(String(format: "%.2f", longest)) s at most; no crash counted"
    finding.numbers = ["deaths": Double(deaths), "longest_s": longest]
    return finding
  }

  /// The seconds until something is so, at most 10.
  static func seconds(until isSo: () -> Bool) -> Double {
    let start = ContinuousClock.now
    while !isSo() && ContinuousClock.now - start < .seconds(10) { usleep(2_000) }
    return (ContinuousClock.now - start).seconds
  }
}

/// One and the same shard, in work whenever its coordinator dies.
struct OneShardManyDeaths: Trial {
  let name = "one-shard"
  let promise = "a shard that was in work at thirty deaths of coordinators is not set aside"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 500, height: 500))
    let wanted = try job.undisturbed(["--workers", "1"])
    var (deaths, attempts) = (0, 0)
    for _ in 0..<rounds * 3 where deaths < rounds {
      let running = try job.start("run", ["--workers", "1"])
      // The row of a coordinator that died says "leased" too; a new lease has one more attempt.
      let isLeased = running.wait {
        let leased = (try? RunLedger(job, "run").shards(in: .leased)) ?? []
        return leased.contains { $0.key.stage == 0 && $0.attempts > attempts }
      }
      if isLeased { attempts += 1 }
      running.send(SIGKILL)
      _ = try running.end()
      if isLeased { deaths += 1 }
      if RunLedger.hasCommit(job, "run") { break }
    }
    var finding = Finding()
    let ended = try job.map("run", ["--workers", "1"])
    finding.faults += RunLedger.faults(of: "run", job, ended, expecting: wanted)
    let ledger = try RunLedger(job, "run")
    let shard = try ledger.shards(in: .done).first { $0.key.stage == 0 }
    finding.expect(shard?.crashes == 0, "\(shard?.crashes ?? -1) crashes are held against it")
    finding.expect(deaths >= rounds * 2 / 3, "the shard was committed after \(deaths) deaths")
    finding.done = "\(deaths) SIGKILLs of the coordinator while one shard was in work"
    finding.seen =
      "\(shard?.attempts ?? 0) attempts, \(shard?.crashes ?? -1) crashes, not set aside"
    finding.numbers = ["deaths": Double(deaths), "attempts": Double(shard?.attempts ?? 0)]
    return finding
  }
}
