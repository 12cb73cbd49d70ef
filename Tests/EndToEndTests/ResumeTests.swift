import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite(.serialized) struct `A run that is killed` {
  @Test(arguments: [(1, 512), (4, 512), (2, 1024)])
  func `gives the same bytes with any number of workers and any size of shard`(
    workers: Int, shard: Int
  ) throws {
    let job = try DrawnJob()
    let undisturbed = try Command.run(job.arguments(out: "a", "--workers", "2"))
    #expect(undisturbed.code == 0, "\(undisturbed.errors)")

    try job.writePipeline(shard: shard)
    let other = try Command.run(job.arguments(out: "b", "--workers", "\(workers)"))

    #expect(other.code == 0, "\(other.errors)")
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test(arguments: [(2, "avx2"), (3, "portable")])
  func `gives the same bytes with any number of threads and any instruction set`(
    threads: Int, isa: String
  ) throws {
    let job = try DrawnJob()
    let undisturbed = try Command.run(job.arguments(out: "a", "--workers", "2"))
    #expect(undisturbed.code == 0, "\(undisturbed.errors)")

    try job.writePipeline(threads: threads)
    let refused = try Command.run(job.arguments(out: "b", "--isa", "mmx"))
    #expect(refused.code == 64)
    #expect(refused.errors.contains("--isa takes one of portable"))
    // A processor without the set says so in the same words, and there is nothing to compare.
    let other = try Command.run(job.arguments(out: "b", "--workers", "1", "--isa", isa))
    if other.code == 64, isa != "portable" { return }

    #expect(other.code == 0, "\(other.errors)")
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test func `resumes after twenty kills of workers and coordinator with the same bytes`() throws {
    let job = try DrawnJob(size: PixelSize(width: 2600, height: 2200))
    let workers = 2
    _ = try Command.run(job.arguments(out: "a", "--workers", "\(workers)"))
    var random = SeededGenerator(seed: 20)
    var kills = 0
    var ended: Command.Ended

    repeat {
      let running = try Command.start(job.arguments(out: "b", "--workers", "\(workers)"))
      if kills == 0 { _ = try job.waitForFirstCommit(running, out: "b") }
      while running.isRunning && kills < 20 {
        usleep(UInt32(100_000 + random.next() % 400_000))
        let isWorker = random.next() % 10 < 6
        guard let victim = isWorker ? running.children.randomElement(using: &random) : nil else {
          running.send(SIGKILL)
          kills += 1
          break
        }
        kill(victim, SIGKILL)
        kills += 1
      }
      ended = try running.wait()
      #expect([0, -SIGKILL].contains(ended.code), "\(ended.errors)")
    } while ended.code != 0

    let status = try Status(of: job, "b")
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
    #expect(status.commits == status.doneShards && status.setAside == 0)
    for folder in ["3-inference", "2-queueing/fragments", "2-queueing/staging"] {
      let left = try FileManager.default.contentsOfDirectory(
        atPath: job.folder.path("b/\(folder)"))
      #expect(left == [], "files without a purpose are left")
    }
    #expect(kills >= 15, "the run was over after \(kills) kills")
    // Each kill costs at most the chips of the shards that its workers had.
    #expect(status.chipsInferred <= status.chipsMapped + kills * workers * 16)
    print("\(kills) kills, \(status.chipsInferred - status.chipsMapped) chips inferred again")
  }

  @Test func `leaves no worker behind when its coordinator is killed`() throws {
    let job = try DrawnJob()
    let running = try Command.start(job.arguments(out: "a", "--workers", "3"))
    _ = try job.waitForFirstCommit(running, out: "a")
    let workers = running.children
    running.send(SIGKILL)
    _ = try running.wait()

    usleep(1_900_000)
    #expect(workers.count == 3)
    #expect(workers.filter(isAlive) == [])
  }

  @Test func `drains on a signal, says how to go on, and does`() throws {
    let job = try DrawnJob()
    let running = try Command.start(job.arguments(out: "a", "--workers", "1"))
    _ = try job.waitForFirstCommit(running, out: "a")
    running.send(SIGINT)
    let stopped = try running.wait()
    try #require(stopped.code == 75, "\(stopped.errors)")
    #expect(stopped.output.contains("run the same command again"))

    let resumed = try Command.run(job.arguments(out: "a"))
    #expect(resumed.code == 0)
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test func `has nothing to do when it is finished`() throws {
    let job = try DrawnJob()
    _ = try Command.run(job.arguments(out: "a"))
    let before = try Status(of: job, "a").chipsInferred

    let again = try Command.run(job.arguments(out: "a"))

    #expect(again.code == 0 && again.output.contains("nothing to do"))
    #expect(try Status(of: job, "a").chipsInferred == before)
  }

  @Test func `refuses a second coordinator`() throws {
    let job = try DrawnJob()
    let first = try Command.start(job.arguments(out: "a", "--workers", "1"))
    _ = try job.waitForFirstCommit(first, out: "a")

    let second = try Command.run(job.arguments(out: "a"))
    let isFirstStillRunning = first.isRunning
    _ = try first.wait()

    try #require(isFirstStillRunning)
    #expect(second.code == 75 || second.code == 74, "\(second.code)")
    #expect(second.errors.contains("another mapwright process is working on it"))
  }

  /// Whether a process does anything yet; one that ended and was not waited for does not.
  private func isAlive(_ process: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }

}

/// What `mapwright status --json` says.
struct Status {
  let chipsPlanned: Int
  let chipsInferred: Int
  let chipsMapped: Int
  let chipsSkipped: Int
  let commits: Int
  let doneShards: Int
  let setAside: Int

  init(of job: DrawnJob, _ out: String) throws { try self.init(ofRunIn: job.folder.path(out)) }

  init(ofRunIn path: String) throws {
    let ended = try Command.run(["status", path, "--json"])
    struct Stage: Decodable { let done: Int }
    struct Answer: Decodable {
      let chipsPlanned: Int
      let chipsInferred: Int
      let chipsMapped: Int
      let chipsSkipped: Int
      let commits: Int
      let stages: [Stage]
      let setAside: [SetAside]
    }
    struct SetAside: Decodable { let index: Int }
    let answer = try JSONDecoder().decode(Answer.self, from: Data(ended.output.utf8))
    chipsPlanned = answer.chipsPlanned
    chipsInferred = answer.chipsInferred
    chipsMapped = answer.chipsMapped
    chipsSkipped = answer.chipsSkipped
    commits = answer.commits
    doneShards = answer.stages.reduce(0) { $0 + $1.done }
    setAside = answer.setAside.count
  }
}
