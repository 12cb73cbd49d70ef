import Foundation
import GeoFiles
import Glibc
import Grids
import TestSupport
import Testing

@Suite struct `Maps of STAC items` {
  let job: DrawnJob

  init() throws {
    job = try DrawnJob(size: PixelSize(width: 700, height: 600))
    // The scene's bands, each in a file of its own.
    let scene = try Dataset(opening: job.folder.path("scene.tif"))
    let (transform, crs) = (scene.transform, scene.crs)
    for (index, name) in ["red", "green", "blue"].enumerated() {
      let description = GeoTIFFDescription(
        size: scene.size, bandCount: 1, transform: try #require(transform),
        crs: try #require(crs), nodata: 0)
      let writer = try GeoTIFFWriter(creating: job.folder.path("\(name).tif"), description)
      let pixels = try scene.readBytes(in: PixelWindow(scene.size), bands: [index + 1])
      try pixels.withUnsafeBufferPointer {
        try writer.write($0, in: PixelWindow(scene.size), band: 1)
      }
      try writer.close()
    }
    let assets = ["red", "green", "blue"].map {
      """
      "\($0)": {"href": "\($0).tif", "type": "image/tiff; application=geotiff", "roles": ["data"],
        "eo:bands": [{"name": "x", "common_name": "\($0)"}]}
      """
    }
    let text = """
      {"type": "Feature", "stac_version": "1.0.0", "id": "town 7", "geometry": null, "links": [],
       "properties": {"datetime": "2024-03-09T10:21:05Z", "proj:epsg": 32636, "eo:cloud_cover": 4},
       "assets": {\(assets.joined(separator: ","))}}
      """
    try Data(text.utf8).write(to: job.folder.url.appending(path: "item.json"))
  }

  private func map(_ out: String, _ more: String...) throws -> Command.Ended {
    try Command.run(job.arguments(out: out) + more)
  }

  private func rasters(_ out: String) throws -> [Substring] {
    try job.outputs(of: out).split(separator: "\n").filter { $0.contains(".tif ") }
  }

  @Test func `bands in files of their own give the map of the scene that has them all`() throws {
    try #require(try map("whole").code == 0)
    let pipeline = job.folder.path("pipeline.yaml")
    let text = try String(contentsOfFile: pipeline, encoding: .utf8)
    try Data(text.replacing("bands: [1, 2, 3]", with: "bands: [red, green, blue]").utf8)
      .write(to: URL(fileURLWithPath: pipeline))
    let item = job.folder.path("item.json")
    let ended = try map("item", item, "--workers", "2")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try rasters("item") == rasters("whole"))

    // Nothing to do.
    let again = try map("item", item)
    #expect(again.output.hasPrefix("nothing to do"), "\(again.output)\(again.errors)")
    let link = try String(
      contentsOfFile: job.folder.path("item/4-mosaicking/job_class.json"), encoding: .utf8)
    #expect(link.contains("\"href\" : \"item.json\"") && link.contains("2024-03-09T10:21:05Z"))
    let outlines = try Data(
      contentsOf: job.folder.url.appending(path: "item/5-footprints/job_footprints.gpkg"))
    #expect(outlines.range(of: Data("town 7".utf8)) != nil)

    unlink(job.folder.path("green.tif"))
    try FileManager.default.copyItem(
      atPath: job.folder.path("blue.tif"), toPath: job.folder.path("green.tif"))
    let other = try map("item", item)
    #expect(other.code == 78 && other.errors.contains("are others now"), "\(other.errors)")

    let missing = text.replacing("bands: [1, 2, 3]", with: "bands: [red, green, nir]")
    try Data(missing.utf8).write(to: URL(fileURLWithPath: pipeline))
    let refused = try map("missing", item)
    #expect(refused.code == 66)
    #expect(refused.errors.hasPrefix("mapwright: cannot find band 'nir' in STAC item 'town 7'\n"))
    try Data(
      text.replacing("bands: [1, 2, 3]", with: "bands: [red, green, blue], cloud_cover_max: 3").utf8
    )
    .write(to: URL(fileURLWithPath: pipeline))
    let cloudy = try map("cloudy", item)
    #expect(cloudy.code == 66 && cloudy.errors.contains("all 1 STAC items are cloudier than 3.0 %"))
  }
}
