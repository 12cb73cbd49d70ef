import CGDAL
import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@Suite struct `Exporting footprints` {
  private let core = PixelWindow(x: 2_000_000, y: -21_000_000, width: 400, height: 300)

  /// Half-metre pixels in Uganda's UTM zone.
  private func grid() throws -> RunGrid {
    RunGrid(
      of: GeoTransform(west: 450_000, north: 35_000, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32636"))
  }

  private func traced(
    _ count: Int, seed: UInt64, style: OutlineStyle, on grid: RunGrid
  ) throws -> [Footprint] {
    let layer = Self.noisyTown(count, seed: seed)
    let settings = FootprintSettings(className: "building", outline: style)
    return try FootprintShard(core: layer.window, halo: 16).footprints(
      from: FootprintLayers(probability: layer),
      tracer: FootprintTracer(
        grid: grid, settings: settings, ground: try GroundGeometry(crs: grid.crs)))
  }

  /// Houses with ragged walls, courtyards and crumbs.
  private static func noisyTown(_ count: Int, seed: UInt64) -> DrawnLayer {
    var dice = Dice(state: seed)
    var layer = DrawnLayer(
      window: PixelWindow(x: 900_000, y: -70_000, width: 40 * count, height: 40))
    for number in 0..<count {
      let place = Point(
        x: Double(layer.window.x + 40 * number + 14), y: Double(layer.window.y + 6))
      layer.draw(
        .rectangle(
          at: place, width: dice.number(in: 4...20), height: dice.number(in: 4...20),
          turn: (dice.number(in: 1...2), dice.number(in: 0...1))))
    }
    layer.roughen(with: &dice)
    return layer
  }

  private func export(
    _ footprints: [Footprint], as format: FootprintFormat, on grid: RunGrid, to path: String
  ) throws -> FootprintSummary {
    let fragment = FootprintFragment(path: path + ".fragment", core: core)
    try fragment.write(footprints)
    return try FootprintExporter(
      grid: grid, schema: .mapwright,
      provenance: FootprintProvenance(
        className: "building", model: "starter 0123abcd", version: "0.1.0",
        scenes: [
          .init(
            name: "west.tif", acquired: "2024-03-09T10:21:05Z",
            window: PixelWindow(x: 0, y: 0, width: 6, height: 10)),
          .init(
            name: "east.tif", acquired: "2024-03-08T10:21:05Z",
            window: PixelWindow(x: 5, y: 0, width: 9, height: 10)),
        ])
    ).export([fragment], to: [.init(path: path, format: format)], layer: "footprints")
  }

  @Test(arguments: FootprintFormat.allCases.filter { $0 != .postgis })
  func `no footprints make a file without features`(format: FootprintFormat) throws {
    let folder = try DrawnFolder()
    let path = folder.file("none.\(format.fileExtension)")

    let summary = try export([], as: format, on: try grid(), to: path)

    #expect(summary.count == 0)
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: [FootprintFormat.geoPackage, .flatGeobuf])
  func `what is read is what was traced, in the run's system`(format: FootprintFormat) throws {
    let folder = try DrawnFolder()
    let grid = try grid()
    let footprints = try traced(12, seed: 1, style: .squared, on: grid)
    let path = folder.file("footprints.\(format.fileExtension)")

    let summary = try export(footprints, as: format, on: grid, to: path)
    let features = try VectorReader(opening: path).features()

    #expect(summary.count == footprints.count)
    #expect(
      Set(features.compactMap(\.polygons.first).map(\.area))
        == Set(footprints.map(\.polygon.area)))
  }

  @Test func `attributes have their names and values`() throws {
    let folder = try DrawnFolder()
    let grid = try grid()
    let footprint = Footprint.sample(x: 5, y: 7)
    let path = folder.file("footprints.gpkg")

    _ = try export([footprint], as: .geoPackage, on: grid, to: path)
    let reader = try VectorReader(opening: path)
    let feature = try #require(try reader.features().first)

    #expect(
      reader.fields.map(\.name) == FootprintSchema.mapwright.fields(of: "building").map(\.name))
    #expect(
      feature.values == [
        .text(FootprintNaming(grid: grid).id(of: footprint)), .text("building"), .real(0.875),
        .real(16.01), .real(-1.2345678), .real(32.7654321), .text("6GCJQQ88+55F"), .integer(4),
        .text("ortho"), .real(12.5), .text("west.tif;east.tif"),
        .text("2024-03-08T10:21:05Z/2024-03-09T10:21:05Z"), .text("starter 0123abcd"),
        .text("0.1.0"),
      ])
  }

  @Test func `GeoJSON is in longitude and latitude`() throws {
    let folder = try DrawnFolder()
    let grid = try grid()
    let footprints = try traced(3, seed: 2, style: .squared, on: grid)
    let path = folder.file("footprints.geojsonl")

    _ = try export(footprints, as: .geoJSONSequence, on: grid, to: path)
    let features = try VectorReader(opening: path).features()

    let center = try #require(features.first?.polygons.first?.outer.points.first)
    #expect(abs(center.x - footprints[0].longitude) < 1e-3)
    #expect(abs(center.y - footprints[0].latitude) < 1e-3)
  }

  @Test(arguments: FootprintFormat.allCases.filter { $0 != .postgis })
  func `the same footprints make the same bytes`(format: FootprintFormat) throws {
    let folder = try DrawnFolder()
    let grid = try grid()
    let footprints = try traced(8, seed: 3, style: .squared, on: grid)
    let paths = ["a", "b"].map { folder.file("\($0).\(format.fileExtension)") }

    for path in paths { _ = try export(footprints, as: format, on: grid, to: path) }

    #expect(
      FileManager.default.contents(atPath: paths[0])
        == FileManager.default.contents(atPath: paths[1]))
  }

  @Test func `a file without footprints is a file`() throws {
    let folder = try DrawnFolder()
    let path = folder.file("footprints.gpkg")

    let summary = try export([], as: .geoPackage, on: try grid(), to: path)

    #expect(summary.count == 0)
    #expect(try VectorReader(opening: path).features().isEmpty)
  }

  @Test(arguments: OutlineStyle.allCases)
  func `GEOS finds every outline valid`(style: OutlineStyle) throws {
    let footprints = try traced(120, seed: 4, style: style, on: try grid())

    #expect(footprints.count >= 100)
    #expect(footprints.filter { !isValidToGEOS($0.polygon) }.isEmpty)
  }

  @Test func `areas are those of the ellipsoid, not of the map`() throws {
    let mercator = RunGrid(
      of: GeoTransform(west: 2_672_000, north: 8_400_000, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:3857"))
    var layer = DrawnLayer(window: PixelWindow(x: 2_672_000, y: -8_400_000, width: 80, height: 80))
    layer.fill(PixelWindow(x: 2_672_020, y: -8_399_980, width: 40, height: 30))

    let footprint = try #require(
      try FootprintShard(core: layer.window, halo: 8).footprints(
        from: FootprintLayers(probability: layer),
        tracer: FootprintTracer(
          grid: mercator, settings: .init(className: "building"),
          ground: try GroundGeometry(crs: mercator.crs))
      ).first)

    // echo 2672040 8399965 | gdaltransform -s_srs EPSG:3857 -t_srs EPSG:4326 gives latitude
    // 60.0896; the scale there is 1 / cos 60.0896° = 2.0054, less the ellipsoid's 0.25 %.
    #expect(abs(footprint.areaSquareMeters / (1200 / (2.0054 * 2.0054)) - 1) < 0.01)
  }
}

/// What GEOS, through GDAL, says of a polygon.
private func isValidToGEOS(_ polygon: Polygon) -> Bool {
  let shape = OGR_G_CreateGeometry(wkbPolygon)
  defer { OGR_G_DestroyGeometry(shape) }
  for ring in polygon.rings {
    let line = OGR_G_CreateGeometry(wkbLinearRing)
    for point in ring.points + ring.points.prefix(1) { OGR_G_AddPoint_2D(line, point.x, point.y) }
    OGR_G_AddGeometryDirectly(shape, line)
  }
  return OGR_G_IsValid(shape) != 0
}
