import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite struct `The catalogue of a run` {
  private func run(_ job: DrawnJob, _ out: String, _ more: String...) throws {
    let ended = try Command.run(job.arguments(out: out) + more)
    #expect(ended.code == 0, "\(ended.errors)")
  }

  /// The STAC files of a run.
  private func files(_ job: DrawnJob, _ out: String) throws -> [String] {
    let folder = job.folder.path("\(out)/4-mosaicking")
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".json") }.map { "\(folder)/\($0)" }
  }

  @Test(
    .enabled(if: Judge.has("pystac", "jsonschema"), "pystac is not in .build/judges: make judges"))
  func `is valid, leads to its files and tells their checksums`() throws {
    let job = try DrawnJob()
    try run(job, "run")
    let found = try files(job, "run")
    let script = try String(
      contentsOf: Repository.root.appending(path: "Tests/Judges/stac.py"), encoding: .utf8)
    let judged = try Judge.run(script, found)

    #expect(found.count == 4)
    #expect(judged.code == 0, "\(judged.text)")
    #expect(judged.text.split(separator: "\n").count { $0.hasSuffix("valid") } == 4)
  }

  @Test func `holds nothing of when, where and by how many it was made`() throws {
    let job = try DrawnJob()
    try run(job, "one", "--workers", "1")
    try run(job, "elsewhere/three", "--workers", "3", "--shuffle", "4")
    #expect(try job.outputs(of: "one") == job.outputs(of: "elsewhere/three"))
    #expect(try job.outputs(of: "one").contains("4-mosaicking/collection.json "))
    for file in try files(job, "one") {
      #expect(!(try String(contentsOfFile: file, encoding: .utf8).contains(job.folder.url.path)))
    }
  }

  @Test func `is made again when it is lost, and follows the map when that changes`() throws {
    let job = try DrawnJob(size: PixelSize(width: 500, height: 400))
    try run(job, "run")
    let before = try job.outputs(of: "run")
    unlink(job.folder.path("run/4-mosaicking/collection.json"))
    try run(job, "run")
    #expect(try job.outputs(of: "run") == before)

    try job.writePipeline(more: "mosaic: {layers: [probability], preview: false}")
    try run(job, "run", "--accept-changed", "output")
    let names = try files(job, "run").map { URL(fileURLWithPath: $0).lastPathComponent }
    #expect(names == ["collection.json", "job_probability_building.json"])
  }
}
