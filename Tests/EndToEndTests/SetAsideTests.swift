import Foundation
import GeoFiles
import Grids
import Imagery
import TestSupport
import Testing

@Suite struct `A shard that cannot be done` {
  @Test func `is set aside, named, left empty, and the rest is mapped`() throws {
    let job = try DrawnJob()
    try damage(job, at: 0.5)
    let ended = try Command.run(job.arguments(out: "a", "--workers", "2"))

    #expect(ended.code == 3, "\(ended.errors)")
    let status = try Status(of: job, "a")
    #expect(status.setAside >= 1 && status.setAside <= 8)
    let report = try String(contentsOfFile: job.folder.path("a/report.md"), encoding: .utf8)
    #expect(report.contains("scene.tif") && report.contains("| 3-inference |"))
    #expect(!report.contains("| 4-mosaicking |"), "a shard set aside must not keep a layer away")
  }

  @Test func `is empty in every layer, and the coverage says why`() throws {
    let job = try DrawnJob()
    try damage(job, at: 0.5)
    let ended = try Command.run(job.arguments(out: "a", "--workers", "1"))
    #expect(ended.code == 3, "\(ended.code) \(ended.output) \(ended.errors)")

    let whole = PixelWindow(job.size)
    func layer(_ name: String) throws -> [UInt8] {
      try Dataset(opening: job.folder.path("a/4-mosaicking/job_\(name).tif")).readBytes(
        in: whole, bands: [1])
    }
    let coverage = try layer("coverage")
    let (classes, probability) = (try layer("class"), try layer("probability_building"))
    let setAside = coverage.indices.filter { coverage[$0] == Coverage.setAside.rawValue }

    #expect(!setAside.isEmpty && setAside.count < coverage.count)
    #expect(setAside.allSatisfy { classes[$0] == 255 && probability[$0] == 255 })
    #expect(coverage.contains(Coverage.mapped.rawValue))
  }

  @Test func `stays set aside when the same command is given again`() throws {
    let job = try DrawnJob()
    try damage(job, at: 0.5)
    _ = try Command.run(job.arguments(out: "a"))
    let before = try Status(of: job, "a").chipsInferred
    let again = try Command.run(job.arguments(out: "a"))

    #expect(again.code == 3 && again.output.contains("nothing to do"))
    #expect(try Status(of: job, "a").chipsInferred == before)
  }

  @Test func `is tried again when a person asks for it`() throws {
    let job = try DrawnJob()
    let scene = job.folder.url.appending(path: "scene.tif")
    let sound = try Data(contentsOf: scene)
    try damage(job, at: 0.5)
    #expect(try Command.run(job.arguments(out: "a")).code == 3)
    let before = try Status(of: job, "a")
    try sound.write(to: scene)

    // Some of the damage was read without an error, and is found by the hash of what was read.
    let again = try Command.run(
      job.arguments(out: "a", "--retry-set-aside", "--accept-changed", "scenes"))
    #expect(again.code == 0, "\(again.errors)")
    let after = try Status(of: job, "a")
    #expect(after.setAside == 0)
    #expect(after.chipsInferred > before.chipsInferred)
    _ = try Command.run(job.arguments(out: "b"))
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  /// Overwrites a piece of the scene's pixels, large enough to hold the beginning of a block: what
  /// is altered inside a block GDAL does not always notice.
  private func damage(_ job: DrawnJob, at share: Double) throws {
    let url = job.folder.url.appending(path: "scene.tif")
    var bytes = try Data(contentsOf: url)
    let start = Int(Double(bytes.count) * share)
    for index in start..<start + 300_000 { bytes[index] = 0xFF }
    try bytes.write(to: url)
  }
}
