import Foundation
import GeoFiles
import Glibc
import Grids
import Imagery
import TestSupport
import Testing

/// Devices that no test has, and trials whose outcome is known: the built command with a stand-in for
/// OpenVINO's library.
@Suite(.enabled(if: FakeOpenVINO.canBeBuilt, "there is no C compiler"))
struct `A run with a stand-in for OpenVINO` {
  let fake: FakeOpenVINO
  let job: DrawnJob

  init() throws {
    fake = try FakeOpenVINO()
    job = try DrawnJob(size: PixelSize(width: 300, height: 200))
  }

  private func map(_ more: String...) throws -> Command.Ended {
    try Command.run(
      ["map", job.folder.path("pipeline.yaml"), "--out", job.folder.path("a"), "--quiet"] + more,
      environment: fake.environment())
  }

  private func record() throws -> Record {
    try JSONDecoder().decode(
      Record.self, from: Data(contentsOf: job.folder.url.appending(path: "a/run.json")))
  }

  /// What is looked at in `run.json`.
  private struct Record: Decodable {
    struct Fingerprint: Decodable { var numeric: [String: String] }
    struct Trial: Decodable {
      struct Row: Decodable {
        var engine: String
        var workers: Int
        var threads: Int
        var streams: Int
      }
      var rows: [Row]
      var notes: [String]
      var processors: Int
    }
    var fingerprint: Fingerprint
    var trial: Trial?
  }

  @Test(arguments: [
    ("device: GPU.1", "GPU.1", "INFERENCE_PRECISION_HINT=f32 PERFORMANCE_HINT=LATENCY"),
    (
      "device: GPU\n  streams: 2\n  precision: bf16", "GPU",
      "INFERENCE_PRECISION_HINT=bf16 NUM_STREAMS=2"
    ),
    ("device: NPU", "NPU", "INFERENCE_PRECISION_HINT=f32 PERFORMANCE_HINT=LATENCY"),
    ("device: AUTO", "AUTO", "INFERENCE_PRECISION_HINT=f32 PERFORMANCE_HINT=LATENCY"),
    (
      "device: HETERO:GPU,CPU\n  model_distribution: pipeline", "HETERO:GPU,CPU",
      "INFERENCE_PRECISION_HINT=f32 PERFORMANCE_HINT=LATENCY "
        + "MODEL_DISTRIBUTION_POLICY=PIPELINE_PARALLEL"
    ),
    (
      "device: MULTI:GPU.0,NPU\n  model_distribution: tensor\n  streams: 4", "MULTI:GPU.0,NPU",
      "INFERENCE_PRECISION_HINT=f32 PERFORMANCE_HINT=THROUGHPUT "
        + "MODEL_DISTRIBUTION_POLICY=TENSOR_PARALLEL"
    ),
    (
      "precision: bf16\n  streams: 2\n  threads: 6", "CPU",
      "INFERENCE_PRECISION_HINT=bf16 INFERENCE_NUM_THREADS=6 NUM_STREAMS=2 ENABLE_CPU_PINNING=NO"
    ),
  ])
  func `hands the pipeline's settings to the library`(
    keys: String, device: String, properties: String
  ) throws {
    try job.choose("engine: openvino\n  activation: sigmoid\n  \(keys)")
    let ended = try map("--workers", "1")
    #expect(ended.code == 0, "\(ended.errors)")

    let cache = job.folder.path("a/3-inference/openvino")
    #expect(fake.log == ["\(device) \(properties) CACHE_DIR=\(cache)"])
    let numeric = try record().fingerprint.numeric
    #expect(numeric["device"]?.hasPrefix(device) == true)
    #expect(numeric["engine"] == "OpenVINO 2026.4.1-fake")
    #expect(numeric["precision"] == (keys.contains("bf16") ? "bf16" : "f32"))
  }

  @Test(arguments: [
    ("device: GPU", "device: GPU.1", "device was GPU (Fake GPU), is now GPU.1 (Fake GPU.1)"),
    ("precision: f32", "precision: bf16", "precision was f32, is now bf16"),
  ])
  func `is not taken up with another profile`(
    before: String, after: String, difference: String
  ) throws {
    try job.choose("engine: openvino\n  activation: sigmoid\n  \(before)")
    #expect(try map().code == 0)
    try job.choose("engine: openvino\n  activation: sigmoid\n  \(after)")
    let refused = try map()
    #expect(refused.code == 78)
    #expect(refused.errors.contains(difference))
    #expect(refused.errors.split(separator: "\n").count == 3)
    #expect(try map("--accept-changed", "numeric").code == 0)
  }

  @Test func `takes as many chips at once as the network does, whatever batch is asked for`() throws
  {
    let job = try DrawnJob()
    try job.choose("engine: openvino\n  activation: sigmoid", batch: 4)
    let ended = try Command.run(
      job.arguments(out: "a", "--workers", "1"), environment: fake.environment())
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(!ended.errors.contains("tried again"), "\(ended.errors)")
    let status = try Status(of: job, "a")
    #expect(status.chipsInferred == status.chipsMapped, "no shard was begun twice")
  }

  @Test(arguments: ["nan", "abort"])
  func `sets the shard aside that fails while the next one is read, and no other`(
    fault: String
  ) throws {
    let job = try DrawnJob()
    try job.choose("engine: openvino\n  activation: sigmoid\n  streams: 2")
    // The middle of the last chip of the shard in the middle: its map comes with the next shard's chips.
    try job.alter(PixelWindow(x: 670, y: 624, width: 16, height: 16))
    let sound = try Command.run(job.arguments(out: "b"), environment: fake.environment())
    #expect(sound.code == 0, "\(sound.errors)")
    var environment = fake.environment()
    environment["FAKE_OPENVINO_FAULT"] = fault
    let ended = try Command.run(
      job.arguments(out: "a", "--workers", "1"), environment: environment)
    #expect(ended.code == 3, "\(ended.errors)")
    #expect(try Status(of: job, "a").setAside == 1)

    let (whole, shard) = (
      PixelWindow(job.size), PixelWindow(x: 230, y: 184, width: 512, height: 512)
    )
    func layer(_ name: String, _ out: String) throws -> [UInt8] {
      try Dataset(opening: job.folder.path("\(out)/4-mosaicking/job_\(name).tif")).readBytes(
        in: whole, bands: [1])
    }
    let coverage = try layer("coverage", "a")
    let (classes, soundClasses) = (try layer("class", "a"), try layer("class", "b"))
    var wrong = 0
    for place in coverage.indices {
      let (x, y) = (place % whole.width, place / whole.width)
      let isInside = (shard.x..<shard.maxX).contains(x) && (shard.y..<shard.maxY).contains(y)
      let isSetAside = coverage[place] == Coverage.setAside.rawValue
      wrong += isSetAside == isInside && (isInside || classes[place] == soundClasses[place]) ? 0 : 1
    }
    #expect(wrong == 0)
  }

  @Test func `is not taken up with another version of the library`() throws {
    try job.choose("engine: openvino\n  activation: sigmoid")
    #expect(try map().code == 0)
    let newer = try FakeOpenVINO(version: "2026.5.0-fake")
    let refused = try Command.run(job.arguments(out: "a"), environment: newer.environment())
    #expect(refused.code == 78)
    #expect(
      refused.errors.contains(
        "engine was OpenVINO 2026.4.1-fake, is now OpenVINO 2026.5.0-fake"))
  }

  @Test func `ends in three lines with a library of another version`() throws {
    try job.choose("engine: openvino")
    let old = try FakeOpenVINO(version: "2023.0.1-11005")
    let ended = try Command.run(job.arguments(out: "a"), environment: old.environment())
    #expect(ended.code == 69)
    #expect(
      ended.errors == """
        mapwright: cannot use OpenVINO in '\(old.path)'
          it is version 2023.0.1, and 2026 is needed
          install version 2026, for instance with `make openvino`

        """)
  }

  @Test(arguments: [(0, "openvino"), (400, "builtin")])
  func `takes the engine that a trial finds faster where the pipeline says auto`(
    milliseconds: Int, fastest: String
  ) throws {
    try job.add("NetworkConformanceTests/Stored/unet.onnx", as: "unet.onnx")
    try job.choose("engine: auto\n  activation: sigmoid\n  threads: 1", model: "unet.onnx")
    let ended = try Command.run(
      job.arguments(out: "a", "--trial", "--workers", "1"),
      environment: fake.environment(milliseconds: milliseconds, output: "v48"))
    #expect(ended.code == 0, "\(ended.errors)")

    let record = try record()
    let trial = try #require(record.trial)
    #expect(trial.notes == [])
    #expect(trial.processors == ProcessInfo.processInfo.activeProcessorCount)
    #expect(Set(trial.rows.map(\.engine)) == ["builtin", "openvino"])
    #expect(trial.rows[0].engine == fastest)
    let engine = record.fingerprint.numeric["engine"] ?? ""
    #expect(engine.hasPrefix(fastest == "openvino" ? "OpenVINO" : "builtin"))
    let pipeline = try String(contentsOfFile: job.folder.path("a/pipeline.yaml"), encoding: .utf8)
    #expect(pipeline.contains("engine: \(fastest)"))
  }

  @Test func `keeps the split that a trial found fastest when it is resumed`() throws {
    let job = try DrawnJob(size: PixelSize(width: 1300, height: 1100))
    try job.choose("engine: openvino\n  activation: sigmoid")
    // The stand-in takes half as long with two streams.
    let running = try Command.start(
      job.arguments(out: "a", "--trial", "--workers", "1"),
      environment: fake.environment(milliseconds: 60))
    try job.waitForFirstCommit(running, out: "a")
    running.send(SIGINT)
    #expect(try running.wait().code == 75)
    let tried = try #require(fake.log.last)
    let processors = ProcessInfo.processInfo.activeProcessorCount
    try #require(processors > 1, "one processor has one split")
    #expect(tried.contains("NUM_STREAMS=\(processors) ") && tried.contains("CACHE_DIR="))

    let ended = try Command.run(job.arguments(out: "a"), environment: fake.environment())
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(fake.log.last == tried)
  }
}
