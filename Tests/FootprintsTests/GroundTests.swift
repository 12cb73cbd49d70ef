import Footprints
import GeoFiles
import Grids
import Polygons
import Testing

@Suite struct `Footprints in other reference systems` {
  /// A house at 60° N, 25° E, in metres: where its first corner lies to the east and north of that
  /// place, its sides, and how its long walls are turned clockwise from east.
  private struct House {
    let east: Double
    let north: Double
    let width: Double
    let height: Double
    let turn: (cosine: Double, sine: Double)

    var area: Double { width * height }

    var corners: [(east: Double, north: Double)] {
      let (c, s) = turn
      return [(0, 0), (width, 0), (width, height), (0, height)].map {
        (east + c * $0.0 + s * $0.1, north - s * $0.0 + c * $0.1)
      }
    }
  }

  private static let town = [
    House(
      east: 0, north: 0, width: 30, height: 14, turn: (0.9396926207859084, 0.3420201433256687)),
    House(east: 45, north: 10, width: 24, height: 12, turn: (1, 0)),
    House(east: 0, north: 40, width: 18, height: 18, turn: (0.8, 0.6)),
    House(east: 40, north: -22, width: 40, height: 11, turn: (0.96, 0.28)),
  ]

  /// The place in a system, and how many of its units a metre is along its axes.
  ///
  ///     python3 -c "from pyproj import *; g=Geod(ellps='WGS84'); p=Transformer.from_crs(4326,
  ///     CODE,always_xy=True).transform; a=p(25,60); b=p(*g.fwd(25,60,90,1)[:2]);
  ///     c=p(*g.fwd(25,60,0,1)[:2]); print(a, b[0]-a[0], c[1]-a[1])"
  ///
  /// In UTM, whose axes are turned by 1.7° there, houses are turned against the axes instead, and
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
    var layer = DrawnLayer(
      window: PixelWindow(
        x: Int(corner.x) - 40, y: Int(corner.y) - 150, width: 420, height: 300))
    for house in Self.town {
      layer.draw(
        Polygon(
          outer: Ring(
            house.corners.map {
              Point(
                x: corner.x + $0.east * unit.x / pixel, y: corner.y - $0.north * unit.y / pixel)
            })))
    }

    let footprints = try FootprintShard(core: layer.window, halo: 8).footprints(
      from: FootprintLayers(probability: layer),
      tracer: FootprintTracer(
        grid: grid, settings: .init(className: "building"),
        ground: try GroundGeometry(crs: grid.crs)))

    #expect(footprints.count == Self.town.count)
    var areas = Self.town.map(\.area)
    for footprint in footprints {
      #expect(footprint.method == .ortho && footprint.polygon.vertexCount == 4)
      let index = areas.firstIndex { abs(footprint.areaSquareMeters / $0 - 1) < 0.005 }
      if let index { areas.remove(at: index) }
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
    #expect(areas == [], "no footprint has these areas within 0.5 %")
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
