import Foundation
import Grids
import Polygons
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `Polygons in files` {
  let folder: DrawnFolder
  let fields = [
    VectorField(name: "id", kind: .integer), VectorField(name: "area_m2", kind: .real),
    VectorField(name: "class", kind: .text),
  ]

  init() throws { folder = try DrawnFolder() }

  func ring(_ x: Double, _ y: Double, side: Double) -> Ring {
    Ring([
      Point(x: x, y: y), Point(x: x + side, y: y), Point(x: x + side, y: y + side),
      Point(x: x, y: y + side),
    ])
  }

  var features: [VectorFeature] {
    (0..<50).map { index in
      let (x, y) = (500_000 + Double(index * 37 % 50) * 30, 3_000_000 + Double(index) * 30)
      let hole = ring(x + 5, y + 5, side: 5)
      return VectorFeature(
        polygons: [
          Polygon(
            // Every other outline comes clockwise.
            outer: index % 2 == 0 ? ring(x, y, side: 20) : reversed(ring(x, y, side: 20)),
            holes: index % 3 == 0 ? [hole] : [])
        ], values: [.integer(Int64(index)), .real(Double(index) / 4), .text("bâtiment")])
    }
  }

  func reversed(_ ring: Ring) -> Ring { Ring(ring.points.reversed()) }

  func write(_ name: String, _ format: VectorFormat) throws -> String {
    let path = folder.file(name)
    let writer = try VectorWriter(
      creating: path, format: format, layer: "footprints",
      crs: try CoordinateReference(definition: "EPSG:32645"), fields: fields)
    for feature in features {
      try writer.write(.polygon(feature.polygons[0]), values: feature.values)
    }
    try writer.close()
    return path
  }

  @Test(arguments: VectorFormat.allCases.filter(\.isReadable))
  func `what was written is read`(_ format: VectorFormat) throws {
    let path = try write("a.\(format.fileExtension)", format)
    let reader = try VectorReader(opening: path)
    let crs = try CoordinateReference(definition: "EPSG:32645")
    let read = try reader.features(in: crs, tolerance: 1)
    #expect(reader.fields == fields)
    #expect(read.count == 50)
    let tolerance = format.isLonLat ? 0.02 : 0
    for feature in read {
      let id = try #require(feature.values.first.flatMap(Self.number))
      let original = features[id]
      #expect(feature.values == original.values)
      let polygon = try #require(feature.polygons.first)
      #expect(abs(polygon.area - original.polygons[0].area) <= 20 * tolerance)
      // Shapefiles want their rings the other way around.
      let turn = format == .shapefile ? -1.0 : 1
      #expect(polygon.outer.signedArea * turn > 0)
      #expect(polygon.holes.allSatisfy { $0.signedArea * turn < 0 })
      let corners = Set(original.polygons[0].outer.points)
      for point in polygon.outer.points {
        let distance = corners.map { abs($0.x - point.x) + abs($0.y - point.y) }.min()
        #expect(distance ?? 1 <= tolerance)
      }
    }
  }

  static func number(_ value: VectorValue) -> Int? {
    if case .integer(let number) = value { Int(number) } else { nil }
  }

  @Test(arguments: VectorFormat.allCases)
  func `the same features make the same bytes`(_ format: VectorFormat) throws {
    let first = try write("a.\(format.fileExtension)", format)
    let second = try write("b.\(format.fileExtension)", format)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: first))
    #expect(!bytes.isEmpty)
    #expect(try bytes == Data(contentsOf: URL(fileURLWithPath: second)))
  }

  @Test func `nothing is left beside the files`() throws {
    for format in VectorFormat.allCases { _ = try write("a.\(format.fileExtension)", format) }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["a.fgb", "a.geojson", "a.geojsonl", "a.gpkg", "a.shp.zip", "a.sql"])
  }

  @Test(arguments: VectorFormat.allCases)
  func `a file may have any name`(_ format: VectorFormat) throws {
    let usual = try write("a.\(format.fileExtension)", format)
    let staged = try write("staged.\(format.fileExtension).7.tmp", format)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: usual)).count
        == Data(contentsOf: URL(fileURLWithPath: staged)).count)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count == 2)
  }

  @Test func `GeoJSON is in longitude and latitude, with closed rings`() throws {
    let path = try write("a.geojsonl", .geoJSONSequence)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 50)
    // `pyproj.Transformer.from_crs(32645, 4326, always_xy=True)`: (500000, 3000000) lies at
    // 87.0000000, 27.1224696; (500020, 3000020) at 87.0002018, 27.1226502.
    #expect(
      lines.first == """
        { "type": "Feature", "properties": { "id": 0, "area_m2": 0.0, "class": "bâtiment" }, \
        "geometry": { "type": "Polygon", "coordinates": [ [ [ 87.0, 27.1224696 ], \
        [ 87.0002018, 27.1224696 ], [ 87.0002018, 27.1226502 ], [ 87.0, 27.1226502 ], \
        [ 87.0, 27.1224696 ] ], [ [ 87.0000505, 27.1225148 ], [ 87.0000505, 27.1225599 ], \
        [ 87.0001009, 27.1225599 ], [ 87.0001009, 27.1225148 ], [ 87.0000505, 27.1225148 ] ] ] } }
        """)
  }

  @Test func `an empty file has its fields`() throws {
    let path = folder.file("empty.gpkg")
    let writer = try VectorWriter(
      creating: path, format: .geoPackage, layer: "footprints",
      crs: try CoordinateReference(definition: "EPSG:32645"), fields: fields)
    try writer.close()
    let reader = try VectorReader(opening: path)
    #expect(reader.fields == fields)
    #expect(try reader.features().isEmpty)
    #expect(reader.crs?.code == "EPSG:32645")
  }

  @Test func `a file that is not there is refused in three lines`() {
    let path = folder.file("absent.gpkg")
    let error = #expect(throws: GeoFileError.self) { try VectorReader(opening: path).fields }
    #expect(
      error?.description == """
        cannot open '\(path)'
          GDAL says: \(path): No such file or directory
          try `ogrinfo '\(path)'` to see whether GDAL can read it at all
        """)
  }
}
