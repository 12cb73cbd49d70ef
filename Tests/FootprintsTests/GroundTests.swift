import Footprints
import GeoFiles
import Grids
import Polygons
import Testing

@Suite struct `Footprints in other reference systems` {
  /// A house of 30 m by 14 m, its long walls 20° clockwise from east, at 60° N, 25° E: corners in
  /// metres to the east and north of that place.
  private static let house: [(east: Double, north: Double)] = {
    let (c, s) = (0.9396926207859084, 0.3420201433256687)
    return [(0.0, 0.0), (30, 0), (30, 14), (0, 14)].map {
      (c * $0.0 + s * $0.1, -s * $0.0 + c * $0.1)
    }
  }()

  /// The place in a system, and how many of its units a metre is along its axes.
  ///
  ///     python3 -c "from pyproj import *; g=Geod(ellps='WGS84'); p=Transformer.from_crs(4326,
  ///     CODE,always_xy=True).transform; a=p(25,60); b=p(*g.fwd(25,60,90,1)[:2]);
  ///     c=p(*g.fwd(25,60,0,1)[:2]); print(a, b[0]-a[0], c[1]-a[1])"
  ///
  /// In UTM, whose axes are turned by 1.7° there, the house stands along the axes' 20° instead, and
  /// the unit is the point scale.
  private static let systems: [(code: String, place: Point, unit: Point, pixel: Double)] = [
    ("EPSG:4326", Point(x: 25, y: 60), Point(x: 1.79211e-05, y: 8.97567e-06), 4.5e-6),
    ("EPSG:3857", Point(x: 2_782_987.270, y: 8_399_737.890), Point(x: 1.99497, y: 1.99833), 1),
    ("EPSG:32635", Point(x: 388_455.958, y: 6_653_097.435), Point(x: 0.99975, y: 0.99975), 0.5),
  ]

  @Test(arguments: systems.indices)
  func `walls and areas are those of the ground`(system: Int) throws {
    let (code, place, unit, pixel) = Self.systems[system]
    let grid = RunGrid(
      of: GeoTransform(west: place.x, north: place.y, pixel: pixel),
      crs: try CoordinateReference(definition: code))
    let corner = grid.transform.pixel(x: place.x, y: place.y)
    let shape = Polygon(
      outer: Ring(
        Self.house.map {
          Point(
            x: corner.x + $0.east * unit.x / pixel, y: corner.y - $0.north * unit.y / pixel)
        }))
    var layer = DrawnLayer(
      window: PixelWindow(
        x: Int(corner.x) - 40, y: Int(corner.y) - 90, width: 260, height: 180))
    layer.draw(shape)

    let footprint = try #require(
      try FootprintShard(core: layer.window, halo: 8).footprints(
        from: FootprintLayers(probability: layer),
        tracer: FootprintTracer(
          grid: grid, settings: .init(className: "building"),
          ground: try GroundGeometry(crs: grid.crs))
      ).first)

    #expect(footprint.method == .ortho)
    #expect(footprint.polygon.vertexCount == 4)
    #expect(abs(footprint.areaSquareMeters / 420 - 1) < 0.01)
    let corners = footprint.polygon.outer.points.map {
      Point(x: ($0.x - place.x) / unit.x, y: ($0.y - place.y) / unit.y)
    }
    for index in corners.indices {
      let (a, b, c) = (corners[index], corners[(index + 1) % 4], corners[(index + 2) % 4])
      let (first, second) = (Direction(of: b - a), Direction(of: c - b))
      // The cosine of 90° ± 0.5°.
      #expect(abs((first?.vector ?? a).dot(second?.vector ?? a)) < 0.0087)
    }
  }

  @Test func `a region says where footprints begin`() throws {
    let grid = RunGrid(
      of: GeoTransform(west: 450_000, north: 35_000, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    var layer = DrawnLayer(
      window: PixelWindow(x: 450_000, y: -35_000, width: 100, height: 60))
    layer.fill(PixelWindow(x: 450_010, y: -34_990, width: 30, height: 20))
    layer.fill(PixelWindow(x: 450_060, y: -34_990, width: 30, height: 20))
    let east = Polygon.square(x: 450_050, y: 34_950, side: 60)

    let footprints = try FootprintShard(core: layer.window, halo: 4).footprints(
      from: FootprintLayers(
        probability: layer, region: Region([east], on: grid.transform)),
      tracer: FootprintTracer(
        grid: grid, settings: .init(className: "building"),
        ground: try GroundGeometry(crs: grid.crs)))

    #expect(footprints.map(\.canonicalPixel.x) == [450_060])
  }
}
