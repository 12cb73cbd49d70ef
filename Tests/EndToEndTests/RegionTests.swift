import Foundation
import GeoFiles
import Grids
import Imagery
import Polygons
import TestSupport
import Testing

@Suite struct `A region of interest` {
  /// A triangle in the scene's middle, in longitude and latitude, as GDAL writes it.
  private func writeRegion(_ job: DrawnJob) throws -> String {
    let crs = try CoordinateReference(definition: "EPSG:32636")
    let path = job.folder.path("region.geojsonl")
    let writer = try VectorWriter(
      creating: path, format: .geoJSONSequence, layer: "region", crs: crs, fields: [])
    let corners = [(400_113.0, 36_650.0), (400_513.0, 36_600.0), (400_263.0, 36_300.0)]
    try writer.write(
      .polygon(Polygon(outer: Ring(corners.map { Point(x: $0.0, y: $0.1) }))), values: [])
    try writer.close()
    return path
  }

  private func layer(_ name: String, of job: DrawnJob, _ out: String) throws -> (
    pixels: [UInt8], window: PixelWindow, file: GeoTransform
  ) {
    let file = try Dataset(opening: job.folder.path("\(out)/4-mosaicking/job_\(name).tif"))
    let window = PixelWindow(file.size)
    let transform = file.transform
    return (try file.readBytes(in: window, bands: [1]), window, try #require(transform))
  }

  @Test func `cuts classes and coverage, and leaves pixels inside as they are without it`() throws {
    let job = try DrawnJob()
    let region = try writeRegion(job)
    let whole = try Command.run(job.arguments(out: "whole"))
    let cut = try Command.run(job.arguments(out: "cut", "--region", region))
    #expect(whole.code == 0 && cut.code == 0, "\(cut.errors)")

    let all = try layer("class", of: job, "whole")
    let part = try layer("class", of: job, "cut")
    let coverage = try layer("coverage", of: job, "cut")
    let left = Int(((part.file.originX - all.file.originX) / 0.5).rounded())
    let top = Int(((all.file.originY - part.file.originY) / 0.5).rounded())
    var inside = 0
    for y in 0..<part.window.height {
      for x in 0..<part.window.width {
        let index = y * part.window.width + x
        if coverage.pixels[index] == Coverage.outside.rawValue {
          #expect(part.pixels[index] == ClassMap.nodata)
        } else {
          inside += 1
          #expect(part.pixels[index] == all.pixels[(y + top) * all.window.width + x + left])
        }
      }
    }
    // Shoelace: |400 · (−350) − 150 · (−50)| / 2 = 66,250 m², four pixels to each.
    #expect(abs(inside - 265_000) < 1_000, "\(inside)")
  }

  @Test func `keeps footprints whole that begin inside`() throws {
    let job = try DrawnJob()
    let region = try writeRegion(job)
    _ = try Command.run(job.arguments(out: "whole"))
    _ = try Command.run(job.arguments(out: "cut", "--region", region))
    let crs = try CoordinateReference(definition: "EPSG:32636")
    func outlines(_ out: String) throws -> Set<String> {
      let path = job.folder.path("\(out)/5-footprints/job_footprints.gpkg")
      return Set(try VectorReader(opening: path).features(in: crs).map { "\($0.polygons)" })
    }

    let (all, part) = (try outlines("whole"), try outlines("cut"))
    #expect(part.count > 20 && part.count < all.count)
    #expect(part.subtracting(all).isEmpty, "outlines at the border are cut")
  }
}
