import Foundation
import Glibc
import Grids
import TestSupport
import Testing

@Suite struct `Bad input` {
  let job: DrawnJob

  init() throws { job = try DrawnJob(size: PixelSize(width: 300, height: 200)) }

  private func replace(_ old: String, by new: String) throws {
    let path = job.folder.path("pipeline.yaml")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try #require(text.contains(old))
    try Data(text.replacing(old, with: new).utf8).write(to: URL(fileURLWithPath: path))
  }

  private func run(_ more: String...) throws -> Command.Ended {
    try Command.run(
      ["map", job.folder.path("pipeline.yaml"), "--out", job.folder.path("run"), "--quiet"] + more)
  }

  /// The failure's words with the folder's path cut short.
  private func words(_ ended: Command.Ended) -> String {
    ended.errors.replacing(job.folder.url.path, with: "…")
  }

  @Test func `a scene that is absent`() throws {
    try replace("scene.tif", by: "absent.tif")
    let ended = try run()

    #expect(ended.code == 66)
    #expect(words(ended).hasPrefix("mapwright: cannot find scene '…/absent.tif'\n"))
  }

  @Test func `a scene that is no raster`() throws {
    try Data("no picture\n".utf8).write(to: job.folder.url.appending(path: "scene.tif"))
    let ended = try run()

    #expect(ended.code == 66)
    #expect(words(ended).contains("not recognized as a supported file format"))
    #expect(words(ended).split(separator: "\n").count == 3)
  }

  @Test func `a scene that ends too early`() throws {
    let url = job.folder.url.appending(path: "scene.tif")
    let whole = try Data(contentsOf: url)
    try whole.prefix(whole.count * 2 / 3).write(to: url)
    let ended = try run()

    #expect(ended.code == 66)
    #expect(words(ended).split(separator: "\n").count == 3, "\(words(ended))")
  }

  @Test func `a model that is not ONNX`() throws {
    try Data("no model\n".utf8).write(to: job.folder.url.appending(path: "bright.onnx"))
    let ended = try run()

    #expect(ended.code == 65)
    #expect(words(ended).hasPrefix("mapwright: cannot read model '…/bright.onnx'\n  not an ONNX"))
  }

  @Test func `a model with an operator that the engine does not have`() throws {
    try FileManager.default.removeItem(at: job.folder.url.appending(path: "bright.onnx"))
    try FileManager.default.copyItem(
      at: Repository.root.appending(path: "Tests/Models/unsupported.onnx"),
      to: job.folder.url.appending(path: "bright.onnx"))
    try replace("model: bright.onnx", by: "model: bright.onnx\n  engine: builtin")
    let ended = try run()

    #expect(ended.code == 65)
    #expect(words(ended).contains("NonMaxSuppression"))
    #expect(words(ended).split(separator: "\n").count == 3)
  }

  @Test func `a pipeline that names more bands than the network takes`() throws {
    try replace("bands: [1, 2, 3]", by: "bands: [1, 2]")
    let ended = try run()

    #expect(ended.code == 65)
    #expect(words(ended).split(separator: "\n").count == 3)
  }

  @Test func `pixels that are too small for the model`() throws {
    try replace("model: bright.onnx", by: "model: bright.onnx\n  pixel_m: 2")
    let ended = try run()

    // InputError.resolutionDiffers
    #expect(ended.code == 66)
    #expect(
      words(ended) == """
        mapwright: pixels of '…/scene.tif' do not suit the model
          they cover 0.5 m of ground, the model was trained on 2.0 m
          warp them to the model's pixels with `--grid auto`, or map them as they are with \
        `--accept-resolution`

        """)
    #expect(try run("--accept-resolution").code == 0)
  }

  @Test func `a key that means nothing`() throws {
    try replace("halo_px: 32", by: "halo: 32")
    let ended = try run()

    #expect(ended.code == 65)
    #expect(
      words(ended) == """
        mapwright: …/pipeline.yaml:3:24: tiling has no key 'halo'
          tiling knows: chip_px, halo_px, blend_px
          did you mean 'halo_px'?

        """)
  }

  @Test func `a region outside the scenes`() throws {
    let region = """
      {"type": "Polygon", "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50]]]}
      """
    try Data(region.utf8).write(to: job.folder.url.appending(path: "region.geojson"))
    let ended = try run("--region", job.folder.path("region.geojson"))

    #expect(ended.code == 66)
    #expect(words(ended).hasPrefix("mapwright: cannot map the region '…/region.geojson'\n"))
    #expect(words(ended).contains("lies outside all scenes, which reach from (400013.0, "))
  }

  @Test func `a folder that cannot be written`() throws {
    let ended = try Command.run([
      "map", job.folder.path("pipeline.yaml"), "--out", job.folder.path("scene.tif") + "/run",
    ])

    #expect(ended.code == 74)
    #expect(words(ended).contains("cannot write '…/scene.tif/run"))
    #expect(words(ended).contains("Not a directory"))
  }

  @Test func `a folder with a run of something else`() throws {
    #expect(try run().code == 0)
    try replace("smallest_m2: 4", by: "smallest_m2: 40")
    let ended = try run()

    #expect(ended.code == 78)
    #expect(words(ended).hasPrefix("mapwright: cannot resume the run in '…/run'"))
    #expect(words(ended).contains("footprints was [{") && words(ended).contains("--fresh"))
    #expect(try run("--fresh").code == 0)
  }

  @Test func `a scene that is replaced while it is mapped`() throws {
    let large = try DrawnJob()
    let running = try Command.start(large.arguments(out: "a", "--workers", "1"))
    large.waitForFirstPart(running, out: "a")
    try #require(running.isRunning)
    let all = [running.processID] + running.children
    for process in all { kill(process, SIGSTOP) }
    // Whichever shard came first.
    try large.alter(PixelWindow(x: 20, y: 20, width: 1000, height: 900))
    for process in all { kill(process, SIGCONT) }
    let ended = try running.wait()

    #expect(ended.code == 66)
    let words = ended.errors.replacing(large.folder.url.path, with: "…")
    #expect(
      words.contains(
        """
        mapwright: stopped: '…/scene.tif' was altered while it was being mapped
          its size or its time is not what it was when the command began
          run the same command again: it compares the pixels, and says what differs

        """), "\(words)")

    let refused = try Command.run(large.arguments(out: "a"))
    #expect(refused.code == 78 && refused.errors.contains("finished shards are others now"))
    let accepted = try Command.run(large.arguments(out: "a", "--accept-changed", "scenes"))
    #expect(accepted.code == 0, "\(accepted.errors)")
    #expect(try Command.run(large.arguments(out: "b")).code == 0)
    #expect(try large.outputs(of: "a") == large.outputs(of: "b"))
  }

  @Test(arguments: ["bright.onnx", "region.geojson"])
  func `a model or a region that is replaced while workers come and go`(name: String) throws {
    let large = try DrawnJob()
    let region = """
      {"type": "Polygon", "coordinates": [[[400020, 36690], [400600, 36690], [400600, 36200],
      [400020, 36200], [400020, 36690]]], "crs": {"type": "name", "properties":
      {"name": "EPSG:32636"}}}
      """
    let file = large.folder.url.appending(path: name)
    if name == "region.geojson" {
      try Data(region.utf8).write(to: file)
      try large.writePipeline(more: "region: {file: region.geojson}")
    }
    let running = try Command.start(large.arguments(out: "a", "--workers", "1"))
    large.waitForFirstPart(running, out: "a")
    try #require(running.isRunning)
    let all = [running.processID] + running.children
    for process in all { kill(process, SIGSTOP) }
    // As good as the one before, and not the same.
    let before = try Data(contentsOf: file)
    try (before + Data((name == "bright.onnx" ? "\u{72}\u{0}" : "\n").utf8)).write(to: file)
    for process in running.children { kill(process, SIGKILL) }
    for process in all { kill(process, SIGCONT) }
    let ended = try running.wait()

    #expect(ended.code == 66, "\(ended.errors)")
    let lines = ended.errors.replacing(large.folder.url.path, with: "…").split(separator: "\n")
    #expect(lines.contains("mapwright: stopped: '…/\(name)' is not what the run was planned with"))
    #expect(
      lines.last
        == "  put that file back, or run the same command again: it says what the change means")
    try before.write(to: file)
    let resumed = try Command.run(large.arguments(out: "a"))
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try Command.run(large.arguments(out: "b")).code == 0)
    #expect(try large.outputs(of: "a") == large.outputs(of: "b"))
  }

  @Test func `scenes that were moved and touched are the same scenes`() throws {
    #expect(try run().code == 0)
    let from = job.folder.url.appending(path: "scene.tif")
    let to = job.folder.url.appending(path: "elsewhere.tif")
    try FileManager.default.moveItem(at: from, to: to)
    try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: to.path)
    try replace("files: scene.tif", by: "files: elsewhere.tif")

    let ended = try run()
    #expect(ended.code == 0 && ended.output.contains("nothing to do"), "\(ended.errors)")
  }

  @Test func `beginning anew deletes what the run made, and nothing else`() throws {
    #expect(try run().code == 0)
    let mine = job.folder.url.appending(path: "run/mine.txt")
    try Data("keep".utf8).write(to: mine)

    #expect(try run("--fresh").code == 0)
    #expect(FileManager.default.fileExists(atPath: mine.path))
  }

  @Test func `an unfinished run whose scenes were moved goes on`() throws {
    let large = try DrawnJob()
    let running = try Command.start(large.arguments(out: "b", "--workers", "1"))
    usleep(700_000)
    running.send(9)
    _ = try running.wait()
    try FileManager.default.moveItem(
      atPath: large.folder.path("scene.tif"), toPath: large.folder.path("moved.tif"))
    try large.writePipeline(scenes: "moved.tif")

    let ended = try Command.run(large.arguments(out: "b"))
    #expect(ended.code == 0, "\(ended.errors)")
    _ = try Command.run(large.arguments(out: "a"))
    #expect(try large.outputs(of: "a") == large.outputs(of: "b"))
  }

  @Test func `an empty pipeline`() throws {
    try Data().write(to: job.folder.url.appending(path: "pipeline.yaml"))
    let ended = try run()
    #expect(ended.code == 65 && words(ended).contains("pipeline.yaml' is empty"))
  }

  @Test func `a folder that is no run is not deleted`() throws {
    let ended = try Command.run([
      "map", job.folder.path("pipeline.yaml"), "--out", job.folder.url.path, "--fresh",
    ])

    #expect(ended.code == 78 && ended.errors.contains("it holds files but no run"))
    #expect(FileManager.default.fileExists(atPath: job.folder.path("scene.tif")))
  }

  @Test(arguments: [
    "pipeline.yaml", "report.md", "notes.txt", "4-mosaicking/streets.tif", "2-queueing/staging/a",
  ])
  func `a folder that holds what no run has begun with is left as it is`(file: String) throws {
    let folder = job.folder.url.appending(path: "mine")
    let place = folder.appending(path: file)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("mine\n".utf8).write(to: place)
    for _ in 0..<2 {
      let ended = try Command.run(job.arguments(out: "mine"))
      #expect(ended.code == 78, "\(ended.code) \(ended.errors)")
      #expect(ended.errors.contains("it holds '\(file)', and no run.json"), "\(ended.errors)")
    }

    #expect(try String(contentsOf: place, encoding: .utf8) == "mine\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/1-tiling"))
  }

  @Test func `a run that has lost its record is not swept away`() throws {
    #expect(try run().code == 0)
    let before = try job.outputs(of: "run")
    try FileManager.default.removeItem(atPath: job.folder.path("run/run.json"))
    let ended = try run()

    #expect(ended.code == 78 && words(ended).contains("no run.json that would make it a run"))
    #expect(try job.outputs(of: "run") == before)
    #expect(try run("--fresh").code == 0)
    #expect(try job.outputs(of: "run") == before)
  }

  @Test(.enabled(if: Namespace.isAvailable, "needs the right to mount"))
  func `a disk that is full, and then is not`() throws {
    let big = try DrawnJob()
    let disk = big.folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try big.writePipeline(queue: "reserve_mb: 0")
    let map = [Command.path] + big.arguments(out: "disk/run", "--workers", "1")
    let ended = try Namespace.run(
      """
      mount -t tmpfs -o size=16m tmpfs \(disk)
      \(map.joined(separator: " ")) & run=$!
      while kill -0 $run && ! ls \(disk)/run/3-inference/*.tif; do sleep 0.02; done 2>&1 >/dev/null
      dd if=/dev/zero of=\(disk)/others bs=64k 2>/dev/null
      wait $run; echo "first $?"
      rm \(disk)/others
      \(map.joined(separator: " ")); echo "second $?"
      cp -r \(disk)/run \(big.folder.path("b"))
      """)

    #expect(ended.output.contains("first 74"), "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("second 0"), "\(ended.output)\(ended.errors)")
    #expect(ended.errors.contains("No space left on device") || ended.errors.contains("full"))
    _ = try Command.run(big.arguments(out: "a"))
    #expect(try big.outputs(of: "a") == big.outputs(of: "b"))
  }
}

/// A namespace of mounts of its own, for disks that fill up.
enum Namespace {
  /// Whether this process may make one.
  static let isAvailable: Bool = {
    guard getuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare") else {
      return false
    }
    return (try? run("mount -t tmpfs tmpfs /mnt").code) == 0
  }()

  /// Runs shell commands in a namespace.
  static func run(_ script: String) throws -> Command.Ended {
    try Command.Running("/usr/bin/unshare", ["-m", "/bin/sh", "-c", script], [:]).wait()
  }
}
