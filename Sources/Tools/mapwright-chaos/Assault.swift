import Foundation
import Glibc

/// Kills a job's coordinators and workers until a number of kills is reached, and looks at every run
/// that comes of it.
struct Assault: Sendable {
  /// What was killed, and what came of it.
  struct Toll: Sendable {
    var coordinators = 0
    var workers = 0
    var stoppedFirst = 0
    var starts = 0
    var runs = 0
    var commits = 0
    var repeated = 0
    var repeatable = 0
    var faults: [String] = []

    var kills: Int { coordinators + workers }

    mutating func add(_ other: Toll) {
      coordinators += other.coordinators
      workers += other.workers
      stoppedFirst += other.stoppedFirst
      starts += other.starts
      runs += other.runs
      commits += other.commits
      repeated += other.repeated
      repeatable += other.repeatable
    }
  }

  private let job: Job
  private let wanted: String
  /// The longest pause between two kills: the seconds from a start to the first commit, or less.
  private let pause: Double

  /// Learns what the job gives when nobody disturbs it, and how fast.
  init(_ job: Job) throws {
    self.job = job
    let running = try job.start("undisturbed", ["--workers", "2"])
    let start = ContinuousClock.now
    running.wait { RunLedger.hasCommit(job, "undisturbed") }
    pause = min(max(0.1, (ContinuousClock.now - start).seconds), 0.6)
    let ended = try running.end()
    guard ended.code == 0 else { throw Breakdown("the undisturbed run failed: \(ended.digest)") }
    wanted = try job.outputs(of: "undisturbed")
  }

  /// Begins runs and kills until it is enough; a run is always led to its end.
  func perform(kills: Int, seed: UInt64) throws -> Toll {
    var (toll, dice) = (Toll(), Dice(seed: seed))
    while toll.kills < kills {
      toll.runs += 1
      let run = "run-\(seed)-\(toll.runs)"
      job.delete(run)
      let before = (kills: toll.kills, repeatable: toll.repeatable)
      let ended = try lead(run, to: kills, &toll, &dice)
      defer { job.delete(run) }
      guard ended.code == 0 else {
        toll.faults.append("\(run) failed: \(ended.digest)")
        continue
      }
      let ledger = try RunLedger(job, run)
      toll.faults += try ledger.faults(expecting: wanted)
      let repeated = try ledger.chipsRepeated()
      let allowed = toll.repeatable - before.repeatable
      toll.commits += try ledger.commits
      toll.repeated += repeated
      if repeated > allowed {
        toll.faults.append("\(repeated) chips repeated after \(toll.kills - before.kills) kills")
      }
      let verified = try Running([job.command, "verify", job.run(run).path]).end()
      if verified.code != 0 { toll.faults.append("verify: \(verified.digest)") }
    }
    return toll
  }

  /// Starts a run and starts it again until it ends by itself.
  private func lead(_ run: String, to kills: Int, _ toll: inout Toll, _ dice: inout Dice) throws
    -> Ended
  {
    var hasCommit = false
    while true {
      let workers = Int.random(in: 1...6, using: &dice)
      let running = try job.start(run, ["--workers", "\(workers)"])
      toll.starts += 1
      if !hasCommit { hasCommit = running.wait { RunLedger.hasCommit(job, run) } }
      while hasCommit, running.isRunning, toll.kills < kills {
        // Half of the kills wait for a commit, so that the run gets on, however slow the machine.
        if dice.shows(0.5) {
          let commits = RunLedger.commits(job, run)
          running.wait(atMost: 20) { RunLedger.commits(job, run) > commits }
        }
        usleep(UInt32(Double.random(in: 0.02...pause, using: &dice) * 1e6))
        if strike(running, workers: workers, &toll, &dice) { break }
      }
      let ended = try running.end()
      if ended.code != -SIGKILL { return ended }
    }
  }

  /// Kills somebody; true when it was the coordinator.
  private func strike(_ running: Running, workers: Int, _ toll: inout Toll, _ dice: inout Dice)
    -> Bool
  {
    let isCoordinator = dice.shows(0.3)
    let isStoppedFirst = dice.shows(0.1)
    if !isCoordinator { running.wait { !running.children.isEmpty } }
    guard
      let victim = isCoordinator
        ? running.processID : running.children.sorted().randomElement(using: &dice),
      running.isRunning
    else { return false }
    if isStoppedFirst {
      kill(victim, SIGSTOP)
      usleep(50_000)
      toll.stoppedFirst += 1
    }
    kill(victim, SIGKILL)
    toll.repeatable += (isCoordinator ? workers : 1) * job.pipeline.chipsPerShard
    if isCoordinator { toll.coordinators += 1 } else { toll.workers += 1 }
    return isCoordinator
  }
}
