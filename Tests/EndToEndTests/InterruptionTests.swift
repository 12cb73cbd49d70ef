import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite(.serialized) struct `What no shard is to blame for` {
  let job: DrawnJob

  init() throws { job = try DrawnJob() }

  /// Sees that the run in `a` goes on, and ends with the bytes of an undisturbed one.
  private func expectItGoesOn(_ job: DrawnJob) throws {
    let resumed = try Command.run(job.arguments(out: "a"))
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try Status(of: job, "a").setAside == 0)
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func `a signal stops the run within its grace`(signal: Int32) throws {
    let running = try Command.start(job.arguments(out: "a", "--workers", "2", "--grace", "1"))
    try job.waitForFirstCommit(running, out: "a")
    running.send(signal)
    let start = ContinuousClock.now
    let ended = try running.wait()

    #expect(ended.code == 75, "\(ended.errors)")
    #expect(ContinuousClock.now - start < .seconds(3))
    try expectItGoesOn(job)
  }

  @Test func `a signal stops it before any work is handed out`() throws {
    // A pipe in place of the region: planning waits until somebody writes into it.
    let pipe = job.folder.path("region.geojson")
    #expect(mkfifo(pipe, 0o600) == 0)
    let running = try Command.start(job.arguments(out: "a", "--region", pipe))
    let writer = open(pipe, O_RDWR | O_CLOEXEC)
    defer { close(writer) }
    while running.isRunning, !running.catches(SIGTERM) { usleep(10_000) }
    running.send(SIGTERM)
    let ended = try running.wait()

    #expect(ended.code == 75, "\(ended.errors)")
    #expect(
      ended.errors == "stopped before anything was mapped\nrun the same command again to go on\n")
    try expectItGoesOn(job)
  }

  @Test func `a second signal stops it at once`() throws {
    let running = try Command.start(job.arguments(out: "a", "--workers", "2", "--grace", "600"))
    try job.waitForFirstCommit(running, out: "a")
    for worker in running.children { kill(worker, SIGSTOP) }
    running.send(SIGINT)
    usleep(300_000)
    running.send(SIGINT)
    let ended = try running.wait()

    #expect(ended.code == 75, "\(ended.errors)")
    try expectItGoesOn(job)
  }

  @Test func `nobody reads its progress any more`() throws {
    let words = job.arguments(out: "a").filter { $0 != "--quiet" }
    let line = ([Command.path] + words).joined(separator: " ")
    _ = try Command.Running("/bin/sh", ["-c", "\(line) 2>&1 | true"], [:]).wait()

    #expect(try Command.run(["verify", job.folder.path("a")]).code == 0)
    try expectItGoesOn(job)
  }

  @Test func `the disk holds less than the reserve`() throws {
    try job.writePipeline(queue: "reserve_mb: 1000000")
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 74)
    #expect(ended.errors.contains("MB are free, 1000000 MB are kept in reserve"))
    try job.writePipeline(queue: "reserve_mb: 0")
    try expectItGoesOn(job)
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs the right to mount"))
  func `the disk is too small to begin with`() throws {
    let disk = job.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let map = ([Command.path] + job.arguments(out: "disk/run")).joined(separator: " ")
    let ended = try Namespace.run(
      "mount -t tmpfs -o size=1m tmpfs \(disk); \(map); code=$?; ls \(disk); exit $code")

    #expect(ended.code == 74 && ended.output == "", "\(ended.output)")
    #expect(ended.errors.contains("the run will need about "))
  }

  @Test func `the scenes are gone in the middle of it`() throws {
    let job = try DrawnJob(size: PixelSize(width: 3300, height: 2600))
    let running = try Command.start(job.arguments(out: "a", "--workers", "2"))
    job.waitForFirstPart(running, out: "a")
    let (here, away) = (job.folder.path("scene.tif"), job.folder.path("away.tif"))
    try FileManager.default.moveItem(atPath: here, toPath: away)
    let ended = try running.wait()

    #expect(ended.code == 66, "\(ended.errors)")
    #expect(ended.errors.contains("scene.tif'\n  No such file or directory"), "\(ended.errors)")
    #expect(try Status(of: job, "a").setAside == 0)
    try FileManager.default.moveItem(atPath: away, toPath: here)
    try expectItGoesOn(job)
  }

  @Test func `a scene is altered in the middle of it`() throws {
    let job = try DrawnJob(size: PixelSize(width: 3300, height: 2600))
    let running = try Command.start(job.arguments(out: "a", "--workers", "2"))
    job.waitForFirstPart(running, out: "a")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)],
      ofItemAtPath: job.folder.path("scene.tif"))
    let ended = try running.wait()

    #expect(ended.code == 66, "\(ended.errors)")
    #expect(ended.errors.contains("scene.tif' was altered while it was being mapped"))
    try expectItGoesOn(job)
  }

  @Test func `a part was damaged after it was committed`() throws {
    try job.runToFirstCommit(out: "a")
    let parts = job.folder.url.appending(path: "a/3-inference")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: parts.path).first)
    var bytes = try Data(contentsOf: parts.appending(path: name))
    bytes[bytes.count / 2] ^= 0x10
    try bytes.write(to: parts.appending(path: name))

    let resumed = try Command.run(job.arguments(out: "a"))
    #expect(resumed.code == 0 && resumed.errors.contains("is not what was committed"))
    try expectItGoesOn(job)
  }

  @Test func `a shard gave other bytes than an attempt before`() throws {
    try job.runToFirstCommit(out: "a")
    let parts = job.folder.url.appending(path: "a/3-inference")
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: parts.path).first)
    // What attempts may have published that did not live to be recorded: of every shard around that
    // is not finished, since nobody knows how many were before the run stopped.
    let place = try #require(name.firstMatch(of: /shard_r(-?\d+)c(-?\d+)/))
    let (row, column) = (try #require(Int(place.1)), try #require(Int(place.2)))
    let others = (row - 3...row + 3).flatMap { row in
      (column - 3...column + 3).map { column in
        name.replacing(/shard_r-?\d+c-?\d+/, with: "shard_r\(row)c\(column)")
      }
    }.filter { !FileManager.default.fileExists(atPath: parts.path + "/" + $0) }
    for other in others {
      try FileManager.default.copyItem(
        at: parts.appending(path: name), to: parts.appending(path: other))
    }
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 6, "\(ended.code) \(ended.errors)")
    #expect(ended.errors.contains("gave other bytes than before"))
    let kept = try FileManager.default.contentsOfDirectory(atPath: parts.path)
    #expect(kept.contains { others.contains($0) } && kept.contains { $0.hasPrefix("differs_") })
    let ballast = job.folder.path("a/2-queueing/ballast")
    #expect(!FileManager.default.fileExists(atPath: ballast), "it is no use to anybody any more")
  }

  @Test(arguments: [2, 5])
  func `the size of a batch`(batch: Int) throws {
    try job.writePipeline(batch: batch)
    #expect(try Command.run(job.arguments(out: "a")).code == 0)
    try job.writePipeline(batch: 1)
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }
}
