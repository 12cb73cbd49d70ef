import Foundation
import GeoFiles
import Grids
import TestSupport
import Testing

/// Scenes far apart: a map of several sheets, with nothing between them.
@Suite struct `Scenes far apart` {
  let job: DrawnJob

  init() throws {
    job = try DrawnJob(size: PixelSize(width: 700, height: 600))
    // 1,000 km to the east, 2,000 km to the south: 8 · 10¹² pixels lie in the box around both.
    try job.drawScene(named: "far.tif", west: 1_400_013, north: 36_700 - 2_000_000)
    try job.writePipeline(scenes: "[scene.tif, far.tif]")
  }

  struct Plan: Decodable {
    var shards, sheets, chips, diskNeed, diskKept: Int
  }

  struct Result: Decodable {
    struct Layer: Decodable { var features: Int? }
    var layers: [Layer]
  }

  @Test func `are planned as what they are, not as the ground between them`() throws {
    let words = ["plan", job.folder.path("pipeline.yaml"), "--json"]
    let both = try Command.run(words)
    #expect(both.code == 0, "\(both.errors)")
    let plan = try JSONDecoder().decode(Plan.self, from: Data(both.output.utf8))
    try job.writePipeline()
    let one = try JSONDecoder().decode(
      Plan.self, from: Data(try Command.run(words).output.utf8))

    #expect(plan.sheets == 2 && one.sheets == 1)
    #expect(plan.shards >= 2 * one.shards && plan.shards <= 4 * one.shards)
    #expect(plan.diskNeed <= 3 * one.diskNeed && plan.diskKept < plan.diskNeed)
  }

  @Test func `become sheets with one picture over all, verified, drawn and traced`() throws {
    let ended = try Command.run(job.arguments(out: "run", "--workers", "2"))
    #expect(ended.code == 0, "\(ended.errors)")
    let folder = job.folder.path("run/4-mosaicking")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    let sheets = names.filter { $0.hasPrefix("job_class_r") && $0.hasSuffix(".tif") }
    #expect(sheets.count == 2 && sheets[0] == "job_class_r0c0.tif")

    let union = try Dataset(opening: "\(folder)/job_class.vrt")
    let (size, copies, frame) = (union.size, union.overviewCount, union.transform)
    #expect(size.width > 2_000_000 && size.height > 4_000_000)
    #expect(copies > 10)
    let ground = try #require(frame)
    for sheet in sheets {
      let file = try Dataset(opening: "\(folder)/\(sheet)")
      let transform = file.transform
      let place = try #require(transform)
      let corner = ground.pixel(x: place.originX, y: place.originY)
      let window = PixelWindow(
        x: Int(corner.x.rounded()), y: Int(corner.y.rounded()), width: file.size.width,
        height: file.size.height)
      #expect(window.width <= 700 && window.height <= 600)
      let (own, shown) = (
        try file.readBytes(in: PixelWindow(file.size), bands: [1]),
        try union.readBytes(in: window, bands: [1])
      )
      #expect(own == shown && own.contains(1))
      let (drawn, stored) = (union.bands[0].colors, file.bands[0].colors)
      #expect(drawn?.prefix(2) == stored?.prefix(2) && drawn?.count == 2)
    }
    let parts = try FileManager.default.contentsOfDirectory(
      atPath: job.folder.path("run/3-inference"))
    #expect(!parts.contains { $0.hasPrefix("shard_") })

    let verified = try Command.run(["verify", job.folder.path("run")])
    #expect(verified.code == 0, "\(verified.errors)")
    let drawn = try Command.run([
      "preview", "\(folder)/job_class.vrt", "--out", job.folder.path("small.png"),
    ])
    #expect(drawn.code == 0, "\(drawn.errors)")
    let result = try Command.run(job.arguments(out: "run", "--json"))
    let layers = try JSONDecoder().decode(Result.self, from: Data(result.output.utf8)).layers
    #expect(layers.count == 1 && layers[0].features ?? 0 > 40, "\(result.output)")
  }

  @Test(arguments: ["job_coverage.vrt", "job_class_r0c0.json", "collection.json"])
  func `get what follows from the manifest again where it was altered and deleted`(
    name: String
  ) throws {
    #expect(try Command.run(job.arguments(out: "run")).code == 0)
    let before = try job.outputs(of: "run")
    let file = job.folder.url.appending(path: "run/4-mosaicking/\(name)")
    try (try Data(contentsOf: file) + Data("\n".utf8)).write(to: file)
    let altered = try Command.run(["verify", job.folder.path("run")])
    #expect(altered.code == 66 && altered.errors.contains("\(name)': its SHA-256 is"))
    #expect(altered.errors.split(separator: "\n").count == 3)

    try FileManager.default.removeItem(at: file)
    let absent = try Command.run(["verify", job.folder.path("run")])
    #expect(absent.code == 66 && absent.errors.contains("\(name)': the file is absent"))
    let again = try Command.run(job.arguments(out: "run"))

    #expect(again.code == 0 && again.output.contains("nothing to do"), "\(again.errors)")
    #expect(try job.outputs(of: "run") == before)
    #expect(try Command.run(["verify", job.folder.path("run")]).code == 0)
  }
}
