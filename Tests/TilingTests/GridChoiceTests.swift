import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Tiling

@Suite struct `A grid that is made` {
  let folder: DrawnFolder
  let size = PixelSize(width: 4, height: 4)
  let gray = DrawnBand(bytes: [UInt8](repeating: 5, count: 16))

  init() throws { folder = try DrawnFolder() }

  func scene(_ name: String, _ crs: String, _ west: Double, _ north: Double, _ pixel: Double) throws
    -> String
  {
    try folder.draw(
      name, size: size, bands: [gray], crs: crs,
      transform: GeoTransform(west: west, north: north, pixel: pixel))
  }

  func set(_ paths: [String], _ wanted: WantedGrid = WantedGrid()) throws -> SceneSet {
    try SceneSet(opening: paths, on: .made(wanted))
  }

  @Test func `is the scenes' own where they share one`() throws {
    let paths = [
      try scene("a.vrt", "EPSG:4326", 10, 50, 1e-5),
      try scene("b.vrt", "EPSG:4326", 10.0001, 50, 1e-5),
    ]
    let scenes = try set(paths)
    #expect(scenes.grid == (try SceneSet(opening: paths)).grid)
    #expect(scenes.gridReason == nil)
    #expect(scenes.areStoredBytes)
  }

  @Test func `is another where its pixels do not suit the model`() throws {
    let path = try scene("a.vrt", "EPSG:32645", 500_000, 3_000_000, 0.13)
    #expect(try set([path], WantedGrid(modelMeters: 0.15)).gridReason == nil)
    let coarser = try set([path], WantedGrid(modelMeters: 0.3))
    #expect(coarser.grid.transform.columnX == 0.3)
    #expect(coarser.gridReason == "the scenes' own reference system")
  }

  @Test func `is in the scenes' own system where that is true to length`() throws {
    let paths = [
      try scene("a.vrt", "EPSG:26986", 229_000.3, 935_000, 1),
      try scene("b.vrt", "EPSG:26986", 229_002.8, 935_000, 1),
    ]
    let scenes = try set(paths)
    #expect(scenes.grid.crs.code == "EPSG:26986")
    #expect(scenes.gridReason == "the scenes' own reference system and pixels")
    #expect(scenes.scenes.map { $0.warp == nil } == [true, false])
    let coarser = try set(paths, WantedGrid(modelMeters: 2))
    #expect(coarser.grid.transform.columnX == 2)
    #expect(coarser.gridReason == "the scenes' own reference system")
  }

  @Test func `is the zone of UTM that the scenes' middle lies in`() throws {
    let scenes = try set([
      try scene("a.vrt", "EPSG:3857", 9_509_000, 3_210_000, 0.149),
      try scene("b.vrt", "EPSG:4326", 85.5, 27.6, 1e-5),
    ])
    #expect(scenes.grid.crs.code == "EPSG:32645")
    #expect(scenes.grid.transform.columnX == 0.13)
    #expect(scenes.grid.transform.originX.truncatingRemainder(dividingBy: 0.13) == 0)
    #expect(scenes.gridReason == "UTM at the scenes' middle")
  }

  @Test func `goes by the region where there is one`() throws {
    let path = try scene("a.vrt", "EPSG:4326", 5.99, 50, 1e-5)
    let other = try scene("b.vrt", "EPSG:3857", 667_000, 6_446_000, 1)
    let scenes = try set(
      [path, other],
      WantedGrid(places: [Point(x: 6.2, y: 49.9), Point(x: 7, y: 49.9), Point(x: 7, y: 50.1)]))
    #expect(scenes.grid.crs.code == "EPSG:32632")
    #expect(scenes.gridReason == "UTM at the region's middle")
  }

  @Test func `reaches over the antimeridian`() throws {
    let scenes = try set([
      try scene("a.vrt", "EPSG:32760", 815_000, 8_118_000, 0.5),
      try scene("b.vrt", "EPSG:32701", 185_000, 8_118_000, 0.5),
    ])
    #expect(["EPSG:32760", "EPSG:32701"].contains(scenes.grid.crs.code))
    #expect(scenes.window.width < 200_000)
  }

  @Test func `keeps areas true where scenes are too far apart for UTM`() throws {
    let scenes = try set(
      [
        try scene("a.vrt", "EPSG:4326", 32.6, 0.35, 1e-5),
        try scene("b.vrt", "EPSG:4326", 85.5, 27.6, 1e-5),
      ].reversed(), WantedGrid(pixelMeters: 1))
    #expect(scenes.grid.crs.name == "WGS 84 / Equal area around 14N 59E")
    #expect(scenes.gridReason == "too wide for a zone of UTM: 53° of longitude")
    let named = try set(
      [try scene("c.vrt", "EPSG:4326", -70.2, -33.6, 1e-5)],
      WantedGrid(crs: "equal-area", pixelMeters: 1))
    #expect(named.grid.crs.name == "WGS 84 / Equal area around 34S 70W")
    #expect(named.gridReason == "named by the pipeline")
    let pole = try set(
      [
        try scene("d.vrt", "EPSG:3031", -10_000, 8_000, 100),
        try scene("e.vrt", "EPSG:3031", -10_050, 8_000, 100),
      ], WantedGrid(crs: "equal-area"))
    #expect(pole.grid.crs.name == "WGS 84 / Equal area around 90S 52W")
  }

  @Test func `has the pixel size and the corner that are asked for`() throws {
    let scenes = try set(
      [try scene("a.vrt", "EPSG:32645", 500_000, 3_000_000, 1)],
      WantedGrid(crs: "EPSG:2232", pixelMeters: 0.3, origin: Point(x: 100.5, y: 7)))
    #expect(abs(scenes.grid.transform.columnX - 0.3 / 0.3048006096) < 1e-9)
    let pixel = scenes.grid.transform.pixel(x: 100.5, y: 7)
    #expect(abs(pixel.x - pixel.x.rounded()) < 1e-6)
  }

  @Test func `is rounded to two digits`() {
    #expect(
      [0.1327, 0.5, 1.04, 9.96, 12.3, 4768].map(GridMaker.rounded) == [0.13, 0.5, 1, 10, 12, 4800])
  }

  @Test func `must be in lengths`() throws {
    let error = #expect(throws: TilingError.self) {
      try set(
        [try scene("a.vrt", "EPSG:4326", 5, 50, 1e-5)], WantedGrid(crs: "EPSG:4326", pixelMeters: 1)
      )
    }
    #expect(
      error?.description == """
        cannot make a grid of square pixels in EPSG:4326 (WGS 84)
          its coordinates are no lengths
          name a projected system, such as `grid: {crs: EPSG:32645}`, or write `grid: auto`
        """)
    let unknown = #expect(throws: TilingError.self) {
      try set([try scene("b.vrt", "EPSG:4326", 5, 50, 1e-5)], WantedGrid(crs: "EPSG:1234567"))
    }
    #expect(unknown?.description.hasPrefix("cannot use the coordinate reference system") == true)
  }

  @Test func `must suit the scenes' part of the earth`() throws {
    let pole = try folder.draw(
      "pole.vrt", size: PixelSize(width: 100, height: 100),
      bands: [DrawnBand(bytes: [UInt8](repeating: 5, count: 10_000))], crs: "EPSG:3031",
      transform: GeoTransform(west: -500_000, north: 500_000, pixel: 10_000))
    let error = #expect(throws: TilingError.self) {
      try set([pole], WantedGrid(crs: "EPSG:3857", pixelMeters: 100))
    }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 3)
    #expect(lines.first == "cannot warp scene '\(pole)' to EPSG:3857 (WGS 84 / Pseudo-Mercator)")
    #expect(
      lines.last
        == "  name a grid that suits its part of the earth, `grid: {crs: EPSG:…}`, or map it by itself"
    )
    let wide = try folder.draw(
      "wide.vrt", size: PixelSize(width: 100, height: 100),
      bands: [DrawnBand(bytes: [UInt8](repeating: 5, count: 10_000))], crs: "EPSG:4326",
      transform: GeoTransform(west: 0, north: 80, pixel: 0.4))
    #expect(throws: TilingError.self) {
      try set([wide], WantedGrid(crs: "EPSG:3857", pixelMeters: 10_000))
    }
  }

  @Test func `is not made for scenes that only a camera's model places`() throws {
    let path = try folder.draw(
      "camera.vrt", size: size, bands: [gray], crs: "EPSG:4326", transform: nil,
      extra: """
        <Metadata domain="RPC"><MDI key="LINE_OFF">2</MDI><MDI key="SAMP_OFF">2</MDI></Metadata>
        """)
    let error = #expect(throws: TilingError.self) { try set([path]) }
    #expect(
      error?.description == """
        cannot place scene '\(path)' on the ground
          it has rational polynomials (RPC) in place of a geotransform, which need a height model
          orthorectify it first, for example with `gdalwarp -rpc -to RPC_DEM=dem.tif '\(path)' ortho.tif`
        """)
  }
}
