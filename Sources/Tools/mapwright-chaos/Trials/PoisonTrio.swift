import Foundation
import Grids
import ShardStores

/// Three shards that harm their worker: one aborts, one takes all memory, one never ends.
///
/// A fourth takes memory by the size of its batch, and must be done with a smaller one.
struct PoisonTrio: Trial {
  let name = "poison"
  let promise =
    "shards that abort, eat memory or hang are set aside by name, one that is greedy gets a smaller "
    + "batch, and all others are mapped"

  /// Too large for the greedy shard, and for the next one or two halves.
  private static let batch = 16

  func perform(in arena: Arena) throws -> Finding {
    guard arena.hasSabotaged else {
      return Finding(faults: ["there is no build with faults: \(arena.options.sabotaged)"])
    }
    guard let cage = MemoryCage(megabytes: 700) else {
      return .skipped("no memory can be limited here: this needs root and a cgroup")
    }
    var pipeline = PipelineText()
    pipeline.queue = ["stall: 3s"]
    pipeline.batch = Self.batch
    let job = try arena.job(name, size: PixelSize(width: 1300, height: 1100), pipeline)
    let wanted = try job.undisturbed()
    let shards = try RunLedger(job, "undisturbed").shards(in: .done).filter { $0.key.stage == 0 }
      .map(\.key.index)
    guard shards.count >= 5 else { throw Breakdown("too few shards: \(shards)") }
    let victims = [shards[1], shards[2], shards[4]]
    let greedy = shards[3]
    let poison = zip(victims + [greedy], ["abort", "memory", "hang", "greed"]).map { "\($0)=\($1)" }

    var poisoned = job
    poisoned.command = arena.options.sabotaged
    let ended = try Running(
      cage.words + poisoned.words("run", ["--workers", "2"]),
      environment: ["MAPWRIGHT_POISON": poison.joined(separator: ",")]
    ).end(within: 300)
    let ledger = try RunLedger(job, "run")
    let setAside = try ledger.shards(in: .setAside)
    var finding = Finding()
    finding.expect(ended.code == 3, ended.digest)
    finding.expect(
      setAside.map(\.key.index) == victims.sorted(),
      "set aside: \(setAside.map(\.key.description)); wanted: \(victims)")
    let report =
      (try? String(contentsOf: job.run("run").appending(path: "report.md"), encoding: .utf8)) ?? ""
    for shard in setAside {
      let reason = shard.reason?.split(separator: "\n").first ?? "no reason"
      finding.expect(report.contains(reason), "report.md does not say '\(reason)'")
    }
    finding.faults += try ledger.damages()
    finding.expect(cage.kills > 0, "the kernel killed nobody for memory")
    let kills =
      try ledger.shards(in: .done).first { $0.key.stage == 0 && $0.key.index == greedy }?.kills ?? 0
    finding.expect(kills > 0, "the greedy shard \(greedy) was not done with a smaller batch")
    let again = try job.map("run", ["--retry-set-aside"])
    finding.expect(again.code == 0, "--retry-set-aside: \(again.digest)")
    if again.code == 0 { finding.faults += try ledger.faults(expecting: wanted, isRevised: true) }
    finding.done = "shards \(poison.joined(separator: ", ")) of \(shards.count), in 700 MB"
    finding.seen =
      "exit \(ended.code); set aside: "
      + setAside.map { "\($0.key.index) (\($0.reason?.split(separator: "\n").first ?? ""))" }
      .joined(separator: ", ")
      + "; \(greedy) done with a batch of \(max(1, Self.batch >> kills)) after \(kills) kills"
      + "; with --retry-set-aside and a sound build the undisturbed bytes"
    finding.numbers = [
      "set_aside": Double(setAside.count), "kills": Double(cage.kills),
      "greedy_kills": Double(kills),
    ]
    return finding
  }
}
