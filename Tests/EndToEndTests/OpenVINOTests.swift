import Checksums
import Foundation
import GeoFiles
import Glibc
import Grids
import TestSupport
import Testing

/// Whether `make openvino` was typed, or MAPWRIGHT_OPENVINO names another place.
private let isInstalled =
  ProcessInfo.processInfo.environment["MAPWRIGHT_OPENVINO"] != "/nowhere"
  && FileManager.default.fileExists(
    atPath: ProcessInfo.processInfo.environment["MAPWRIGHT_OPENVINO"]
      ?? Repository.root.appending(path: ".build/openvino").path)
private let nowhere = ["MAPWRIGHT_OPENVINO": "/nowhere"]

@Suite(.enabled(if: isInstalled, "OpenVINO is not installed: `make openvino`"))
struct `A run with OpenVINO` {
  let job: DrawnJob

  init() throws { job = try DrawnJob(size: PixelSize(width: 780, height: 680)) }

  @Test func `gives the same bytes with any number of workers, threads and streams`() throws {
    try job.choose("engine: openvino")
    let first = try Command.run(job.arguments(out: "a", "--workers", "2"))
    #expect(first.code == 0, "\(first.errors)")
    try job.choose("engine: openvino\n  threads: 2\n  streams: 2")
    let second = try Command.run(job.arguments(out: "b", "--workers", "1"))
    #expect(second.code == 0, "\(second.errors)")

    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
    #expect(try Command.run(["verify", job.folder.path("a")]).code == 0)
    let record = try String(contentsOfFile: job.folder.path("a/run.json"), encoding: .utf8)
    #expect(record.contains("OpenVINO 2026") && record.contains("\"precision\" : \"f32\""))
    // The models that workers have compiled are kept while the run goes on, and no longer.
    let left = try FileManager.default.contentsOfDirectory(
      atPath: job.folder.path("a/3-inference"))
    #expect(left == [])
  }

  @Test func `has the classes that the built-in engine finds`() throws {
    for (engine, out) in [("openvino", "a"), ("builtin", "b")] {
      try job.choose("engine: \(engine)")
      #expect(try Command.run(job.arguments(out: out)).code == 0)
    }
    let maps = try ["a", "b"].map { out in
      let map = try Dataset(opening: job.folder.path("\(out)/4-mosaicking/job_class.tif"))
      return try map.readBytes(in: PixelWindow(map.size), bands: [1])
    }
    #expect(Set(maps[0]).count > 1)
    #expect(maps[0] == maps[1])
  }

  @Test func `is resumed with its own engine, and with another only by name`() throws {
    try job.choose("engine: builtin")
    try job.runToFirstCommit(out: "a")
    try job.choose("engine: openvino")
    let refused = try Command.run(job.arguments(out: "a"))
    #expect(refused.code == 78)
    #expect(refused.errors.contains("engine was builtin "))
    #expect(refused.errors.contains(", is now OpenVINO 2026"))
    #expect(refused.errors.contains("`--accept-changed numeric`"))

    let ended = try Command.run(job.arguments(out: "a", "--accept-changed", "numeric"))
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try Command.run(["verify", job.folder.path("a")]).code == 0)
  }

  @Test func `does not compute with a cache of models that is damaged`() throws {
    try job.add("NetworkConformanceTests/Stored/unet.onnx", as: "unet.onnx")
    try job.choose("engine: openvino\n  activation: softmax", model: "unet.onnx")
    let whole = try Command.run(job.arguments(out: "a"))
    #expect(whole.code == 0, "\(whole.errors)")
    try job.runToFirstCommit(out: "b")
    let cache = job.folder.url.appending(path: "b/3-inference/openvino")
    let models = try FileManager.default.contentsOfDirectory(atPath: cache.path)
      .filter { $0.hasSuffix(".blob") }
    #expect(models.count == 1)
    for model in models {
      // As a power cut leaves a file: as long as it was, with nothing in some of it. The weights
      // come first; OpenVINO computes with them as they are.
      chmod(cache.appending(path: model).path, 0o600)
      let file = try FileHandle(forUpdating: cache.appending(path: model))
      let length = try file.seekToEnd()
      try file.seek(toOffset: length / 20)
      try file.write(contentsOf: Data(count: Int(length / 3)))
      try file.close()
    }

    let resumed = try Command.run(job.arguments(out: "b"))
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
  }

  @Test func `keeps its engine where the pipeline says auto`() throws {
    try job.choose("engine: openvino")
    try job.runToFirstCommit(out: "a")
    try job.choose("engine: auto")
    let ended = try Command.run(job.arguments(out: "a"))
    #expect(ended.code == 0, "\(ended.errors)")
    let record = try String(contentsOfFile: job.folder.path("a/run.json"), encoding: .utf8)
    #expect(record.contains("OpenVINO 2026"))
  }

  @Test func `takes models that the built-in engine does not support, by itself`() throws {
    try job.add("NetworkConformanceTests/Stored/foreign.onnx", as: "foreign.onnx")
    try job.choose("activation: softmax", model: "foreign.onnx")
    let ended = try Command.run(job.arguments(out: "a"))
    #expect(ended.code == 0, "\(ended.errors)")
    let pipeline = try String(contentsOfFile: job.folder.path("a/pipeline.yaml"), encoding: .utf8)
    #expect(pipeline.contains("engine: openvino"))
  }

  @Test func `is planned with a trial that tells what is fastest`() throws {
    try job.choose("engine: auto")
    let ended = try Command.run(["plan", job.folder.path("pipeline.yaml"), "--trial", "--json"])
    #expect(ended.code == 0, "\(ended.errors)")
    struct Plan: Decodable {
      struct Trial: Decodable {
        struct Row: Decodable {
          var engine: String
          var workers: Int
          var threads: Int
          var chipsPerSecond: Double
        }
        var rows: [Row]
        var notes: [String]
      }
      var trial: Trial
    }
    let trial = try JSONDecoder().decode(Plan.self, from: Data(ended.output.utf8)).trial
    let processors = ProcessInfo.processInfo.activeProcessorCount
    #expect(trial.notes == [])
    #expect(Set(trial.rows.map(\.engine)) == ["builtin", "openvino"])
    #expect(trial.rows.allSatisfy { $0.workers * $0.threads == processors })
    #expect(trial.rows.map(\.chipsPerSecond) == trial.rows.map(\.chipsPerSecond).sorted(by: >))
    #expect(trial.rows.allSatisfy { $0.chipsPerSecond > 0 })
  }

  @Test func `is refused on a device that is not there`() throws {
    try job.choose("engine: openvino\n  device: NPU")
    let ended = try Command.run(job.arguments(out: "a"))

    // NetworkError.deviceMissing
    #expect(ended.code == 69)
    #expect(
      job.words(ended).hasPrefix(
        "mapwright: cannot compute on device 'NPU'\n  OpenVINO finds no NPU here; it finds: CPU"))
    #expect(job.words(ended).split(separator: "\n").count == 3)
  }

  @Test(arguments: [
    ("<net name=\"x\" version=\"11\"><layers>", "Start-end tags mismatch"),
    ("", "Unable to read the model"), (nil, "Could not open the file"),
  ])
  func `is refused with an IR that is damaged or gone`(text: String?, cause: String) throws {
    if let text { try Data(text.utf8).write(to: job.folder.url.appending(path: "m.xml")) }
    try job.choose("activation: none", model: "m.xml")
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 65)
    #expect(
      job.words(ended).hasPrefix("mapwright: cannot read model '…/m.xml' with OpenVINO\n  "))
    #expect(job.words(ended).contains(cause))
    #expect(job.words(ended).split(separator: "\n").count == 3)
  }

  @Test func `is refused with an ONNX file that is cut short, in three lines`() throws {
    let whole = try Data(contentsOf: Repository.root.appending(path: "Tests/Models/bright.onnx"))
    try whole.prefix(300).write(to: job.folder.url.appending(path: "cut.onnx"))
    try job.choose("engine: openvino", model: "cut.onnx")
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 65)
    #expect(
      job.words(ended).hasPrefix(
        "mapwright: cannot read model '…/cut.onnx'\n  not an ONNX model: protobuf says"))
    #expect(job.words(ended).split(separator: "\n").count == 3)
  }

  @Test func `is refused with a model whose weights are larger than the memory`() throws {
    try Data("<net/>".utf8).write(to: job.folder.url.appending(path: "m.xml"))
    // A terabyte of nothing, which takes no space on disk.
    FileManager.default.createFile(atPath: job.folder.path("m.bin"), contents: nil)
    let weights = try FileHandle(forWritingTo: job.folder.url.appending(path: "m.bin"))
    try weights.truncate(atOffset: 1 << 40)
    try job.choose("activation: none", model: "m.xml")
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 69)
    #expect(
      job.words(ended).hasPrefix(
        "mapwright: cannot hold model '…/m.xml' in memory\n  1048576 MB of weights need twice"))
    #expect(job.words(ended).split(separator: "\n").count == 3)
  }

  @Test func `is refused in bytes where the model holds floats`() throws {
    try job.choose("engine: openvino\n  precision: int8")
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 65)
    #expect(job.words(ended).contains("none of its layers is quantised"))
  }
}

@Suite struct `A machine without OpenVINO` {
  let job: DrawnJob

  init() throws { job = try DrawnJob(size: PixelSize(width: 300, height: 200)) }

  @Test func `runs the same program with the built-in engine`() throws {
    let ended = try Command.run(job.arguments(out: "a"), environment: nowhere)
    #expect(ended.code == 0, "\(ended.errors)")
    let doctor = try Command.run(["doctor"], environment: nowhere)
    #expect(doctor.output.contains("not installed (optional): `make openvino` installs it"))
  }

  @Test func `says how to install it where the pipeline asks for it`() throws {
    try job.choose("engine: openvino")
    let ended = try Command.run(job.arguments(out: "a"), environment: nowhere)

    #expect(ended.code == 69)
    #expect(
      ended.errors == """
        mapwright: cannot find OpenVINO, which this model or pipeline needs
          looked in '/nowhere': no libopenvino_c.so is there
          install it with `make openvino`, or set MAPWRIGHT_OPENVINO to the folder that holds it

        """)
  }

  @Test func `names the operators that the built-in engine lacks, and the way out`() throws {
    try job.add("Models/unsupported.onnx", as: "unsupported.onnx")
    try job.choose("activation: none", model: "unsupported.onnx")
    let ended = try Command.run(job.arguments(out: "a"), environment: nowhere)

    #expect(ended.code == 69)
    #expect(
      job.words(ended) == """
        mapwright: no engine here runs model '…/unsupported.onnx'
          the built-in engine does not: pick: operator NonMaxSuppression; OpenVINO might, and is not installed
          install OpenVINO with `make openvino` (Documentation/OpenVINO.md), or simplify the model

        """)
  }
}
