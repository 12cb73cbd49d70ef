import Foundation
import Glibc
import Grids

/// Workers that are stopped when their coordinator dies, and wake up during the next one, or never.
struct Zombies: Trial {
  let name = "zombies"
  let promise = "a worker that sleeps through its coordinator's death commits nothing"
  let rounds: Int

  func perform(in arena: Arena) throws -> Finding {
    var series = try RunSeries(name, in: arena)
    var dice = Dice(seed: arena.options.seed)
    var finding = Finding()
    var (woken, ended) = (0, 0)
    while woken + ended < rounds {
      guard let running = try series.start(["--workers", "2"]),
        let zombie = running.children.randomElement(using: &dice)
      else { continue }
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
    let runs = series.count
    try series.finish(["--workers", "2"])
    finding.faults = series.faults
    finding.done =
      "\(woken) workers stopped and woken within 1.5 s of the next start, \(ended) never woken; "
      + "\(runs) runs"
    finding.seen = finding.faults.isEmpty ? "the same bytes, no commit twice" : "see below"
    finding.numbers = ["woken": Double(woken), "never_woken": Double(ended)]
    return finding
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
    var series = try RunSeries(name, in: arena, pipeline)
    var finding = Finding()
    var (stopped, coordinators) = (0, 0)
    var longest = 0.0
    while stopped < rounds {
      guard let running = try series.start(["--workers", "2"]) else { continue }
      coordinators += 1
      // Both at once: nobody else gets on meanwhile, so the run cannot end before it is noticed.
      let workers = running.children
      let start = ContinuousClock.now
      for worker in workers { kill(worker, SIGSTOP) }
      running.wait(atMost: 30) { workers.allSatisfy { !Running.isAlive($0) } }
      longest = max(longest, (ContinuousClock.now - start).seconds)
      stopped += workers.count
      workers.forEach { kill($0, SIGCONT) }
      try series.finish(running)
    }
    finding.faults = series.faults
    finding.expect(longest < 10, "a worker was ended only after \(longest) s")
    finding.done =
      "\(stopped) workers stopped by SIGSTOP under \(coordinators) coordinators, `silence: 3s`"
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
