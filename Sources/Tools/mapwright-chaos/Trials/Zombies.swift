import Foundation
import Glibc
import Grids

/// Workers that are stopped when their coordinator dies, and wake up during the next one, or never.
struct Zombies: Trial {
  let name = "zombies"
  let promise = "a worker that sleeps through its coordinator's death commits nothing"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 1800, height: 1500))
    let wanted = try job.undisturbed()
    var dice = Dice(seed: arena.options.seed)
    var finding = Finding()
    var run = 1
    var (woken, ended) = (0, 0)
    while woken + ended < rounds {
      let out = "run-\(run)"
      let commits = RunLedger.commits(job, out)
      let running = try job.start(out, ["--workers", "2"])
      let isUnderWay = running.wait { RunLedger.commits(job, out) > commits }
      guard isUnderWay, let zombie = running.children.randomElement(using: &dice) else {
        try finish(out, job, wanted, running, &finding)
        run += 1
        continue
      }
      kill(zombie, SIGSTOP)
      running.send(SIGKILL)
      _ = try running.end()
      // One in ten is never woken: the next coordinator has to end it.
      if dice.shows(0.1) {
        ended += 1
      } else {
        woken += 1
        let pause = UInt32.random(in: 0...1_500_000, using: &dice)
        Thread.detachNewThread {
          usleep(pause)
          kill(zombie, SIGCONT)
        }
      }
    }
    let last = try job.start("run-\(run)", ["--workers", "2"])
    try finish("run-\(run)", job, wanted, last, &finding)
    finding.done =
      "\(woken) workers stopped and woken within 1.5 s of the next start, \(ended) never woken; "
      + "\(run) runs"
    finding.seen = finding.faults.isEmpty ? "the same bytes, no commit twice" : "see below"
    finding.numbers = ["woken": Double(woken), "never_woken": Double(ended)]
    return finding
  }

  private func finish(
    _ out: String, _ job: Job, _ wanted: String, _ running: Running, _ finding: inout Finding
  ) throws {
    let ended = try running.end()
    finding.faults += RunLedger.faults(of: out, job, ended, expecting: wanted)
    job.delete(out)
  }
}

/// Workers that are stopped while their coordinator lives.
struct SilentWorkers: Trial {
  let name = "silent-workers"
  let promise = "a worker that gives no sign of life is ended, and its shard is done by another"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    var pipeline = PipelineText()
    pipeline.queue = ["silence: 3s"]
    let job = try arena.job(name, size: PixelSize(width: 1800, height: 1500), pipeline)
    let wanted = try job.undisturbed()
    var finding = Finding()
    var (stopped, run) = (0, 0)
    var longest = 0.0
    while stopped < rounds {
      run += 1
      let out = "run-\(run)"
      let running = try job.start(out, ["--workers", "2"])
      running.wait { RunLedger.hasCommit(job, out) }
      // Both at once: nobody else gets on meanwhile, so the run cannot end before it is noticed.
      let workers = running.children
      let start = ContinuousClock.now
      for worker in workers { kill(worker, SIGSTOP) }
      running.wait(atMost: 30) { workers.allSatisfy { !Running.isAlive($0) } }
      longest = max(longest, (ContinuousClock.now - start).seconds)
      stopped += workers.count
      workers.forEach { kill($0, SIGCONT) }
      finding.faults += RunLedger.faults(of: out, job, try running.end(), expecting: wanted)
      job.delete(out)
    }
    finding.expect(longest < 10, "a worker was ended only after \(longest) s")
    finding.done = "\(stopped) workers stopped by SIGSTOP under \(run) coordinators, `silence: 3s`"
    finding.seen = "ended after \(String(format: "%.1f", longest)) s at most; the same bytes"
    finding.numbers = ["stopped": Double(stopped), "longest_s": longest]
    return finding
  }
}

/// Two commands on one run.
struct DoubleStart: Trial {
  let name = "double-start"
  let promise = "of two commands on one run, one works and the other is refused"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 1000, height: 1000))
    let wanted = try job.undisturbed()
    var finding = Finding()
    var refused = 0
    for round in 1...rounds {
      let out = "run-\(round)"
      let both = try [job.start(out, ["--workers", "1"]), job.start(out, ["--workers", "1"])]
      let ends = try both.map { try $0.end() }
      let losers = ends.filter { $0.words.contains("another mapwright process is working on it") }
      refused += losers.count
      // Whoever comes when all is done has nothing to do, and that is no refusal.
      finding.expect(
        ends.contains { $0.code == 0 } && ends.allSatisfy { $0.code == 0 || $0.code == 75 },
        "round \(round): \(ends.map(\.digest))")
      finding.expect(
        losers.allSatisfy { $0.code == 75 }, "round \(round): \(losers.map(\.digest))")
      finding.faults += try RunLedger(job, out).faults(expecting: wanted)
      job.delete(out)
    }
    finding.expect(refused > 0, "nobody was ever refused")
    finding.done = "\(rounds) times two commands at once on the same folder"
    finding.seen = "\(refused) refused with exit 75, every run whole"
    finding.numbers = ["refused": Double(refused)]
    return finding
  }
}
