import Foundation
import Glibc
import Grids

/// Coordinators and workers killed at random moments, again and again.
struct KillTree: Trial {
  let name = "kill-tree"
  let promise = "any number of kills anywhere gives the same bytes, and no shard is committed twice"
  let seeds: Int
  let kills: Int

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 3072, height: 2560))
    let assault = try Assault(job)
    var finding = Finding()
    var total = Assault.Toll()
    for seed in arena.options.seed..<arena.options.seed + UInt64(seeds) {
      var dice = Dice(seed: seed)
      let toll = try assault.perform(kills: kills, &dice)
      finding.faults += toll.faults.map { "seed \(seed): \($0)" }
      total.add(toll)
    }
    finding.done =
      "\(seeds) seeds × \(kills) SIGKILLs: \(total.coordinators) coordinators, "
      + "\(total.workers) workers, \(total.stoppedFirst) of them stopped first; "
      + "\(total.runs) runs, \(total.starts) starts with 1 to 6 workers"
    finding.seen =
      "\(total.commits) commits for \(total.commits) shards; \(total.repeated) chips repeated of "
      + "\(total.repeatable) that the kills allow"
    finding.numbers = [
      "kills": Double(total.coordinators + total.workers), "runs": Double(total.runs),
      "chips_repeated": Double(total.repeated), "chips_allowed": Double(total.repeatable),
    ]
    return finding
  }
}
