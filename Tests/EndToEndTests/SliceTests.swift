import Foundation
import Glibc
import TestSupport
import Testing

/// A drawn job that is frozen for slices.
final class FrozenJob {
  let drawn: DrawnJob
  /// Where the frozen plan lies.
  let place: String
  private let scratch: String

  init(slices: Int = 4, more: String = "") throws {
    drawn = try DrawnJob()
    try drawn.writePipeline(more: more)
    place = drawn.folder.path("shared/job")
    scratch = drawn.folder.path("scratch")
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    let frozen = try freeze(slices: slices)
    guard frozen.code == 0 else { throw DrawnJob.Unexpected(ended: frozen) }
  }

  func freeze(slices: Int, _ more: String...) throws -> Command.Ended {
    try Command.run(
      ["plan", drawn.folder.path("pipeline.yaml"), "--slices", "\(slices)", "--job", place] + more)
  }

  func start(_ words: String..., environment: [String: String] = [:]) throws -> Command.Running {
    try Command.start(
      words + ["--job", place, "--quiet"],
      environment: environment.merging(["TMPDIR": scratch]) { first, _ in first })
  }

  func slice(_ index: Int, _ more: String...) throws -> Command.Ended {
    try Command.run(
      ["run-slice", "--job", place, "--quiet", "--index", "\(index)"] + more,
      environment: ["TMPDIR": scratch])
  }

  /// Does slices that must succeed.
  func doSlices(_ indices: some Sequence<Int>) throws {
    for index in indices {
      let ended = try slice(index)
      guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
    }
  }

  /// Does one of three slices of layers or outlines.
  func endSlice(_ index: Int) throws -> Command.Ended {
    try Command.run(
      ["finalize", "--job", place, "--quiet", "--index", "\(index)", "--of", "3"],
      environment: ["TMPDIR": scratch])
  }

  func finalize(out: String, _ more: String...) throws -> Command.Ended {
    try Command.run(
      ["finalize", "--job", place, "--quiet", "--out", drawn.folder.path(out)] + more,
      environment: ["TMPDIR": scratch])
  }

  /// The files of a folder of the job, by name.
  func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(place)/\(folder)")) ?? []).sorted()
  }

  var commits: [String] { names(in: "commits/infer") }

  /// What is left of scratch folders.
  var leftovers: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: scratch)) ?? []
  }

  /// The bytes of the map and outlines that a single machine makes.
  func alone() throws -> String {
    let ended = try Command.run(drawn.arguments(out: "alone"))
    guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
    return try drawn.outputs(of: "alone")
  }
}

@Suite(.serialized) struct `A job in slices` {
  let job: FrozenJob

  init() throws { job = try FrozenJob() }

  @Test func `gives the bytes of a single machine, whatever is run twice or killed`() throws {
    // Two tasks of the same slice at once.
    let twins = try (0..<2).map { _ in
      try job.start("run-slice", "--index", "0", "--workers", "1")
    }
    for twin in twins {
      let ended = try twin.wait()
      #expect(ended.code == 0, "\(ended.errors)")
    }
    let afterTwins = job.commits.count
    // One that is killed once it has committed something, with all that it is.
    let victim = try job.start("run-slice", "--index", "1", "--workers", "1")
    while victim.isRunning, job.commits.count == afterTwins { usleep(2_000) }
    victim.send(SIGKILL)
    _ = try victim.wait()
    try job.doSlices([1, 2])

    let early = try job.finalize(out: "map")
    #expect(early.code == 75, "\(early.errors)")
    #expect(early.output.contains("run these, such as `sbatch --array=3`"))
    #expect(!FileManager.default.fileExists(atPath: job.drawn.folder.path("map")))
    try job.doSlices([3])
    let made = try job.finalize(out: "map")
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.output.contains("job is mapped"))

    #expect(try job.drawn.outputs(of: "map") == job.alone())
    #expect(Set(job.names(in: "parts")).count == job.commits.count)
    #expect(job.leftovers == [], "the next slice of a machine tidies up what was killed")
    #expect(try Command.run(["verify", job.drawn.folder.path("map")]).code == 0)
    let status = try Status(of: job.drawn, "map")
    #expect(status.setAside == 0 && status.chipsMapped > 0)
  }

  @Test func `is a run that others go on with`() throws {
    try job.doSlices(0..<4)
    #expect(try job.finalize(out: "map").code == 0)
    let again = try job.finalize(out: "map")
    #expect(again.code == 0 && again.output.contains("nothing to do"))
    // The same pipeline finds the map done, and draws lost files of it again without inference.
    let map = try Command.run(job.drawn.arguments(out: "map"))
    #expect(map.code == 0 && map.output.contains("nothing to do"), "\(map.errors)")
    let before = try job.drawn.outputs(of: "map")
    unlink(job.drawn.folder.path("map/4-mosaicking/job_coverage.tif"))
    let mended = try Command.run(job.drawn.arguments(out: "map"))
    #expect(mended.code == 0, "\(mended.errors)")
    #expect(try job.drawn.outputs(of: "map") == before)
  }

  @Test func `is done by any number of slices, and asks schedulers for the index`() throws {
    for (index, variable) in [
      "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX",
    ].enumerated() {
      let ended = try job.start("run-slice", "--of", "3", environment: [variable: "\(index)"])
        .wait()
      #expect(ended.code == 0, "\(ended.errors)")
    }
    let idle = try job.slice(2)
    #expect(idle.code == 0 && idle.output.contains("nothing to do: all "), "\(idle.output)")
    #expect(try job.finalize(out: "map").code == 0)
    #expect(try job.drawn.outputs(of: "map") == job.alone())
  }

  @Test func `stops at a signal, and goes on`() throws {
    let running = try job.start("run-slice", "--index", "0", "--workers", "1", "--grace", "0")
    while running.isRunning, job.commits.isEmpty { usleep(2_000) }
    running.send(SIGTERM)
    let stopped = try running.wait()
    #expect(stopped.code == 75, "\(stopped.errors)")
    #expect(stopped.output.contains("run the same command again to go on with slice 0 of 4"))
    #expect(job.leftovers == [])
    try job.doSlices(0..<4)
    #expect(try job.finalize(out: "map").code == 0)
    #expect(try job.drawn.outputs(of: "map") == job.alone())
  }

  @Test func `goes on after its end was stopped`() throws {
    try job.doSlices(0..<4)
    let out = job.drawn.folder.path("map")
    let running = try job.start("finalize", "--out", out, "--workers", "1")
    let mosaics = "\(out)/4-mosaicking"
    while running.isRunning,
      ((try? FileManager.default.contentsOfDirectory(atPath: mosaics)) ?? []).isEmpty
    {
      usleep(2_000)
    }
    running.send(SIGKILL)
    _ = try running.wait()
    let ended = try job.finalize(out: "map")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try job.drawn.outputs(of: "map") == job.alone())
  }

  @Test func `keeps its parts, and lets go of them when it is told to`() throws {
    try job.doSlices(0..<4)
    let parts = job.names(in: "parts")
    #expect(try job.finalize(out: "map").code == 0)
    #expect(job.names(in: "parts") == parts)
    #expect(try job.finalize(out: "map", "--delete-parts").code == 0)
    #expect(job.names(in: "parts") == [] && job.commits == [])
    let again = try job.finalize(out: "map")
    #expect(again.code == 0 && again.output.contains("nothing to do"), "\(again.output)")
    #expect(try job.finalize(out: "other").code == 75)
  }

  @Test func `mends a part that was damaged`() throws {
    try job.doSlices(0..<4)
    let part = URL(fileURLWithPath: "\(job.place)/parts/\(job.names(in: "parts")[2])")
    var bytes = try Data(contentsOf: part)
    bytes[bytes.count / 2] ^= 0x40
    try bytes.write(to: part)
    let ended = try job.finalize(out: "map")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try job.drawn.outputs(of: "map") == job.alone())
  }

  @Test func `has its layers and outlines made in slices, too`() throws {
    try job.doSlices([0, 1, 2])
    let early = try job.endSlice(0)
    #expect(early.code == 75 && early.output.contains("`sbatch --array=3`"), "\(early.output)")
    try job.doSlices([3])
    // Layers first; one slice of them is not done, and not that of an outline either.
    for index in [0, 2, 2] {
      let ended = try job.endSlice(index)
      #expect(ended.code == 0 && ended.output.contains("4-mosaicking"), "\(ended.errors)")
    }
    let half = try job.finalize(out: "half")
    #expect(half.code == 0, "\(half.errors)")
    #expect(try job.drawn.outputs(of: "half") == job.alone())
    #expect(try job.endSlice(1).output.contains("4-mosaicking"))
    let traced = try (0..<3).map { try job.endSlice($0) }
    for ended in traced {
      #expect(ended.code == 0 && ended.output.contains("5-footprints"), "\(ended.errors)")
    }
    let made = try job.finalize(out: "map")
    #expect(made.code == 0, "\(made.errors)")
    #expect(try job.drawn.outputs(of: "map") == job.drawn.outputs(of: "alone"))
    #expect(try Command.run(["verify", job.drawn.folder.path("map")]).code == 0)
    #expect(job.leftovers == [])
  }
}
