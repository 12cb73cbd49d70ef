import Foundation
import Glibc
import TestSupport
import Testing

@Suite struct `A job refuses` {
  let job: FrozenJob

  init() throws { job = try FrozenJob() }

  private func edit(_ name: String, _ old: String, _ new: String) throws {
    let file = URL(fileURLWithPath: "\(job.place)/\(name)")
    let text = try String(contentsOf: file, encoding: .utf8)
    try #require(text.contains(old))
    try Data(text.replacing(old, with: new).utf8).write(to: file)
  }

  @Test func `another plan in its place, and takes the same one`() throws {
    let before = try Data(contentsOf: URL(fileURLWithPath: "\(job.place)/job.json"))
    let same = try job.freeze(slices: 4)
    #expect(same.code == 0 && same.output.contains("nothing to do: the same plan is frozen in"))
    let more = try job.freeze(slices: 5)
    #expect(more.code == 78)
    #expect(more.errors.contains("it is meant for 4 slices, now 5 are asked for"))
    try job.drawn.writePipeline(shard: 1024)
    let other = try job.freeze(slices: 4)
    #expect(other.code == 78)
    #expect(other.errors.contains("shards were of 512 px, are now of 1024 px"), "\(other.errors)")
    try job.drawn.writePipeline(more: "mosaic: {compression: zstd}")
    #expect(
      try job.freeze(slices: 4).errors.contains("compression was deflate, is now zstd"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(job.place)/job.json")) == before)
  }

  @Test func `scenes that were altered since`() throws {
    let scene = job.drawn.folder.path("scene.tif")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: scene)
    let again = try job.freeze(slices: 4)
    #expect(again.code == 78 && again.errors.contains("files of scenes were altered since"))
    let slice = try job.slice(0)
    #expect(slice.code == 66, "\(slice.errors)")
    #expect(job.commits == [])
  }

  @Test func `a machine that computes other bits`() throws {
    try edit("job.json", "\"engine\" : \"builtin 4\"", "\"engine\" : \"builtin 3\"")
    let ended = try job.slice(0)
    #expect(ended.code == 78)
    #expect(
      ended.errors.contains("engine is 'builtin 4' here, 'builtin 3' in the plan"),
      "\(ended.errors)")
    #expect(job.commits == [] && job.leftovers == [])
  }

  @Test(arguments: ["plan.json", "pipeline.yaml", "model/bright.onnx"])
  func `what is not as it was frozen`(name: String) throws {
    let file = URL(fileURLWithPath: "\(job.place)/\(name)")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: file)
    let altered = try job.slice(0)
    #expect(altered.code == 66, "\(altered.errors)")
    #expect(altered.errors.contains("cannot trust '\(name)' of the job in"), "\(altered.errors)")
    unlink(file.path)
    let absent = try job.slice(0)
    #expect(absent.code == 66 && absent.errors.contains("the file is absent"), "\(absent.errors)")
  }

  @Test func `to be a job of another format, or none`() throws {
    try edit("job.json", "\"format\" : 1", "\"format\" : 7")
    let other = try job.slice(0)
    #expect(
      other.code == 78 && other.errors.contains("it has format 7, this program knows format 1"))
    unlink("\(job.place)/job.json")
    let none = try job.slice(0)
    #expect(none.code == 66 && none.errors.contains("it holds no job.json"))
    #expect(try job.finalize(out: "map").code == 66)
    #expect(try Command.run(["status", "--job", "\(job.place)/nowhere"]).code == 66)
  }

  @Test func `a slice that nobody names, and one that is none`() throws {
    let nameless = try job.start("run-slice").wait()
    #expect(nameless.code == 64 && nameless.errors.contains("cannot tell which slice to do"))
    let beyond = try job.slice(4)
    #expect(beyond.code == 64 && beyond.errors.contains("there are 4 slices, numbered from 0"))
  }

  @Test func `bytes that differ from those that another machine has committed`() throws {
    try job.doSlices([0])
    // What another machine would have committed that computes wrongly.
    let name = "commits/infer/0.json"
    let file = URL(fileURLWithPath: "\(job.place)/\(name)")
    let text = try String(contentsOf: file, encoding: .utf8)
    let hash = try #require(text.firstMatch(of: /"contentHash" : "([0-9a-f]{64})"/)?.1)
    unlink(file.path)
    // The slice finds no record when it begins, and this one when it commits.
    let running = try job.start("run-slice", "--index", "0", "--workers", "1")
    while running.isRunning, job.leftovers.isEmpty { usleep(1_000) }
    try Data(text.replacing(hash, with: String(repeating: "0", count: 64)).utf8).write(to: file)
    let ended = try running.wait()
    #expect(ended.code == 6, "\(ended.output) \(ended.errors)")
    #expect(ended.errors.contains("gave other bytes than another machine has committed"))
    #expect(ended.errors.contains("both were made from the same pixels; both are kept: "))
  }

  @Test func `folders that hold something else`() throws {
    try job.doSlices(0..<4)
    #expect(try Command.run(job.drawn.arguments(out: "alone")).code == 0)
    let run = try job.finalize(out: "alone")
    #expect(run.code == 78 && run.errors.contains("it holds a run of something else than the job"))
    let notes = job.drawn.folder.url.appending(path: "notes")
    try FileManager.default.createDirectory(at: notes, withIntermediateDirectories: true)
    try Data().write(to: notes.appending(path: "diary.txt"))
    #expect(try job.finalize(out: "notes").code == 78)
    #expect(try job.finalize(out: "alone", "--fresh").code == 0)
  }
}
