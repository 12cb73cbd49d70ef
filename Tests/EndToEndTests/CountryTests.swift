import Foundation
import GeoFiles
import Glibc
import Grids
import Imagery
import TestSupport
import Testing

/// A drawn country of eighteen scenes in three reference systems, one of them damaged, with gaps and
/// clouds and a border, as `make bench-country` measures a large one.
@Suite struct `A country` {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let draw = URL(fileURLWithPath: Command.path).deletingLastPathComponent()
      .appending(path: "draw-sample")
    let process = try Process.run(
      draw, arguments: ["--country", "6", "3", "320", folder.url.path])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  func map(
    _ out: String, shard: Int = 512, _ more: String..., settings: String = ""
  ) throws -> Command.Ended {
    let model = Repository.root.appending(path: "Tests/Models/bright.onnx").path
    let text = """
      name: country
      scenes: {files: scenes, bands: [1, 2, 3]}
      grid: {crs: EPSG:32636, pixel_m: 0.5}
      region: {file: border.geojson}
      tiling: {chip_px: 192, halo_px: 32}
      queue: {shard_px: \(shard)}
      inference:
        model: \(model)
        scale: 1/255
        classes: {0: background, 1: building}
      footprints: {class: building, smallest_m2: 4}
      \(settings)
      """
    let file = folder.path("\(shard).yaml")
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return try Command.run(["map", file, "--out", folder.path(out), "--quiet"] + more)
  }

  func outputs(_ out: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for stage in ["4-mosaicking", "5-footprints"] {
      let url = folder.url.appending(path: "\(out)/\(stage)")
      for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
        found[name] = try Data(contentsOf: url.appending(path: name))
      }
    }
    return found
  }

  @Test func `is refused because of a scene that broke off, and mapped without it when asked`()
    throws
  {
    let refused = try map("run")
    #expect(refused.code == 66)
    let words = refused.errors.split(separator: "\n")
    #expect(words.count == 3 && refused.errors.contains("scene_r01c03.tif' is truncated"))

    let ended = try map("run", "--on-bad-scene", "skip", "--workers", "3")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.output.contains("left out"), "\(ended.output)")
    let report = try String(contentsOfFile: folder.path("run/report.md"), encoding: .utf8)
    #expect(report.contains("scene_r01c03.tif` was left out: "))
    try checkCoverage("run")
    let status = try Status(ofRunIn: folder.path("run"))
    #expect(status.chipsMapped + status.chipsSkipped == status.chipsPlanned)

    let again = try map("run", "--on-bad-scene", "skip")
    #expect(again.output.contains("nothing to do"), "\(again.output)\(again.errors)")
  }

  /// Every pixel of the map has one fate, and those beyond the border have none of the scenes'.
  private func checkCoverage(_ out: String) throws {
    let file = try Dataset(opening: folder.path("\(out)/4-mosaicking/country_coverage.tif"))
    let (size, transform, crs) = (file.size, file.transform, file.crs)
    let coverage = try file.readBytes(in: PixelWindow(size), bands: [1])
    let grid = RunGrid(of: try #require(transform), crs: try #require(crs))
    let offset = try grid.offset(of: try #require(transform), size: size)
    let region = try Region(reading: folder.path("border.geojson"), in: grid)
    let mask = region.mask(
      of: PixelWindow(x: offset.x, y: offset.y, width: size.width, height: size.height))
    var counts = [Int](repeating: 0, count: 256)
    var beyond = 0
    for (place, fate) in coverage.enumerated() {
      counts[Int(fate)] += 1
      if mask[place] == 0, fate != Coverage.outside.rawValue { beyond += 1 }
    }
    #expect(beyond == 0)
    #expect(counts[0...3].reduce(0, +) == size.area)
    // The region's pixels: seen, clouded, or where no scene is.
    let inside = mask.count { $0 == 1 }
    let unseen = zip(mask, coverage).count { $0 == 1 && $1 == Coverage.outside.rawValue }
    #expect(counts[1] + counts[2] + unseen == inside && counts[3] == 0)
    #expect(counts[1] > inside / 2 && counts[2] > 0 && unseen > 0)
  }

  @Test func `counts the memory of its own processes, not that of who started it`() throws {
    let size = 700_000_000
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1, count: size)
    let ended = try map(
      "a", shard: 256, "--on-bad-scene", "skip", "--workers", "2", "--memory", "450MB")
    #expect(ended.code == 0, "\(ended.errors)")
    let report = try String(contentsOfFile: folder.path("a/report.md"), encoding: .utf8)
    #expect(!report.contains("MB allowed"), "\(report)")
  }

  @Test func `is the same map for any workers, shards and memory`() throws {
    let skip = ["--on-bad-scene", "skip"]
    let first = try map("a", skip[0], skip[1], "--workers", "1")
    #expect(first.code == 0, "\(first.errors)")
    let second = try map(
      "b", shard: 1024, skip[0], skip[1], "--workers", "3", "--shuffle", "3", "--memory", "900MB")
    #expect(second.code == 0, "\(second.errors)")
    let small = try map("c", shard: 256, skip[0], skip[1], "--workers", "2", "--memory", "450MB")
    #expect(small.code == 0, "\(small.errors)")

    for (out, budget) in [("b", 900), ("c", 450)] {
      // What was measured, of the command and of all workers at their worst, was allowed.
      let report = try String(contentsOfFile: folder.path("\(out)/report.md"), encoding: .utf8)
      #expect(!report.contains("MB allowed"), "\(budget) MB: \(report)")
    }
    let outputs = try ["a", "b", "c"].map(outputs)
    #expect(outputs[0].count > 10)
    for (name, bytes) in outputs[0] {
      #expect(outputs[1][name] == bytes && outputs[2][name] == bytes, "\(name)")
    }
  }

  @Test func `is refused with the remedy where memory is too small`() throws {
    let refused = try map("run", "--on-bad-scene", "skip", "--memory", "100MB")

    #expect(refused.code == 69)
    #expect(refused.errors.contains("cannot map in 100 MB of memory"), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 3)
  }
}
