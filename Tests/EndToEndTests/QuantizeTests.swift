import Foundation
import TestSupport
import Testing

@Suite struct `The verb quantize` {
  let job: DrawnJob

  init() throws { job = try DrawnJob() }

  private func quantize(_ out: String, _ more: String...) throws -> Command.Ended {
    try Command.run(
      [
        "quantize", job.folder.path("bright.onnx"), "--calibrate", job.folder.path("scene.tif"),
        "--out", job.folder.path(out), "--pipeline", job.folder.path("pipeline.yaml"),
        "--chips", "8",
      ] + more)
  }

  @Test func `writes a model that maps as the float model does, and says how well`() throws {
    let float = try Command.run(job.arguments(out: "float"))
    #expect(float.code == 0, "\(float.errors)")
    let truth = job.folder.path("float/5-footprints/job_footprints.geojsonl")

    let ended = try quantize("bytes.onnx", "--truth", truth, "--json")
    #expect(ended.code == 0, "\(ended.errors)")
    let result = try JSONDecoder().decode(Result.self, from: Data(ended.output.utf8))
    #expect(result.layers == 2 && result.chipsLearned == 4 && result.chipsJudged == 4)
    #expect(result.agreement > 0.99)
    #expect(result.lossPoints <= 0.5)
    #expect((result.before?.iou ?? 0) > 0.5, "the float model finds what it found itself")

    let text = try String(contentsOfFile: job.folder.path("pipeline.yaml"), encoding: .utf8)
    try Data(text.replacing("bright.onnx", with: "bytes.onnx").utf8)
      .write(to: job.folder.url.appending(path: "pipeline.yaml"))
    let bytes = try Command.run(job.arguments(out: "bytes"))
    #expect(bytes.code == 0, "\(bytes.errors)")
    let score = try Command.run(["evaluate", job.folder.path("bytes"), "--truth", truth, "--json"])
    let f1 = try JSONDecoder().decode(Score.self, from: Data(score.output.utf8)).f1
    #expect(f1 > 0.95)
  }

  @Test func `writes the same bytes every time`() throws {
    #expect(try quantize("a.onnx").code == 0)
    #expect(try quantize("b.onnx").code == 0)
    let (a, b) = (try Data(contentsOf: url("a.onnx")), try Data(contentsOf: url("b.onnx")))
    #expect(a == b && !a.isEmpty)
  }

  @Test func `says that a scene is missing, and writes nothing`() throws {
    let ended = try Command.run([
      "quantize", job.folder.path("bright.onnx"), "--calibrate", job.folder.path("none.tif"),
      "--out", job.folder.path("c.onnx"), "--pipeline", job.folder.path("pipeline.yaml"),
    ])
    #expect(ended.code == 66)
    #expect(ended.errors.split(separator: "\n").count == 3, "\(ended.errors)")
    #expect(!FileManager.default.fileExists(atPath: job.folder.path("c.onnx")))
  }

  @Test func `refuses a model that is quantised already`() throws {
    #expect(try quantize("d.onnx").code == 0)
    let ended = try Command.run([
      "quantize", job.folder.path("d.onnx"), "--calibrate", job.folder.path("scene.tif"),
      "--out", job.folder.path("e.onnx"), "--pipeline", job.folder.path("pipeline.yaml"),
    ])
    #expect(ended.code == 65 && ended.errors.contains("the model is quantised already"))
  }

  private func url(_ name: String) -> URL { job.folder.url.appending(path: name) }

  private struct Score: Decodable { var f1: Double }

  private struct Result: Decodable {
    var layers: Int
    var chipsLearned: Int
    var chipsJudged: Int
    var agreement: Double
    var lossPoints: Double
    var before: Before?
    struct Before: Decodable { var iou: Double }
  }
}
