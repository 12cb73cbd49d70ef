import Grids
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Comparing pixel sizes` {
  let folder: DrawnFolder
  let gray = DrawnBand(bytes: [1, 2, 3, 4])

  init() throws { folder = try DrawnFolder() }

  func check(
    _ model: Double, crs: String, transform: GeoTransform
  ) throws -> PixelSizeCheck {
    let path = try folder.draw(
      "scene.vrt", size: PixelSize(width: 2, height: 2), bands: [gray], crs: crs,
      transform: transform)
    return try PixelSizeCheck(of: try SceneSet(opening: [path]), modelMeters: model)
  }

  @Test func `a projected pixel is nearly its nominal size`() throws {
    let place = GeoTransform(west: 500_000, north: 3_000_000, pixel: 0.3)
    let check = try check(0.3, crs: "EPSG:32645", transform: place)
    // The scale factor of UTM on its central meridian is 0.9996.
    #expect(abs(check.columnMeters - 0.3 / 0.9996) < 1e-9)
    #expect(!check.isTooDifferent)
  }

  @Test func `a web-mercator pixel at 60° is half its name`() throws {
    let place = GeoTransform(west: 0, north: 8_399_737.89, pixel: 1)
    let check = try check(1, crs: "EPSG:3857", transform: place)
    #expect(abs(check.columnMeters - 0.5) < 0.005)
    #expect(check.isTooDifferent)
    #expect(abs(check.ratio - 0.5) < 0.005)
  }

  @Test func `a degree has a length per axis`() throws {
    let place = GeoTransform(west: 0, north: 60, pixel: 1e-5)
    let check = try check(1, crs: "EPSG:4326", transform: place)
    // `geod +ellps=WGS84 -I +units=m` of 1e-5° at latitude 60: 0.5580 m east, 1.1141 m north.
    #expect(abs(check.columnMeters - 0.5580) < 1e-4)
    #expect(abs(check.rowMeters - 1.1141) < 1e-4)
  }

  @Test func `a fifth apart is allowed, more is not`() throws {
    let place = GeoTransform(west: 500_000, north: 3_000_000, pixel: 1)
    #expect(try !check(0.85, crs: "EPSG:32645", transform: place).isTooDifferent)
    #expect(try check(0.8, crs: "EPSG:32645", transform: place).isTooDifferent)
    #expect(try check(1.25, crs: "EPSG:32645", transform: place).isTooDifferent)
  }
}
