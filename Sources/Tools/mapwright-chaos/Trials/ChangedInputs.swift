import Foundation
import Glibc
import Grids

/// An unfinished run, and a pipeline or a file that is no longer what it was made from.
struct ChangedInputs: Trial {
  let name = "changed-inputs"
  let promise =
    "a run resumes only what it was begun from, and names what differs; a copy is no change"

  private struct Change: Sendable {
    var field: String
    var make: @Sendable (inout PipelineText, Job) throws -> Void
  }

  private static let changes: [Change] = [
    Change(
      field: "model",
      make: { text, job in
        var bytes = try Data(contentsOf: job.folder.appending(path: "bright.onnx"))
        // One more, empty field: another file, the same graph.
        bytes.append(contentsOf: [0x3A, 0x00])
        try bytes.write(to: job.folder.appending(path: "other.onnx"))
        text.model = "other.onnx"
      }),
    Change(field: "scal", make: { text, _ in text.scale = "1/254" }),
    Change(field: "scal", make: { text, _ in text.mean = "0.1" }),
    Change(field: "scal", make: { text, _ in text.std = "1.1" }),
    Change(field: "classes", make: { text, _ in text.classes = "{0: rest, 1: building}" }),
    Change(field: "bands", make: { text, _ in text.bands = "[3, 2, 1]" }),
    Change(field: "nodata", make: { text, _ in text.nodata = 1 }),
    Change(field: "chip", make: { text, _ in (text.chip, text.halo) = (256, 64) }),
    Change(
      field: "scene",
      make: { text, job in
        try job.drawScene(named: "other.tif", seed: 8)
        text.scenes = "other.tif"
      }),
    Change(
      field: "scene",
      make: { text, job in
        try job.drawScene(named: "west.tif", west: 400_128 - 512)
        text.scenes = "[scene.tif, west.tif]"
      }),
    Change(field: "footprints", make: { text, _ in text.threshold = "0.6" }),
    Change(field: "footprints", make: { text, _ in text.smallest = 9 }),
    Change(field: "compression", make: { text, _ in text.compression = "zstd" }),
    Change(field: "layers", make: { text, _ in text.layers = "[class, probability]" }),
  ]

  func perform(in arena: Arena) throws -> Finding {
    let job = try arena.job(name, size: PixelSize(width: 1300, height: 1100))
    let wanted = try job.undisturbed()
    let running = try job.start("run", ["--workers", "1"])
    guard running.wait(until: { RunLedger.hasCommit(job, "run") }) else {
      throw Breakdown("the run ended before it could be stopped")
    }
    running.send(SIGKILL)
    _ = try running.end()
    var finding = Finding()
    for (index, change) in Self.changes.enumerated() {
      var text = job.pipeline
      try change.make(&text, job)
      try job.write(text)
      let ended = try job.map("run")
      finding.expect(
        ended.code == 78 && ended.words.contains(change.field),
        "change \(index + 1), \(change.field): \(ended.digest)")
    }
    try job.write(job.pipeline)
    finding.faults += try resumeElsewhere(job, wanted)
    finding.done =
      "\(Self.changes.count) changes; then pipeline, model and scene copied and touched"
    finding.seen =
      finding.faults.isEmpty
      ? "\(Self.changes.count) × exit 78 with the field's name; the copy resumed to the same bytes"
      : "see below"
    finding.numbers = ["changes": Double(Self.changes.count)]
    return finding
  }

  /// Resumes from copies of everything in another folder, touched, with other settings of the queue.
  private func resumeElsewhere(_ job: Job, _ wanted: String) throws -> [String] {
    let elsewhere = job.folder.appending(path: "elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    for file in ["scene.tif", "bright.onnx"] {
      try FileManager.default.copyItem(
        at: job.folder.appending(path: file), to: elsewhere.appending(path: file))
      _ = utimes(elsewhere.appending(path: file).path, nil)
    }
    var text = job.pipeline
    text.queue = ["workers: 2", "grace: 3s"]
    try Data(text.text.utf8).write(to: elsewhere.appending(path: "pipeline.yaml"))
    let ended = try Running([
      job.command, "map", elsewhere.appending(path: "pipeline.yaml").path, "--out",
      job.run("run").path, "--quiet",
    ]).end()
    return RunLedger.faults(of: "run", job, ended, expecting: wanted)
  }
}
