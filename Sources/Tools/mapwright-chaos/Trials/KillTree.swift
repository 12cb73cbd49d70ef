import Foundation
import Glibc
import Grids
import Synchronization

/// Coordinators and workers killed at random moments, again and again.
struct KillTree: Trial {
  let name = "kill-tree"
  let promise = "any number of kills anywhere gives the same bytes, and no shard is committed twice"
  let seeds: Int
  let kills: Int

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 3072, height: 2560))
    let assault = try Assault(job)
    let first = arena.options.seed
    let tolls = Mutex<[Assault.Toll]>([])
    forEach(seeds, lanes: 5) { index in
      let seed = first + UInt64(index)
      var toll = Assault.Toll()
      do { toll = try assault.perform(kills: kills, seed: seed) } catch {
        toll.faults = ["broke down: \(error)"]
      }
      toll.faults = toll.faults.map { "seed \(seed): \($0)" }
      tolls.withLock { $0.append(toll) }
    }
    var finding = Finding()
    var total = Assault.Toll()
    for toll in tolls.withLock(\.self) {
      total.add(toll)
      finding.faults += toll.faults
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
