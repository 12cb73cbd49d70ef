import Grids
import Testing

@Suite struct `The grid of a run` {
  let crs = CoordinateReference(
    wkt: "", code: "EPSG:32636", name: "WGS 84 / UTM zone 36N", isGeographic: false)
  let size = PixelSize(width: 1000, height: 800)

  @Test func `starts at the origin of the CRS, displaced by the scenes' phase alone`() {
    let scene = GeoTransform(west: 448_920.1, north: 36_000.2, pixel: 0.5)
    let grid = RunGrid(of: scene, crs: crs)

    #expect(abs(grid.transform.originX - 0.1) < 1e-6 && abs(grid.transform.originY - 0.2) < 1e-6)
  }

  @Test func `knows where a scene lies`() throws {
    let grid = RunGrid(of: GeoTransform(west: 448_920, north: 36_000, pixel: 0.5), crs: crs)
    let place = try grid.offset(
      of: GeoTransform(west: 448_970, north: 36_010, pixel: 0.5), size: size)

    #expect(place.x == 897_940 && place.y == -72_020)
  }

  @Test func `is the same from whichever scene it is taken`() {
    let first = RunGrid(of: GeoTransform(west: 448_920, north: 36_000, pixel: 0.5), crs: crs)
    let second = RunGrid(of: GeoTransform(west: 401_000, north: -12_000, pixel: 0.5), crs: crs)

    #expect(first == second)
  }

  @Test(arguments: [(165.0, -105.0), (-105.0, 165.0), (15.0, -15.0)])
  func `is the same on both sides of the equator when pixels lie half off it`(
    first: Double, second: Double
  ) {
    let one = RunGrid(of: GeoTransform(west: 300_015, north: first, pixel: 30), crs: crs)
    let other = RunGrid(of: GeoTransform(west: -15, north: second, pixel: 30), crs: crs)

    #expect(one == other)
  }

  @Test func `takes rotated and south-up scenes`() throws {
    let rotated = GeoTransform(
      originX: 500_000, columnX: 0.24, rowX: 0.18, originY: 40_000, columnY: 0.18, rowY: -0.24)
    let grid = RunGrid(of: rotated, crs: crs)
    let place = try grid.offset(of: rotated, size: size)
    let corner = grid.transform.ground(x: Double(place.x), y: Double(place.y))

    #expect(abs(corner.x - 500_000) < 1e-6 && abs(corner.y - 40_000) < 1e-6)
  }

  @Test func `refuses a scene half a pixel off`() {
    // GridError.notOnGrid
    let grid = RunGrid(of: GeoTransform(west: 448_920, north: 36_000, pixel: 0.5), crs: crs)
    let error = #expect(throws: GridError.self) {
      _ = try grid.offset(
        of: GeoTransform(west: 448_920.25, north: 36_000, pixel: 0.5), size: size)
    }
    #expect(
      error.map(String.init(describing:)) == """
        the scenes do not share one pixel grid
          the origins lie 0.5 px off whole pixels; at most 0.01 is read
          put them on one grid first, for example with `gdalbuildvrt` or `gdalwarp -tap`
        """)
  }

  @Test func `refuses pixels of another size`() {
    let grid = RunGrid(of: GeoTransform(west: 0, north: 0, pixel: 0.5), crs: crs)
    #expect(throws: GridError.self) {
      _ = try grid.offset(of: GeoTransform(west: 0, north: 0, pixel: 0.500_01), size: size)
    }
  }

  @Test func `pixel and ground are each other's inverse`() {
    let transform = GeoTransform(
      originX: 10, columnX: 0.24, rowX: 0.18, originY: -4, columnY: 0.18, rowY: -0.24)
    let ground = transform.ground(x: 12.5, y: -7.25)
    let pixel = transform.pixel(x: ground.x, y: ground.y)

    #expect(abs(pixel.x - 12.5) < 1e-9 && abs(pixel.y + 7.25) < 1e-9)
  }
}
