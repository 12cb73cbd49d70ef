import Foundation
import GeoFiles
import Glibc
import Grids
import TestSupport
import Testing

@Suite struct `A run that is not what it was` {
  let job: DrawnJob

  init() throws {
    // Two by two shards.
    job = try DrawnJob(size: PixelSize(width: 780, height: 680))
    let ended = try Command.run(job.arguments(out: "a"))
    guard ended.code == 0 else { throw DrawnJob.Unexpected(ended: ended) }
  }

  private var inferred: Int { get throws { try Status(of: job, "a").chipsInferred } }

  /// Sees that the run in `a` has the bytes of one made anew from what there is now.
  private func expectSameAsAnew() throws {
    let anew = try Command.run(job.arguments(out: "b", "--fresh"))
    #expect(anew.code == 0, "\(anew.errors)")
    #expect(try job.outputs(of: "a") == job.outputs(of: "b"))
    #expect(try Command.run(["verify", job.folder.path("a")]).code == 0)
    for folder in ["3-inference", "2-queueing/fragments", "2-queueing/staging"] {
      let left = try FileManager.default.contentsOfDirectory(atPath: job.folder.path("a/\(folder)"))
      #expect(left == [])
    }
  }

  @Test(arguments: [
    "5-footprints/job_footprints.gpkg", "4-mosaicking/job_preview.png",
    "4-mosaicking/job_class.tif", "4-mosaicking/job_coverage.tif",
  ])
  func `has a file made again that was deleted`(file: String) throws {
    let before = try inferred
    try FileManager.default.removeItem(atPath: job.folder.path("a/\(file)"))
    let again = try Command.run(job.arguments(out: "a"))

    #expect(again.code == 0, "\(again.errors)")
    let isLayer = file.hasSuffix("class.tif") || file.hasSuffix("coverage.tif")
    #expect(try (inferred > before) == isLayer, "only a lost layer asks for inference")
    try expectSameAsAnew()
  }

  @Test(arguments: [
    "mosaic: {compression: zstd}", "mosaic: {layers: [probability], preview: false}",
  ])
  func `has its map joined again without inference`(more: String) throws {
    let before = try inferred
    try job.writePipeline(more: more)
    let refused = try Command.run(job.arguments(out: "a"))
    #expect(refused.code == 78)
    #expect(refused.errors.contains("redo what it touches with `--accept-changed output`"))
    #expect(try Command.run(job.arguments(out: "a", "--accept-changed", "scenes")).code == 78)

    let ended = try Command.run(job.arguments(out: "a", "--accept-changed", "output"))
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try inferred == before)
    try expectSameAsAnew()
  }

  @Test func `has its files renamed and its outlines drawn otherwise without inference`() throws {
    let before = try inferred
    let url = job.folder.url.appending(path: "pipeline.yaml")
    let text = try String(contentsOf: url, encoding: .utf8)
      .replacing("name: job", with: "name: town").replacing(
        "smallest_m2: 4", with: "smallest_m2: 40")
    try Data(text.utf8).write(to: url)
    let ended = try Command.run(job.arguments(out: "a", "--accept-changed", "output"))

    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try inferred == before)
    try expectSameAsAnew()
  }

  @Test func `does again the shards that a scene added in the west touches`() throws {
    let before = try inferred
    try job.drawScene(named: "a_west.tif", west: 400_013 - 390, north: 36_700)
    try job.writePipeline(scenes: "[a_west.tif, scene.tif]")
    let refused = try Command.run(job.arguments(out: "a"))
    #expect(refused.code == 78 && refused.errors.contains("scene 2 was absent, is now at"))

    let ended = try Command.run(job.arguments(out: "a", "--accept-changed", "scenes"))
    #expect(ended.code == 0, "\(ended.errors)")
    let after = try inferred
    try expectSameAsAnew()
    let whole = try Status(of: job, "b").chipsInferred
    #expect(
      after - before < whole - before / 2, "\(before) and \(after - before) of \(whole) chips")
  }

  @Test func `does again the shards whose pixels were altered`() throws {
    let before = try inferred
    try job.alter(PixelWindow(x: 20, y: 20, width: 60, height: 60))
    let refused = try Command.run(job.arguments(out: "a"))
    #expect(refused.code == 78)
    #expect(refused.errors.contains("finished shards are others now"), "\(refused.errors)")

    let ended = try Command.run(job.arguments(out: "a", "--accept-changed", "scenes"))
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try inferred - before <= 16, "one shard has sixteen chips")
    try expectSameAsAnew()
  }

  @Test func `is as it was on another processor, if OpenBLAS had no part in it`() throws {
    let again = try Command.run(
      job.arguments(out: "a"), environment: ["OPENBLAS_CORETYPE": "Sandybridge"])
    #expect(again.code == 0 && again.output.contains("nothing to do"), "\(again.errors)")
  }

  @Test func `sees by its pixels that a scene was altered which has no time`() throws {
    // A file that only GDAL can open.
    try job.writePipeline(scenes: "'/vsisubfile/0,\(job.folder.path("scene.tif"))'")
    let moved = try Command.run(job.arguments(out: "a"))
    #expect(moved.code == 0 && moved.output.contains("nothing to do"), "\(moved.errors)")
    #expect(try Command.run(job.arguments(out: "c")).code == 0)
    try job.alter(PixelWindow(x: 20, y: 20, width: 60, height: 60))
    let refused = try Command.run(job.arguments(out: "c"))

    #expect(refused.code == 78, "\(refused.code) \(refused.output)")
    #expect(refused.errors.contains("finished shards are others now"), "\(refused.errors)")
  }

  @Test func `takes scenes for the same that were copied, touched and packed otherwise`() throws {
    let before = try inferred
    let source = try Dataset(opening: job.folder.path("scene.tif"))
    let (transform, crs) = (source.transform, source.crs)
    var description = GeoTIFFDescription(
      size: source.size, bandCount: 3, transform: try #require(transform),
      crs: try #require(crs), nodata: 0)
    description.bandNames = ["red", "green", "blue"]
    description.compression = .zstd(level: 1)
    let copy = try GeoTIFFWriter(creating: job.folder.path("copy.tif"), description)
    for band in 1...3 {
      let pixels = try source.readBytes(in: PixelWindow(source.size), bands: [band])
      try pixels.withUnsafeBufferPointer {
        try copy.write($0, in: PixelWindow(source.size), band: band)
      }
    }
    try copy.close()
    try job.writePipeline(scenes: "copy.tif")
    let ended = try Command.run(job.arguments(out: "a"))

    #expect(ended.code == 0 && ended.output.contains("nothing to do"), "\(ended.errors)")
    #expect(try inferred == before)
  }
}
