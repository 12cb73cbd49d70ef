import Foundation
import Glibc
import Grids
import ShardStores

/// A build that skips fence, staging and reading back: the harness must see the damage.
struct NegativeControl: Trial {
  let name = "negative-control"
  let promise =
    "a build that writes in place, trusts files that exist and believes whoever is late is found out"
  let deaths: Int

  func perform(in arena: Arena) throws -> Finding {
    guard arena.hasSabotaged else {
      return Finding(faults: ["there is no build with faults: \(arena.options.sabotaged)"])
    }
    var pipeline = PipelineText()
    pipeline.shard = 1024
    var job = try arena.job(name, size: PixelSize(width: 4096, height: 2048), pipeline)
    let wanted = try job.undisturbed()
    // The same for both builds, so that only the build makes the difference.
    let sound = try endure(job, "sound", wanted)
    var faults = sound.faults
    faults += try oversleep(&job, "sound-asleep", wanted)
    job.command = arena.options.sabotaged
    job.environment = ["MAPWRIGHT_NAIVE": "1"]
    let naive = try endure(job, "naive", wanted)
    // A worker that is stopped between two shards has none to come too late with: another is stopped then.
    var (asleep, sleepers) = ([String](), 0)
    while asleep.isEmpty, sleepers < 5 {
      sleepers += 1
      asleep = try oversleep(&job, "naive-asleep-\(sleepers)", wanted)
    }
    var finding = Finding()
    finding.faults = faults
    finding.expect(
      !naive.faults.isEmpty, "no damage was seen on a build that trusts files that are there")
    finding.expect(
      !asleep.isEmpty, "no damage was seen on a build that believes whoever comes too late")
    finding.done =
      "\(sound.deaths) deaths of the coordinator during inference for the sound build, "
      + "\(naive.deaths) for the naive one; workers that sleep until another has done their shard: 1 and "
      + "\(sleepers)"
    finding.seen =
      "sound: the same bytes; naive after deaths: \(Self.first(naive.faults)); naive after sleep: "
      + Self.first(asleep)
    finding.numbers = ["faults_seen": Double(naive.faults.count + asleep.count)]
    return finding
  }

  /// The first fault without the name of its run, cut where a table would end.
  static func first(_ faults: [String]) -> String {
    guard let fault = faults.first else { return "nothing" }
    let words = fault.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? fault
    return String(words.prefix { !"'|\n".contains($0) })
  }

  /// Stops a worker until others have done its shard, too, and wakes it up then.
  private func oversleep(_ job: inout Job, _ run: String, _ wanted: String) throws -> [String] {
    job.pipeline.queue = ["silence: 3s"]
    try job.write(job.pipeline)
    let shards = try RunLedger(job, "undisturbed").shards(in: .done).count { $0.key.stage == 0 }
    let running = try job.start(run, ["--workers", "3"])
    let hasBegun = running.wait {
      running.children.count == 3 && RunLedger.hasCommit(job, run)
    }
    guard hasBegun, let sleeper = running.children.first else {
      throw Breakdown("the run ended before a worker could be stopped")
    }
    kill(sleeper, SIGSTOP)
    running.wait(atMost: 60) { RunLedger.commits(job, run) >= shards }
    kill(sleeper, SIGCONT)
    return RunLedger.faults(of: run, job, try running.end(), expecting: wanted)
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
