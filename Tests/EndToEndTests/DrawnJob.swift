import Checksums
import Foundation
import GeoFiles
import Glibc
import Grids
import TestSupport
import Testing

/// A small job for the built command: drawn scenes, a known network, a pipeline, in a folder of its
/// own.
///
/// The scene holds bright blocks on dark ground, so the right answer is known without a trained
/// network; chips of 192 px and shards of 512 px make many of both.
final class DrawnJob {
  let folder: TemporaryFolder
  let size: PixelSize

  init(size: PixelSize = PixelSize(width: 1300, height: 1100)) throws {
    folder = try TemporaryFolder()
    self.size = size
    try drawScene(named: "scene.tif", west: 400_013, north: 36_700)
    try FileManager.default.copyItem(
      at: Repository.root.appending(path: "Tests/Models/bright.onnx"),
      to: folder.url.appending(path: "bright.onnx"))
    try writePipeline()
  }

  /// Writes the pipeline; `queue` and `more` add keys to it.
  func writePipeline(
    shard: Int = 512, scenes: String = "scene.tif", queue: String = "", batch: Int = 1,
    threads: Int = 1, more: String = ""
  ) throws {
    let text = """
      name: job
      scenes: {files: \(scenes), bands: [1, 2, 3]}
      tiling: {chip_px: 192, halo_px: 32}
      queue: {shard_px: \(shard)\(queue.isEmpty ? "" : ", " + queue)}
      inference:
        model: bright.onnx
        scale: 0.00392156862745098
        batch: \(batch)
        threads: \(threads)
        classes: {0: background, 1: building}
      footprints: {class: building, smallest_m2: 4}
      \(more)
      """
    try Data(text.utf8).write(to: folder.url.appending(path: "pipeline.yaml"))
  }

  /// Draws bright blocks every 61 by 47 pixels, of sizes that differ, with noise; the last columns
  /// hold no picture.
  func drawScene(named name: String, west: Double, north: Double) throws {
    let crs = try CoordinateReference(definition: "EPSG:32636")
    var description = GeoTIFFDescription(
      size: size, bandCount: 3, transform: GeoTransform(west: west, north: north, pixel: 0.5),
      crs: crs, nodata: 0)
    description.bandNames = ["red", "green", "blue"]
    let writer = try GeoTIFFWriter(creating: folder.path(name), description)
    var random = SeededGenerator(seed: 7)
    for band in 1...3 {
      var pixels = [UInt8](repeating: 0, count: size.area)
      for y in 0..<size.height {
        for x in 0..<size.width where x < size.width - 75 || y < 300 {
          let (column, row) = (x / 61, y / 47)
          let isBlock = x % 61 > 12 && x % 61 < 30 + column && y % 47 > 10 && y % 47 < 20 + row % 20
          let noise = UInt8(truncatingIfNeeded: random.next() % 24)
          pixels[y * size.width + x] = (isBlock ? 190 : 60) + noise
        }
      }
      try pixels.withUnsafeBufferPointer {
        try writer.write($0, in: PixelWindow(size), band: band)
      }
    }
    try writer.close()
  }

  /// Draws a bright square into the scene.
  func alter(_ window: PixelWindow) throws {
    let source = try Dataset(opening: folder.path("scene.tif"))
    let (transform, crs) = (source.transform, source.crs)
    var description = GeoTIFFDescription(
      size: source.size, bandCount: 3, transform: try #require(transform),
      crs: try #require(crs), nodata: 0)
    description.bandNames = ["red", "green", "blue"]
    let copy = try GeoTIFFWriter(creating: folder.path("new.tif"), description)
    for band in 1...3 {
      var pixels = try source.readBytes(in: PixelWindow(source.size), bands: [band])
      for y in window.y..<window.maxY {
        for x in window.x..<window.maxX { pixels[y * source.size.width + x] = 200 }
      }
      try pixels.withUnsafeBufferPointer {
        try copy.write($0, in: PixelWindow(source.size), band: band)
      }
    }
    try copy.close()
    rename(folder.path("new.tif"), folder.path("scene.tif"))
  }

  /// The words of `mapwright map` for this job.
  func arguments(out: String, _ more: String...) -> [String] {
    ["map", folder.path("pipeline.yaml"), "--out", folder.path(out), "--quiet"] + more
  }

  /// Waits until the run's first shard is committed; false when it ended before.
  @discardableResult
  func waitForFirstCommit(_ running: Command.Running, out: String) throws -> Bool {
    while running.isRunning {
      if hasPart(out), let status = try? Status(of: self, out), status.doneShards > 0 {
        return true
      }
      usleep(5_000)
    }
    return false
  }

  /// Waits until the first part has its name, and asks nobody: what is done next finds most shards ahead.
  func waitForFirstPart(_ running: Command.Running, out: String) {
    while running.isRunning, !hasPart(out) { usleep(1_000) }
  }

  /// Whether a shard's part has its name, which it gets just before it is recorded.
  private func hasPart(_ out: String) -> Bool {
    let parts = folder.path("\(out)/3-inference")
    return (try? FileManager.default.contentsOfDirectory(atPath: parts))?
      .contains { $0.hasPrefix("shard_") } ?? false
  }

  /// Runs the job until its first shards are committed, and stops it with a signal.
  ///
  /// Shards in work are finished first. The signal does not wait until anybody asked for the status:
  /// on a busy machine nothing would be left to do by then.
  func runToFirstCommit(out: String) throws {
    let running = try Command.start(arguments(out: out, "--workers", "1"))
    waitForFirstPart(running, out: out)
    running.send(SIGINT)
    let ended = try running.wait()
    guard ended.code == 75, try Status(of: self, out).doneShards > 0 else {
      throw Unexpected(ended: ended)
    }
  }

  /// A command that ended otherwise than a test needs.
  struct Unexpected: Error {
    let ended: Command.Ended
  }

  /// The hash of everything under 4-mosaicking and 5-footprints, names included.
  func outputs(of out: String) throws -> String {
    var lines: [String] = []
    for stage in ["4-mosaicking", "5-footprints"] {
      let url = folder.url.appending(path: out).appending(path: stage)
      for file in try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() {
        lines.append("\(stage)/\(file) \(try ContentHash(ofFile: url.appending(path: file).path))")
      }
    }
    return lines.joined(separator: "\n")
  }
}
