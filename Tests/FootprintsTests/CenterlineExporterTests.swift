import Footprints
import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@Suite struct `Roads and bridges` {
  private let grid: RunGrid
  private static let settings = CenterlineSettings(narrowest: 2, widest: 10, spur: 6)
  private static let rules = settings.rules(pixel: Point(x: 1, y: 1))

  init() throws {
    grid = RunGrid(
      of: GeoTransform(west: 450_000, north: 35_000, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32636"))
  }

  /// A crossing of two roads, one of which crosses a river, and a path of one metre.
  private var layers: CenterlineLayers {
    let window = PixelWindow(x: 0, y: 0, width: 160, height: 120)
    var road = DrawnLayer(window: window)
    var water = DrawnLayer(window: window)
    water.fill(PixelWindow(x: 100, y: 0, width: 14, height: 120))
    for street in [
      PixelWindow(x: 0, y: 50, width: 160, height: 7),
      PixelWindow(x: 40, y: 0, width: 5, height: 120),
    ] {
      road.fill(street)
      water.fill(street, with: 0)
    }
    road.fill(PixelWindow(x: 70, y: 90, width: 25, height: 1))
    return CenterlineLayers(probability: road, crossed: water)
  }

  private func fragments(side: Int, in folder: TemporaryFolder) throws -> [FootprintFragment] {
    var fragments: [FootprintFragment] = []
    for y in stride(from: 0, to: 120, by: side) {
      for x in stride(from: 0, to: 160, by: side) {
        let fragment = FootprintFragment(
          path: folder.path("\(side)-\(x)-\(y)"),
          core: PixelWindow(x: x, y: y, width: side, height: side))
        let pieces = try CenterlineShard(core: fragment.core).pieces(
          from: layers, settings: Self.settings, rules: Self.rules)
        try fragment.write(pieces)
        fragments.append(fragment)
      }
    }
    return fragments
  }

  private func export(
    side: Int = 160, schema: FootprintSchema = .mapwright, formats: [FootprintFormat],
    part: LayerPart = .whole, in folder: TemporaryFolder
  ) throws -> [Int] {
    let exporter = CenterlineExporter(
      grid: grid, settings: Self.settings, rules: Self.rules,
      provenance: FootprintProvenance(className: "road", model: "m.onnx", version: "1"),
      over: "water", ground: try GroundGeometry(crs: grid.crs))
    func outputs(_ name: String) -> [FootprintExporter.Output] {
      formats.map {
        .init(
          path: folder.path("\(name)-\(side)\(part.suffix).\($0.fileExtension)"), format: $0)
      }
    }
    return try exporter.export(
      fragments(side: side, in: folder),
      to: [
        .init(
          name: "roads", schema: CenterlineSchema(schema, of: .roads), outputs: outputs("roads")),
        .init(
          name: "bridges", schema: CenterlineSchema(schema, of: .bridges),
          outputs: outputs("bridges")),
        .init(
          name: "points", schema: CenterlineSchema(schema, of: .bridges), kind: .point,
          outputs: outputs("points")),
      ], part: part)
  }

  @Test(arguments: [FootprintSchema.mapwright, .osm])
  func `are written in every format, and read back`(schema: FootprintSchema) throws {
    let folder = try TemporaryFolder()

    // GDAL's own formats are opened again and counted as they are closed.
    let formats = FootprintFormat.allCases.filter { $0 != .postgis }
    let counts = try export(schema: schema, formats: formats, in: folder)

    #expect(counts == [4, 1, 1])
    for name in ["roads", "bridges", "points"] {
      let reader = try VectorReader(opening: folder.path("\(name)-160.gpkg"))
      #expect(try reader.features().count == (name == "roads" ? 4 : 1))
    }
  }

  @Test func `are the same bytes for all sizes of shards`() throws {
    let side = 64
    let folder = try TemporaryFolder()
    let formats: [FootprintFormat] = [.flatGeobuf, .geoJSONSequence, .geoParquet, .tiles]
    _ = try export(formats: formats, in: folder)
    _ = try export(side: side, formats: formats, in: folder)

    for name in ["roads", "bridges", "points"] {
      for ending in formats.map(\.fileExtension) {
        let whole = try Data(contentsOf: URL(filePath: folder.path("\(name)-160.\(ending)")))
        let parts = try Data(contentsOf: URL(filePath: folder.path("\(name)-\(side).\(ending)")))
        #expect(whole == parts, "\(name).\(ending)")
      }
    }
  }

  @Test func `are each in one part of a layer, whatever the shards`() throws {
    let folder = try TemporaryFolder()
    let cells = LayerPart.cells(of: PixelWindow(x: 0, y: 0, width: 160, height: 120), side: 80)
    let all = try fragments(side: 64, in: folder)
    let pieces = try all.reduce(0) { try $0 + $1.count(of: CenterlinePiece.self) }
    func parts(_ most: Int) throws -> [LayerPart] {
      try LayerPart.parts(of: all, holding: CenterlinePiece.self, cells: cells, most: most)
    }
    #expect(try parts(pieces) == [.whole])
    #expect(try parts(pieces - 1) == cells)

    _ = try export(formats: [.geoJSONSequence], in: folder)
    func roads(_ end: String) throws -> [String] {
      try String(contentsOfFile: folder.path("roads-\(end).geojsonl"), encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
    var found: [String] = []
    for part in cells {
      let counts = try export(formats: [.geoJSONSequence], part: part, in: folder)
      _ = try export(side: 64, formats: [.geoJSONSequence], part: part, in: folder)
      let here = try roads("160\(part.suffix)")
      #expect(try here == roads("64\(part.suffix)") && here.count == counts[0])
      found += here
    }
    #expect(try found.count == 4 && Set(found) == Set(roads("160")))
  }

  @Test func `tell what is known of them`() throws {
    let folder = try TemporaryFolder()
    _ = try export(formats: [.csv], in: folder)

    let bridges = try String(contentsOfFile: folder.path("bridges-160.csv"), encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let names = bridges[0].map(String.init)
    func value(_ name: String) -> String {
      names.firstIndex(of: name).map { String(bridges[1][$0]) } ?? ""
    }
    let roads = try String(contentsOfFile: folder.path("roads-160.csv"), encoding: .utf8)

    #expect(value("class") == "bridge" && value("over") == "water")
    #expect(roads.contains(value("road_id")))
    #expect(abs((Double(value("length_m")) ?? 0) - 14) < 3, "\(value("length_m"))")
    #expect(value("width_m") == "7.5" && value("confidence") == "1.0")
    #expect(bridges[1].last?.contains("\"") == true)
  }

  @Test func `are found by what lies within the reach that the decision record tells`() {
    #expect(CenterlineSettings().rules(pixel: Point(x: 0.3, y: 0.3)).reach == 687)
  }

  @Test func `end where the region does`() throws {
    var region = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 160, height: 120))
    region.fill(PixelWindow(x: 0, y: 0, width: 90, height: 120), with: 1)
    let all = layers
    let pieces = try CenterlineShard(core: region.window).pieces(
      from: CenterlineLayers(probability: all.probability, region: region),
      settings: Self.settings, rules: Self.rules)

    let right = pieces.flatMap(\.pixels).map(\.place.x).max()
    #expect(right == 89 && pieces.contains { $0.start == .border || $0.end == .border })
  }

  @Test func `come back from a fragment as they were, and a damaged one is refused`() throws {
    let folder = try TemporaryFolder()
    let fragment = try fragments(side: 64, in: folder)[0]
    let pieces = try fragment.read(CenterlinePiece.self)
    let copy = FootprintFragment(path: folder.path("copy"), core: fragment.core)
    let bytes = try copy.write(pieces)

    #expect(try Data(contentsOf: URL(filePath: fragment.path)) == Data(bytes))
    #expect(!pieces.isEmpty)
    #expect(throws: FootprintError.self) { try fragment.read(Footprint.self) }
    try Data(bytes.dropLast(3)).write(to: URL(filePath: copy.path))
    #expect(throws: FootprintError.self) { try copy.read(CenterlinePiece.self) }
  }

  @Test(
    .enabled(if: Judge.has("geopandas", "duckdb", "pyarrow"), "geopandas is not there: make judges")
  )
  func `are read by geopandas in GeoParquet`() throws {
    let folder = try TemporaryFolder()
    _ = try export(formats: [.geoParquet], in: folder)
    let judged = try Judge.run(
      """
      import sys, geopandas, pyproj
      roads, bridges, points = (geopandas.read_parquet(path) for path in sys.argv[1:])
      assert set(roads.geom_type) == {"LineString"} and len(roads) == 4, roads
      # The roads lie 500 km west of the zone's meridian: there a metre of the map is 0.9973 of the ground.
      geod = pyproj.Geod(ellps="WGS84")
      lengths = roads.to_crs(4326).geometry.map(geod.geometry_length)
      assert (abs(lengths - roads.length_m) < 0.01).all(), list(zip(lengths, roads.length_m))
      assert set(bridges.geom_type) == {"LineString"} and set(points.geom_type) == {"Point"}
      assert bridges.road_id[0] in set(roads.id)
      assert roads[roads.id == bridges.road_id[0]].distance(points.geometry[0]).iloc[0] < 0.01
      print("sound")
      """, ["roads", "bridges", "points"].map { folder.path("\($0)-160.parquet") })
    #expect(judged.text == "sound\n")
  }

  @Test(
    .enabled(
      if: Judge.has("pmtiles", "mapbox_vector_tile"), "mapbox_vector_tile is not there: make judges"
    ))
  func `are decoded from tiles by others`() throws {
    let folder = try TemporaryFolder()
    _ = try export(formats: [.tiles], in: folder)
    let judged = try Judge.run(
      """
      import sys, gzip, mapbox_vector_tile
      from pmtiles.reader import MmapSource, all_tiles
      for path, kind, count in zip(sys.argv[1:], ("LineString", "Point"), (4, 1)):
        found = {}
        for (z, x, y), data in all_tiles(MmapSource(open(path, "rb"))):
          for layer in mapbox_vector_tile.decode(gzip.decompress(data)).values():
            for feature in layer["features"]:
              assert feature["geometry"]["type"].endswith(kind), feature
              found.setdefault(z, set()).add(feature["id"])
        assert len(found[15]) == count, found
      print("sound")
      """, ["roads", "points"].map { folder.path("\($0)-160.pmtiles") })
    #expect(judged.text == "sound\n")
  }
}
