import Grids
import Polygons
import Testing

@testable import GeoFiles

@Suite struct `Lengths and areas on the ground` {
  func square(_ x: Double, _ y: Double, side: Double) -> Polygon {
    Polygon(
      outer: Ring([
        Point(x: x, y: y), Point(x: x + side, y: y), Point(x: x + side, y: y + side),
        Point(x: x, y: y + side),
      ]))
  }

  /// Expected areas are pyproj 3.7.2's: `Geod(ellps='WGS84').polygon_area_perimeter` of corners
  /// carried to EPSG:4326; for the large one with 400 points per edge.
  @Test(arguments: [
    ("EPSG:32645", 500_000.0, 3_000_000.0, 10.0, 100.080048027),
    ("EPSG:32645", 800_000.0, 7_000_000.0, 10.0, 99.859653682),
    ("EPSG:3857", 1_000_000.0, 8_399_737.0, 20.0, 100.335311860),
    ("EPSG:4326", 30.0, 60.0, 1e-4, 62.167964801),
    ("EPSG:3857", 1_000_000.0, 8_399_737.0, 10_000.0, 25_049_976.834),
    ("EPSG:2154", 700_000.0, 6_600_000.0, 10.0, 100.190053211),
  ])
  func `an area is that on the ellipsoid to a millionth`(
    _ code: String, _ x: Double, _ y: Double, _ side: Double, _ expected: Double
  ) throws {
    let ground = try GroundGeometry(crs: try CoordinateReference(definition: code))
    let area = try ground.area(of: square(x, y, side: side))
    #expect(abs(area / expected - 1) < 1e-6)
  }

  @Test func `a courtyard is taken off`() throws {
    let ground = try GroundGeometry(crs: try CoordinateReference(definition: "EPSG:32645"))
    var polygon = square(500_000, 3_000_000, side: 20)
    let hole = square(500_005, 3_000_005, side: 10)
    polygon.holes = [Ring(hole.outer.points.reversed())]
    let whole = try ground.area(of: square(500_000, 3_000_000, side: 20))
    let courtyard = try ground.area(of: hole)
    #expect(abs(try ground.area(of: polygon) - (whole - courtyard)) < 1e-9)
  }

  @Test func `a centre of gravity is longitude before latitude`() throws {
    let ground = try GroundGeometry(crs: try CoordinateReference(definition: "EPSG:32645"))
    let center = try ground.centroidLonLat(of: square(500_000, 3_000_000, side: 10))
    // `pyproj.Transformer.from_crs(32645, 4326, always_xy=True).transform(500005, 3000005)`
    #expect(abs(center.longitude - 87.00005045029872) < 1e-11)
    #expect(abs(center.latitude - 27.12251478373261) < 1e-11)
  }

  @Test func `a centre of gravity leaves courtyards out`() throws {
    let ground = try GroundGeometry(crs: try CoordinateReference(definition: "EPSG:32645"))
    var polygon = square(500_000, 3_000_000, side: 20)
    polygon.holes = [square(500_000, 3_000_000, side: 10).outer]
    let center = try ground.centroidLonLat(of: polygon)
    // (400 · 10 − 100 · 5) / 300 = 11.67 m from the corner.
    let expected = try ground.lonLat(of: Point(x: 500_000 + 35 / 3.0, y: 3_000_000 + 35 / 3.0))
    #expect(abs(center.longitude - expected.longitude) < 1e-10)
    #expect(abs(center.latitude - expected.latitude) < 1e-10)
  }

  @Test func `what has no place in a system is an error`() throws {
    let converter = try CoordinateConverter(
      from: try CoordinateReference.wgs84,
      to: try CoordinateReference(definition: "EPSG:3857"))
    #expect(throws: GeoFileError.self) { try converter.convert([Point(x: 0, y: 100)]) }
  }

  @Test func `an unknown system is named in three lines`() {
    let error = #expect(throws: GeoFileError.self) {
      try CoordinateReference(definition: "EPSG:999999")
    }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 3)
    #expect(lines.first == "cannot use the coordinate reference system 'EPSG:999999'")
  }
}
