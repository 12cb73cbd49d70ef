import CGDAL
import Foundation
import GeoFiles
import Grids
import TestSupport
import Testing

@testable import Tiling

/// How files say where their pixels lie.
@Suite struct `Scenes are placed` {
  let folder: DrawnFolder
  let size = PixelSize(width: 4, height: 2)

  init() throws { folder = try DrawnFolder() }

  /// Writes a GeoTIFF whose tags speak of the pixels' corners or of their middles.
  func tiff(_ name: String, as word: String) throws -> String {
    GDALAllRegister()
    let path = folder.file(name)
    let file = try #require(
      GDALCreate(GDALGetDriverByName("GTiff"), path, 4, 2, 1, GDT_Byte, nil))
    defer { GDALClose(file) }
    var six = [500_000.0, 0.5, 0, 3_000_000, 0, -0.5]
    GDALSetGeoTransform(file, &six)
    let system = OSRNewSpatialReference(nil)
    defer { OSRDestroySpatialReference(system) }
    OSRImportFromEPSG(system, 32645)
    GDALSetSpatialRef(file, system)
    GDALSetMetadataItem(file, "AREA_OR_POINT", word, nil)
    return path
  }

  @Test func `by the corners of their pixels, also where a file speaks of middles`() throws {
    let area = try tiff("area.tif", as: "Area")
    let point = try tiff("point.tif", as: "Point")
    // The tie point of the second is the middle of the first pixel: other bytes, the same place.
    let bytes = try [area, point].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(bytes[0] != bytes[1])
    let scenes = try SceneSet(opening: [area, point])
    #expect(scenes.scenes[0].window == scenes.scenes[1].window)
    #expect(scenes.grid.transform.ground(x: 0, y: 0).x == 0)
    let corner = scenes.grid.transform.ground(
      x: Double(scenes.window.x), y: Double(scenes.window.y))
    #expect(corner.x == 500_000 && corner.y == 3_000_000)
  }

  @Test func `or refused with what to do, where control points stand in place of a grid`() throws {
    let gray = DrawnBand(bytes: [UInt8](repeating: 1, count: 8))
    let corners = [(0, 0, 30.0, 1.0), (4, 0, 30.1, 1.0), (0, 2, 30.0, 0.9)].map {
      "<GCP Id=\"\" Pixel=\"\($0.0)\" Line=\"\($0.1)\" X=\"\($0.2)\" Y=\"\($0.3)\"/>"
    }
    let points = try folder.draw(
      "points.vrt", size: size, bands: [gray], transform: nil,
      extra: "<GCPList Projection=\"EPSG:4326\">\(corners.joined())</GCPList>")
    let error = #expect(throws: TilingError.self) { try SceneSet(opening: [points]) }
    #expect(
      error?.description == """
        cannot place scene '\(points)' on the ground
          it has ground control points in place of a geotransform
          warp it to a grid first, for example with `gdalwarp '\(points)' warped.tif`
        """)
  }

  @Test(arguments: [("EPSG:3857", 89.0), ("EPSG:32645", 0.02)])
  func `and refused where a grid has no place for them`(_ target: String, _ latitude: Double) throws
  {
    // A scene over the north pole, and one a quarter around the earth from the zone of the grid.
    let path = try folder.draw(
      "far.vrt", size: PixelSize(width: 40, height: 40),
      bands: [DrawnBand(bytes: [UInt8](repeating: 1, count: 1600))],
      crs: latitude > 80 ? "EPSG:3413" : "EPSG:4326",
      transform: latitude > 80
        ? GeoTransform(west: -20_000, north: 20_000, pixel: 1000)
        : GeoTransform(west: -3.02, north: latitude, pixel: 0.001))
    let error = #expect(throws: TilingError.self) {
      try SceneSet(opening: [path], on: .made(WantedGrid(crs: target, pixelMeters: 1000)))
    }
    #expect(error?.description.hasPrefix("cannot warp scene '\(path)' to \(target)") == true)
  }
}
