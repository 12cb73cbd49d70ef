import Checksums
import Foundation
import GeoFiles
import Grids

/// A small job for the command: a drawn scene, a known network, a pipeline, in a folder of its own.
///
/// The scene holds bright blocks on dark ground, which the network `bright.onnx` calls buildings;
/// its chips are small and its shards few, so that hundreds of runs take minutes.
struct Job: Sendable {
  let folder: URL
  var pipeline: PipelineText
  /// The command under trial.
  var command: String
  /// What is set in its environment.
  var environment: [String: String] = [:]
  private let size: PixelSize

  /// Draws a job; its scene's corner lies on a corner of shards of 512 px.
  init(
    in folder: URL, size: PixelSize, model: String, pipeline: PipelineText, command: String
  ) throws {
    self.folder = folder
    self.size = size
    self.pipeline = pipeline
    self.command = command
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try drawScene(named: "scene.tif")
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: model), to: folder.appending(path: "bright.onnx"))
    try write(pipeline)
  }

  /// Writes a pipeline file.
  func write(_ pipeline: PipelineText, as name: String = "pipeline.yaml") throws {
    try Data(pipeline.text.utf8).write(to: folder.appending(path: name))
  }

  /// The folder of a run.
  func run(_ name: String) -> URL { folder.appending(path: name) }

  /// The words that map the job.
  func words(_ run: String, _ more: [String] = []) -> [String] {
    [command, "map", folder.appending(path: "pipeline.yaml").path, "--out", self.run(run).path]
      + ["--quiet"] + more
  }

  /// Starts mapping.
  func start(_ run: String, _ more: [String] = []) throws -> Running {
    try Running(words(run, more), environment: environment)
  }

  /// Maps to the end.
  func map(_ run: String, _ more: [String] = []) throws -> Ended { try start(run, more).end() }

  /// Deletes a run.
  func delete(_ run: String) { try? FileManager.default.removeItem(at: self.run(run)) }

  /// The outputs of a run that nobody disturbs.
  func undisturbed(_ more: [String] = []) throws -> String {
    let ended = try map("undisturbed", more)
    guard ended.code == 0 else { throw Breakdown("the undisturbed run failed: \(ended.digest)") }
    return try outputs(of: "undisturbed")
  }

  /// The hash of every file under 4-mosaicking and 5-footprints, names included.
  func outputs(of run: String) throws -> String { try Self.outputs(in: self.run(run)) }

  /// The same for a run's folder.
  static func outputs(in folder: URL) throws -> String {
    var lines: [String] = []
    for stage in ["4-mosaicking", "5-footprints"] {
      let place = folder.appending(path: stage)
      for file in try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() {
        let hash = try ContentHash(ofFile: place.appending(path: file).path)
        lines.append("\(stage)/\(file) \(hash)")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Draws bright blocks every 61 by 47 pixels, of sizes that differ, with noise; the last columns
  /// hold no picture.
  func drawScene(named name: String, west: Double = 400_128, seed: UInt64 = 7) throws {
    var description = GeoTIFFDescription(
      size: size, bandCount: 3, transform: GeoTransform(west: west, north: 36_864, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32636"), nodata: 0)
    description.bandNames = ["red", "green", "blue"]
    let writer = try GeoTIFFWriter(
      creating: folder.appending(path: name).path, description)
    var dice = Dice(seed: seed)
    for band in 1...3 {
      var pixels = [UInt8](repeating: 0, count: size.area)
      for y in 0..<size.height {
        for x in 0..<size.width where x < size.width - 40 || y < 200 {
          let isBlock =
            x % 61 > 12 && x % 61 < 30 + x / 61 && y % 47 > 10 && y % 47 < 20 + y / 47 % 20
          pixels[y * size.width + x] =
            (isBlock ? 190 : 60) + UInt8(truncatingIfNeeded: dice.next() % 24)
        }
      }
      try pixels.withUnsafeBufferPointer {
        try writer.write($0, in: PixelWindow(size), band: band)
      }
    }
    try writer.close()
  }
}
