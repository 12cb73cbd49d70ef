import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Footprints

/// Thirty houses with courtyards, north-east of Entebbe.
struct DrawnTown {
  let grid: RunGrid
  let footprints: [Footprint]

  init(_ count: Int = 30) throws {
    let grid = RunGrid(
      of: GeoTransform(west: 450_000, north: 35_000, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    let ground = try GroundGeometry(crs: grid.crs)
    self.grid = grid
    footprints = try (0..<count).map { number in
      let (column, row) = (Double(number % 10), Double(number / 10))
      let (x, y) = (450_000 + 30 * column, 35_000 - 30 * row)
      let polygon = Polygon(
        outer: Self.ring(x, y - 20, side: 20),
        holes: number % 3 == 0 ? [Self.ring(x + 5, y - 15, side: 5).reversed] : [])
      let place = try ground.lonLat(of: polygon.centroid)
      return Footprint(
        canonicalPixel: LatticePixel(x: Int(60 * column), y: Int(60 * row)), polygon: polygon,
        method: .ortho, direction: number % 2 == 0 ? 0 : nil,
        confidence: Double(600 + 13 * number) / 1000, areaSquareMeters: polygon.area,
        latitude: (place.latitude * 1e7).rounded() / 1e7,
        longitude: (place.longitude * 1e7).rounded() / 1e7)
    }
  }

  private static func ring(_ x: Double, _ y: Double, side: Double) -> Ring {
    Ring([
      Point(x: x, y: y), Point(x: x + side, y: y), Point(x: x + side, y: y + side),
      Point(x: x, y: y + side),
    ])
  }

  /// Writes the town, and returns the file's path.
  func export(
    _ format: FootprintFormat, _ schema: FootprintSchema = .mapwright, in folder: DrawnFolder,
    as name: String = "town", className: String = "building"
  ) throws -> String {
    let window = PixelWindow(x: 0, y: 0, width: 600, height: 60_000)
    let fragment = FootprintFragment(path: folder.file("town.fragment"), core: window)
    try fragment.write(footprints)
    let path = folder.file("\(name).\(format.fileExtension)")
    let scene = FootprintProvenance.Scene(
      name: "north,east.tif", acquired: "2024-03-09T10:21:05Z", window: window)
    _ = try FootprintExporter(
      grid: grid, schema: schema,
      provenance: FootprintProvenance(
        className: className, model: "starter \"A\"", version: "0.1.0", scenes: [scene])
    ).export([fragment], to: [.init(path: path, format: format)], layer: "town_footprints")
    return path
  }
}

@Suite struct `Formats of footprints` {
  private let folder: DrawnFolder
  private let town: DrawnTown

  init() throws {
    folder = try DrawnFolder()
    town = try DrawnTown()
  }

  private func expectSound(_ script: String, _ path: String) throws {
    let verdict = try Judge.run(script, [path])
    #expect(verdict.text == "sound\n")
  }

  @Test(arguments: FootprintSchema.allCases)
  func `CSV has one row each, and the outline where its makers have it`(
    schema: FootprintSchema
  ) throws {
    let text = try String(contentsOfFile: town.export(.csv, schema, in: folder), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 32 && lines.last == "")
    let heads: [FootprintSchema: Substring] = [
      .mapwright: """
      id,class,confidence,area_in_meters,latitude,longitude,plus_code,vertices,method,direction,\
      scene,acquired,model,version,geometry
      """,
      .openbuildings: "latitude,longitude,area_in_meters,confidence,geometry,full_plus_code",
      .overture: "id,theme,type,version,sources,geometry",
      .osm: "building,source,confidence,geometry", .microsoft: "height,confidence,geometry",
    ]
    #expect(lines.first == heads[schema])
  }

  @Test(arguments: [
    ("building", "building", "yes"), ("hut", "building", "yes"), ("Water", "natural", "water"),
    ("Forests", "landuse", "forest"), ("grass", "landuse", "grass"),
  ])
  func `OpenStreetMap's tag is that of the class`(className: String, key: String, value: String)
    throws
  {
    let path = try town.export(.csv, .osm, in: folder, className: className)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines[0] == "\(key),source,confidence,geometry")
    #expect(lines[1].hasPrefix("\(value),\"mapwright;north,east.tif\",0.6,"), "\(lines[1])")
    #expect(FootprintSchema.overture.knows(className: className) == (key == "building"))
  }

  @Test func `CSV of Open Buildings reads like Google's`() throws {
    let text = try String(
      contentsOfFile: town.export(.csv, .openbuildings, in: folder), encoding: .utf8)
    // Google's reference implementation gives 6GGJ8H82+JCC for 0.3165557, 32.5510199.
    let row = try #require(text.split(separator: "\n").dropFirst(2).first)
    let pattern =
      /0\.\d+,32\.\d+,400\.0,0\.613,"POLYGON\(\((32\.\d{1,9} 0\.\d{1,9}(, )?){5}\)\)",6GGJ8H82\+JCC/
    #expect(row.wholeMatch(of: pattern) != nil, "\(row)")
  }

  @Test(arguments: [
    FootprintFormat.geoPackage, .flatGeobuf, .geoJSON, .geoJSONSequence, .shapefile,
  ])
  func `GDAL reads every footprint with its attributes`(format: FootprintFormat) throws {
    let reader = try VectorReader(opening: town.export(format, in: folder))
    let names = FootprintSchema.mapwright.fields(of: "building").map(\.name)
    // A Shapefile's names end after ten letters.
    #expect(
      reader.fields.map(\.name)
        == (format == .shapefile ? names.map { String($0.prefix(10)) } : names))
    #expect(try reader.features().count == 30)
    #expect(reader.crs?.code == (format.isLonLat ? "EPSG:4326" : "EPSG:32636"))
  }

  @Test func `a GeoPackage holds its style where QGIS looks for it`() throws {
    let reader = try VectorReader(
      opening: town.export(.geoPackage, in: folder), layer: "layer_styles")
    #expect(
      reader.fields.map(\.name) == [
        "f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName",
        "styleQML", "styleSLD", "useAsDefault", "description", "owner", "ui", "update_time",
      ])
    let style = try #require(try reader.features().first)
    #expect(style.values[2] == .text("town_footprints") && style.values[3] == .text("geom"))
    #expect(
      style.values[5] == .text(FootprintStyle(schema: .mapwright, className: "building").qml))
  }

  @Test func `commands for PostGIS make a table and fill it in one transaction`() throws {
    let text = try String(contentsOfFile: town.export(.sql, in: folder), encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("BEGIN") }.count == 1 && lines.last == "COMMIT;")
    #expect(text.contains("GEOMETRY(\"geom\"") || text.contains("'POLYGON',2)"))
    #expect(text.contains("CREATE INDEX \"town_footprints_geom_geom_idx\""))
    let rows = lines.drop { !$0.hasPrefix("COPY ") }.dropFirst().prefix { !$0.hasPrefix("\\.") }
    #expect(rows.count == 30)
    // EWKB with the SRID of UTM 36N, 32636 = 0x7F7C.
    #expect(rows.allSatisfy { $0.hasPrefix("01030000207C7F0000") })
  }

  @Test(
    .enabled(if: Judge.has("geopandas", "duckdb", "pyarrow"), "geopandas is not there: make judges")
  )
  func `geopandas and DuckDB read GeoParquet`() throws {
    try expectSound(
      """
      import sys, geopandas, duckdb
      frame = geopandas.read_parquet(sys.argv[1])
      assert len(frame) == 30 and frame.crs.to_epsg() == 32636, frame.crs
      assert frame.geometry.is_valid.all() and (frame.geometry.area > 370).all()
      assert frame.geometry.exterior.is_ccw.all()
      assert list(frame.columns)[:3] == ["id", "class", "confidence"], frame.columns
      assert frame.confidence[3] == 0.639 and frame.direction.isna().sum() == 15
      few = geopandas.read_parquet(sys.argv[1], bbox=(450000, 34990, 450060, 35000))
      assert len(few) == 3, len(few)
      count = duckdb.sql(
        f"select count(*), min(bbox.xmin), max(area_in_meters) from '{sys.argv[1]}'").fetchall()[0]
      assert count == (30, 450000.0, 400.0), count
      print("sound")
      """, try town.export(.geoParquet, in: folder))
  }

  @Test(
    .enabled(
      if: Judge.has("pmtiles", "mapbox_vector_tile"), "mapbox_vector_tile is not there: make judges"
    ))
  func `tiles hold every footprint, decoded by others`() throws {
    try expectSound(
      """
      import sys, gzip, json, mapbox_vector_tile
      from pmtiles.reader import Reader, MmapSource, all_tiles
      source = MmapSource(open(sys.argv[1], "rb"))
      reader = Reader(source)
      header, metadata = reader.header(), reader.metadata()
      assert (header["min_zoom"], header["max_zoom"]) == (12, 15) and header["clustered"], header
      assert metadata["vector_layers"][0]["id"] == "town_footprints", metadata
      found, count = {}, 0
      for (z, x, y), data in all_tiles(source):
        assert reader.get(z, x, y) == data
        count += 1
        layer = mapbox_vector_tile.decode(gzip.decompress(data))["town_footprints"]
        assert layer["extent"] == 4096 and layer["version"] == 2
        for feature in layer["features"]:
          assert feature["geometry"]["type"] == "Polygon", feature
          found.setdefault(z, {})[feature["id"]] = feature
      assert count == header["tile_entries_count"] == header["addressed_tiles_count"]
      assert sorted(found[15]) == list(range(30)), sorted(found[15])
      house = found[15][3]
      assert house["properties"]["confidence"] == 0.639, house
      assert len(house["geometry"]["coordinates"]) == 2, "a courtyard"
      assert len(found[12]) == 30 or all(f["properties"]["area_in_meters"] > 360 for f in found[12].values())
      print("sound")
      """, try town.export(.tiles, in: folder))
  }

  @Test(.enabled(if: Judge.has("pyogrio"), "pyogrio is not there: make judges"))
  func `a newer GDAL finds the houses in tiles where they stand`() throws {
    try expectSound(
      """
      import sys, pyogrio
      frame = pyogrio.read_dataframe(sys.argv[1])
      low = frame.to_crs(32636).total_bounds
      # 0.3 m is a unit of the highest zoom.
      for there, here in zip(low, (450000, 34920, 450290, 35000)):
        assert abs(there - here) < 1, low
      print("sound")
      """, try town.export(.tiles, in: folder))
  }

  @Test(
    .enabled(
      if: Judge.has("overture.schema.buildings"), "overture-schema-theme-buildings is not there"))
  func `Overture's own model takes every building`() throws {
    try expectSound(
      """
      import sys
      from overture.schema.buildings import Building
      lines = open(sys.argv[1]).read().splitlines()
      for line in lines:
        building = Building.model_validate_json(line)
        assert building.sources[0].dataset == "north,east.tif"
      assert len(lines) == 30
      print("sound")
      """, try town.export(.geoJSONSequence, .overture, in: folder))
  }

  @Test(arguments: [FootprintFormat.csv, .geoParquet, .tiles])
  func `a device that takes no byte is reported as full`(format: FootprintFormat) throws {
    let path = folder.file("town.\(format.fileExtension)")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    let error = #expect(throws: GeoFileError.self) { try town.export(format, in: folder) }
    #expect(
      error?.description == """
        cannot write features of '\(path)'; the file on disk is incomplete
          the system says: No space left on device
          free some space and run the same command again; finished work is kept
        """)
  }
}
