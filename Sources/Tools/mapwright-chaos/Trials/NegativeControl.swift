import Foundation
import Glibc
import Grids

/// A build that skips fence, staging and verification: the harness must see the damage.
struct NegativeControl: Trial {
  let name = "negative-control"
  let promise = "a build that writes in place and trusts files that exist is found out"
  let deaths: Int

  func perform(in arena: Arena) throws -> Finding {
    guard arena.hasSabotaged else {
      return Finding(faults: ["there is no build with faults: \(arena.options.sabotaged)"])
    }
    var pipeline = PipelineText()
    pipeline.shard = 1024
    var job = try arena.job(name, size: PixelSize(width: 4096, height: 2048), pipeline)
    let wanted = try job.undisturbed()
    // The same deaths for both builds, so that only the build makes the difference.
    let sound = try endure(job, "sound", wanted)
    job.command = arena.options.sabotaged
    job.environment = ["MAPWRIGHT_NAIVE": "1"]
    let naive = try endure(job, "naive", wanted)
    var finding = Finding()
    finding.faults = sound.faults
    finding.expect(
      !naive.faults.isEmpty, "the harness saw no damage on a build that must be damaged")
    finding.done =
      "\(sound.deaths) deaths of the coordinator during inference for the sound build, "
      + "\(naive.deaths) for the naive one"
    finding.seen =
      "sound: the same bytes; naive: "
      + (naive.faults.first?.prefix { !"'|".contains($0) } ?? "nothing")
    finding.numbers = ["faults_seen": Double(naive.faults.count)]
    return finding
  }

  /// Kills coordinators while shards are in work, then leads the run to its end.
  private func endure(_ job: Job, _ run: String, _ wanted: String) throws
    -> (deaths: Int, faults: [String])
  {
    var count = 0
    while count < deaths {
      let commits = RunLedger.commits(job, run)
      let running = try job.start(run, ["--workers", "3"])
      guard running.wait(until: { RunLedger.commits(job, run) > commits }) else { break }
      running.send(SIGKILL)
      _ = try running.end()
      count += 1
    }
    return (count, RunLedger.faults(of: run, job, try job.map(run), expecting: wanted))
  }
}
