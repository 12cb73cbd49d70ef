import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite(.serialized) struct `A revision that is killed` {
  let job: DrawnJob
  /// Asks for the map in another compression: every layer is written again, from parts that are cut
  /// from the layers there are.
  static let repacked = "mosaic: {compression: zstd}"

  init() throws {
    // Two by two shards.
    job = try DrawnJob(size: PixelSize(width: 780, height: 680))
    let ended = try Command.run(job.arguments(out: "a"))
    guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
  }

  private var plan: URL { job.folder.url.appending(path: "a/1-tiling/plan.json") }

  /// Begins a revision, and kills it when its plan holds and its parts are still to be made.
  private func killRevision(_ words: [String]) throws {
    let running = try Command.start(words + ["--workers", "1"])
    while running.isRunning {
      let text = try? String(contentsOf: plan, encoding: .utf8)
      if text?.contains("\"generation\" : 1") == true { break }
      usleep(500)
    }
    try #require(running.isRunning)
    running.send(SIGKILL)
    _ = try running.wait()
  }

  private func expectSameAsAnew() throws {
    let anew = try Command.run(job.arguments(out: "b"))
    #expect(anew.code == 0, "\(anew.errors)")
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test func `before its plan has a name goes on after gc, and without inference`() throws {
    let before = try Status(of: job, "a").chipsInferred
    let old = try Data(contentsOf: plan)
    try job.writePipeline(more: Self.repacked)
    let words = job.arguments(out: "a", "--accept-changed", "output")
    try killRevision(words)
    // What a kill between replacing the rows and naming the plan leaves.
    let next = plan.deletingLastPathComponent().appending(path: "plan.next.json")
    try FileManager.default.moveItem(at: plan, to: next)
    try old.write(to: plan)

    for verb in [["status"], ["verify", "--reread"], ["gc", "--dry-run"], ["gc"]] {
      let ended = try Command.run([verb[0], job.folder.path("a")] + verb.dropFirst())
      #expect(ended.code == 0, "\(verb): \(ended.errors)")
      #expect(!ended.output.contains("plan.next.json"), "\(ended.output)")
      #expect(!ended.output.contains("4-mosaicking/job_class.tif"), "\(ended.output)")
    }
    let resumed = try Command.run(words)

    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try Status(of: job, "a").chipsInferred == before)
    try expectSameAsAnew()
  }

  @Test(arguments: [true, false])
  func `does not take a scene that was altered meanwhile for the old one`(isLost: Bool) throws {
    if isLost {
      try FileManager.default.removeItem(atPath: job.folder.path("a/4-mosaicking/job_class.tif"))
      try killRevision(job.arguments(out: "a"))
    } else {
      try job.writePipeline(more: Self.repacked)
      try killRevision(job.arguments(out: "a", "--accept-changed", "output"))
    }
    // The last shard of the scene: the first ones may have been done before the kill.
    try job.alter(PixelWindow(x: 560, y: 560, width: 60, height: 60))
    let refused = try Command.run(job.arguments(out: "a"))
    #expect(refused.code == 78, "\(refused.code) \(refused.errors)")
    #expect(refused.errors.contains("finished shards are others now"), "\(refused.errors)")

    let ended = try Command.run(job.arguments(out: "a", "--accept-changed", "scenes"))
    #expect(ended.code == 0, "\(ended.errors)")
    try expectSameAsAnew()
  }
}
