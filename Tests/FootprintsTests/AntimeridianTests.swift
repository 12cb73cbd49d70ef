import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Footprints

/// A house on each side of the antimeridian on Taveuni, and one across it.
@Suite struct `Footprints across the antimeridian` {
  private let folder: DrawnFolder
  private let footprints: [Footprint]
  init() throws {
    folder = try DrawnFolder()
    footprints = [(20, 20, 30), (170, 60, 60), (320, 20, 30)].map { x, y, side in
      Self.footprint(LatticePixel(x: x, y: y), Self.house(x, y, side))
    }.sorted { $0.canonicalPixel < $1.canonicalPixel }
  }

  private static func footprint(_ pixel: LatticePixel, _ polygon: Polygon) -> Footprint {
    Footprint(
      canonicalPixel: pixel, polygon: polygon, method: .ortho, direction: 0, confidence: 0.9,
      areaSquareMeters: 100, latitude: -16.8, longitude: 180)
  }

  private static func place(_ x: Int, _ y: Int) -> Point {
    // The grid of degrees below; 180° lies in the middle of the window.
    Point(x: 179.999 + Double(x) * 5e-6, y: -16.8 - Double(y) * 5e-6)
  }

  private static func house(_ x: Int, _ y: Int, _ side: Int) -> Polygon {
    func ring(_ inset: Int) -> Ring {
      let (low, high) = (inset, side - inset)
      return Ring([
        place(x + low, y + high), place(x + high, y + high), place(x + high, y + low),
        place(x + low, y + low),
      ])
    }
    return Polygon(outer: ring(0), holes: side > 40 ? [ring(20).reversed] : [])
  }

  /// Writes the houses, in degrees that go on beyond 180° or in a grid that knows no such line.
  private func export(
    _ format: FootprintFormat, _ schema: FootprintSchema = .mapwright, inUTM: Bool = false
  ) throws -> String {
    let path = folder.file("town.\(format.fileExtension)")
    let wgs84 = try CoordinateReference.wgs84
    var grid = RunGrid(
      of: GeoTransform(west: 179.999, north: -16.8, pixel: 5e-6), crs: wgs84)
    var houses = footprints
    var corner = Self.place(0, 0)
    if inUTM {
      let utm = try CoordinateReference(definition: "EPSG:32760")
      let converter = try CoordinateConverter(from: wgs84, to: utm)
      corner = try converter.convert([Self.place(0, 0)])[0]
      grid = RunGrid(of: GeoTransform(west: corner.x, north: corner.y, pixel: 0.53), crs: utm)
      houses = try footprints.map { house in
        let holes = try house.polygon.holes.map { Ring(try converter.convert($0.points)) }
        let outer = Ring(try converter.convert(house.polygon.outer.points))
        return Self.footprint(house.canonicalPixel, Polygon(outer: outer, holes: holes))
      }
    }
    // Pixels are those of the lattice, which begins at the system's origin.
    let lattice = grid.transform
    let column = Int(((corner.x - lattice.originX) / lattice.columnX).rounded())
    let row = Int(((corner.y - lattice.originY) / lattice.rowY).rounded())
    houses = houses.map { house in
      let pixel = house.canonicalPixel
      return Self.footprint(LatticePixel(x: column + pixel.x, y: row + pixel.y), house.polygon)
    }
    let fragment = FootprintFragment(
      path: folder.file("town.fragment"),
      core: PixelWindow(x: column, y: row, width: 400, height: 200))
    try fragment.write(houses)
    _ = try FootprintExporter(
      grid: grid, schema: schema,
      provenance: FootprintProvenance(className: "building", model: "m", version: "0.1.0")
    ).export([fragment], to: [.init(path: path, format: format)], layer: "town")
    return path
  }

  @Test(
    arguments: [
      FootprintFormat.geoJSON, .geoJSONSequence, .geoPackage, .flatGeobuf, .shapefile,
    ], [true, false])
  func `are cut there, and lose no ground`(format: FootprintFormat, inUTM: Bool) throws {
    let reader = try VectorReader(opening: export(format, .openbuildings, inUTM: inUTM))
    let features = try reader.features()

    #expect(features.map(\.polygons.count).sorted() == [1, 1, 2])
    let corners = features.flatMap(\.polygons).flatMap(\.outer.points)
    #expect(corners.allSatisfy { abs($0.x) <= 180 })
    #expect(corners.contains { $0.x == 180 } && corners.contains { $0.x == -180 })
    let areas = features.map { $0.polygons.reduce(0) { $0 + $1.area } }
    let true_ = footprints.map(\.polygon.area)
    for (found, wanted) in zip(areas.sorted(), true_.sorted()) {
      #expect(abs(found / wanted - 1) < 1e-3)
    }
    // The courtyard is cut in two as well: what was a hole is now two bays.
    #expect(features.flatMap(\.polygons).allSatisfy { $0.holes.isEmpty })
    #expect(
      features.flatMap(\.polygons).allSatisfy {
        if case .valid = $0.validity { true } else { false }
      }
    )
  }

  @Test func `stay whole where the grid has no such line`() throws {
    for format in [FootprintFormat.geoPackage, .flatGeobuf] {
      let features = try VectorReader(opening: export(format, inUTM: true)).features()
      #expect(features.map(\.polygons.count) == [1, 1, 1])
    }
  }

  @Test func `are two polygons of one feature in GeoJSON, and the others are one`() throws {
    let text = try String(contentsOfFile: export(.geoJSON, inUTM: true), encoding: .utf8)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let features = try #require(object["features"] as? [[String: Any]])
    let kinds = features.compactMap { ($0["geometry"] as? [String: Any])?["type"] as? String }
    #expect(kinds == ["Polygon", "Polygon", "MultiPolygon"])
    // RFC 7946, section 5.2: a box across the antimeridian begins in the east.
    let boxes = features.compactMap { $0["bbox"] as? [Double] }
    #expect(boxes.count == 3 && boxes[2][0] > 179 && boxes[2][2] < -179)
  }

  @Test func `are lines of one feature where they are roads`() throws {
    let west = Point(x: 179.9, y: -16.8)
    let east = Point(x: 180.3, y: -16.6)
    let road = Shape.line(Line([west, east, Point(x: 180.3, y: -17)]))
    let cut = road.cutAtAntimeridian()

    let middle = -16.75
    #expect(
      cut
        == .lines([
          Line([west, Point(x: 180, y: middle)]),
          Line([
            Point(x: -180, y: middle), Point(x: -179.7, y: -16.6), Point(x: -179.7, y: -17),
          ]),
        ]))
    // There and back: what touches the meridian in a corner ends there.
    let back = Shape.line(Line([west, Point(x: 180, y: -16.8), west, east])).cutAtAntimeridian()
    #expect(back.parts.count == 3 && back.isMultiple)
    #expect(
      Shape.point(Point(x: 180.5, y: 1)).cutAtAntimeridian() == .point(Point(x: -179.5, y: 1)))
    let inside = Shape.line(Line([west, Point(x: 180, y: -16.8)]))
    #expect(inside.cutAtAntimeridian() == inside)

    for format in [
      VectorFormat.geoPackage, .flatGeobuf, .geoJSON, .geoJSONSequence, .sql, .shapefile,
    ] {
      let path = folder.file("roads.\(format.fileExtension)")
      let writer = try VectorWriter(
        creating: path, format: format, layer: "roads", of: .line,
        crs: try CoordinateReference.wgs84, fields: [VectorField(name: "n", kind: .integer)],
        parts: true)
      try writer.write(cut, values: [.integer(1)])
      try writer.write(inside, values: [.integer(2)])
      // Reads back, and counts.
      try writer.close()
      guard format.isReadable else { continue }
      let lines = try VectorReader(opening: path).lines(in: try CoordinateReference.wgs84)
      #expect(lines.count == 3, "\(format)")
    }
  }

  @Test func `are written as text and as commands that say so`() throws {
    let rows = try String(contentsOfFile: export(.csv, inUTM: true), encoding: .utf8)
      .split(separator: "\n").dropFirst()
    #expect(rows.filter { $0.contains("\"POLYGON((") }.count == 2)
    #expect(rows.filter { $0.contains("\"MULTIPOLYGON(((") }.count == 1)

    let commands = try String(contentsOfFile: export(.sql, .osm), encoding: .utf8)
    #expect(commands.contains("MULTIPOLYGON"))
  }

  @Test(
    .enabled(if: Judge.has("geopandas", "pmtiles"), "geopandas is not there: make judges"))
  func `are read by others from GeoParquet and tiles`() throws {
    let parquet = try Judge.run(
      """
      import sys, geopandas
      frame = geopandas.read_parquet(sys.argv[1])
      assert sorted(frame.geom_type) == ["MultiPolygon", "Polygon", "Polygon"], frame.geom_type
      assert frame.geometry.is_valid.all() and frame.total_bounds[2] == 180
      print("sound")
      """, [export(.geoParquet, .microsoft, inUTM: true)])
    #expect(parquet.text == "sound\n")
    let tiles = try Judge.run(
      """
      import sys
      from pmtiles.reader import MmapSource, all_tiles
      columns = {x for (z, x, y), data in all_tiles(MmapSource(open(sys.argv[1], "rb"))) if z == 15}
      assert columns == {0, 2 ** 15 - 1}, columns
      print("sound")
      """, [export(.tiles, inUTM: true)])
    #expect(tiles.text == "sound\n")
  }
}
