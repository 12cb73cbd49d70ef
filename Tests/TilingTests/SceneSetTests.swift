import GeoFiles
import Grids
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Scenes on one grid` {
  let folder: DrawnFolder
  let size = PixelSize(width: 4, height: 2)
  let gray = DrawnBand(bytes: [1, 2, 3, 4, 5, 6, 7, 8])

  init() throws { folder = try DrawnFolder() }

  func place(_ west: Double, _ north: Double, pixel: Double = 1) -> GeoTransform {
    GeoTransform(west: west, north: north, pixel: pixel)
  }

  @Test func `each scene has its window on the lattice, negative too`() throws {
    let east = try folder.draw("east.vrt", size: size, bands: [gray], transform: place(3, 2))
    let west = try folder.draw("west.vrt", size: size, bands: [gray], transform: place(-7, 5))
    let scenes = try SceneSet(opening: [east, west])
    #expect(scenes.scenes[0].window == PixelWindow(x: 3, y: -2, width: 4, height: 2))
    #expect(scenes.scenes[1].window == PixelWindow(x: -7, y: -5, width: 4, height: 2))
    #expect(scenes.window == PixelWindow(x: -7, y: -5, width: 14, height: 5))
  }

  @Test func `a rotated and a south-up scene make grids of their own`() throws {
    let turned = GeoTransform(
      originX: 100, columnX: 0.8, rowX: 0.6, originY: 50, columnY: 0.6, rowY: -0.8)
    let path = try folder.draw("turned.vrt", size: size, bands: [gray], transform: turned)
    let next = try folder.draw(
      "next.vrt", size: size, bands: [gray], transform: turned.translated(byX: 4, y: 0))
    let scenes = try SceneSet(opening: [path, next])
    let first = scenes.scenes[0].window
    #expect(scenes.scenes[1].window == first.translated(byX: 4, y: 0))
    let origin = scenes.grid.transform.ground(x: Double(first.x), y: Double(first.y))
    #expect(abs(origin.x - 100) < 1e-9 && abs(origin.y - 50) < 1e-9)
    let flipped = GeoTransform(originX: 7, columnX: 1, rowX: 0, originY: 9, columnY: 0, rowY: 1)
    let south = try folder.draw("south.vrt", size: size, bands: [gray], transform: flipped)
    #expect(try SceneSet(opening: [south]).window == PixelWindow(x: 7, y: 9, width: 4, height: 2))
  }

  @Test func `half a pixel off the grid is refused, naming both`() throws {
    let first = try folder.draw("a.vrt", size: size, bands: [gray], transform: place(0, 0))
    let second = try folder.draw("b.vrt", size: size, bands: [gray], transform: place(4, 0))
    let third = try folder.draw("c.vrt", size: size, bands: [gray], transform: place(8.5, 0))
    #expect(try SceneSet(opening: [first, second]).scenes.count == 2)
    let error = #expect(throws: TilingError.self) {
      try SceneSet(opening: [first, second, third])
    }
    #expect(
      error?.description == """
        cannot map '\(first)' and '\(third)' in one run
          the origins lie 0.5 px off whole pixels; at most 0.01 is read
          write `grid: auto` in the pipeline to have them warped to one grid as they are read
        """)
  }

  @Test func `another reference system is refused, another spelling is not`() throws {
    let first = try folder.draw("a.vrt", size: size, bands: [gray], crs: "EPSG:32645")
    let same = try folder.draw(
      "b.vrt", size: size, bands: [gray], crs: "+proj=utm +zone=45 +datum=WGS84 +units=m")
    let other = try folder.draw("c.vrt", size: size, bands: [gray], crs: "EPSG:32644")
    #expect(try SceneSet(opening: [first, same]).scenes.count == 2)
    #expect(
      throws: TilingError.gridsDiffer(
        first: first, second: other,
        reason: "the first is in EPSG:32645 (WGS 84 / UTM zone 45N), "
          + "the second in EPSG:32644 (WGS 84 / UTM zone 44N)")
    ) { try SceneSet(opening: [first, other]) }
  }

  @Test func `a scene without a place on the ground is refused`() throws {
    let nowhere = try folder.draw("a.vrt", size: size, bands: [gray], transform: nil)
    #expect(throws: TilingError.withoutTransform(path: nowhere)) {
      try SceneSet(opening: [nowhere])
    }
    let unnamed = try folder.draw("b.vrt", size: size, bands: [gray], crs: "")
    #expect(throws: TilingError.withoutCRS(path: unnamed)) { try SceneSet(opening: [unnamed]) }
    let points = """
      <GCPList Projection="EPSG:4326"><GCP Id="1" Pixel="0" Line="0" X="1" Y="2"/>\
      <GCP Id="2" Pixel="4" Line="0" X="2" Y="2"/>\
      <GCP Id="3" Pixel="0" Line="2" X="1" Y="1"/></GCPList>
      """
    let pinned = try folder.draw(
      "c.vrt", size: size, bands: [gray], crs: "", transform: nil, extra: points)
    #expect(throws: TilingError.onlyControlPoints(path: pinned)) {
      try SceneSet(opening: [pinned])
    }
  }

  @Test func `differing band counts are refused, alpha is not counted`() throws {
    let one = try folder.draw("a.vrt", size: size, bands: [gray])
    let two = try folder.draw("b.vrt", size: size, bands: [gray, gray])
    var alpha = gray
    alpha.color = "Alpha"
    let withAlpha = try folder.draw("c.vrt", size: size, bands: [gray, alpha])
    #expect(try SceneSet(opening: [one, withAlpha]).bandCount == 1)
    #expect(
      throws: TilingError.bandCountsDiffer(first: one, firstCount: 1, second: two, secondCount: 2)
    ) { try SceneSet(opening: [one, two]) }
  }

  @Test func `differing types of numbers are refused`() throws {
    let bytes = try folder.draw("a.vrt", size: size, bands: [gray])
    let words = try folder.draw(
      "b.vrt", size: size, bands: [DrawnBand(words: [1, 2, 3, 4, 5, 6, 7, 8])])
    #expect(
      throws: TilingError.typesDiffer(
        first: bytes, firstType: .uint8, second: words, secondType: .uint16)
    ) { try SceneSet(opening: [bytes, words]) }
  }

  @Test func `bands are found by name in each scene`() throws {
    let red = DrawnBand(bytes: [1, 2, 3, 4, 5, 6, 7, 8], color: "Red")
    let near = DrawnBand(bytes: [1, 2, 3, 4, 5, 6, 7, 8], name: "NIR")
    let first = try folder.draw("a.vrt", size: size, bands: [red, near])
    let second = try folder.draw("b.vrt", size: size, bands: [near, red])
    let scenes = try SceneSet(opening: [first, second], bands: [.init("nir"), .init("red")])
    #expect(scenes.scenes.map(\.bands) == [[2, 1], [1, 2]])
    let error = #expect(throws: TilingError.self) {
      try SceneSet(opening: [first], bands: [.init("blue")])
    }
    #expect(
      error?.description == """
        cannot find band 'blue' in scene '\(first)'
          it has 1 (red), 2 (NIR)
          choose bands by these names or numbers under `bands`
        """)
  }

  @Test func `a file that is no raster is refused in GDAL's words`() throws {
    let path = try folder.write("hello", to: "hello.tif")
    let error = #expect(throws: TilingError.self) { try SceneSet(opening: [path]) }
    #expect(
      error?.description == """
        cannot open '\(path)'
          GDAL says: `\(path)' not recognized as a supported file format.
          try `gdalinfo '\(path)'` to see whether GDAL can read it at all
        """)
  }

  @Test func `a truncated GeoTIFF is refused when it is opened`() throws {
    let path = folder.file("cut.tif")
    let size = PixelSize(width: 1100, height: 600)
    let writer = try GeoTIFFWriter(
      creating: path,
      GeoTIFFDescription(
        size: size, bandCount: 1, transform: place(0, 0),
        crs: try CoordinateReference(definition: "EPSG:32645")))
    let pixels = (0..<size.area).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    try writer.write(pixels, in: PixelWindow(size), band: 1)
    try writer.close()
    try folder.truncate("cut.tif", by: 1_000)
    let error = #expect(throws: TilingError.self) { try SceneSet(opening: [path]) }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 3)
    #expect(lines.first == "scene '\(path)' is truncated")
  }

  @Test func `a region that meets no scene is refused`() throws {
    let scene = try folder.draw("a.vrt", size: size, bands: [gray], transform: place(10, 20))
    let scenes = try SceneSet(opening: [scene])
    func region(_ west: Int, _ north: Int) throws -> (Region, String) {
      let (east, south) = (west + 3, north - 3)
      let path = try folder.write(
        """
        {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name":
        "urn:ogc:def:crs:EPSG::32645"}}, "features": [{"type": "Feature", "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [[[\(west), \(south)], [\(east), \(south)],
        [\(east), \(north)], [\(west), \(north)], [\(west), \(south)]]]}}]}
        """, to: "region.geojson")
      return (try Region(reading: path, in: scenes.grid), path)
    }
    let (near, path) = try region(12, 19)
    #expect(
      try scenes.window(in: near, from: path) == PixelWindow(x: 12, y: -19, width: 2, height: 1))
    let (far, _) = try region(30, 19)
    let error = #expect(throws: TilingError.self) { try scenes.window(in: far, from: path) }
    #expect(
      error?.description == """
        cannot map the region '\(path)'
          it lies outside all scenes, which reach from (10.0, 18.0) to (14.0, 20.0) in \
        EPSG:32645 (WGS 84 / UTM zone 45N)
          check that it is the right file and names the right coordinate reference system
        """)
  }

  @Test func `complex numbers and colour tables are no picture`() throws {
    let complex = try folder.write(
      """
      <VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:32645</SRS>
      <GeoTransform>0, 1, 0, 0, 0, -1</GeoTransform><VRTRasterBand dataType="CFloat32" band="1"/>
      </VRTDataset>
      """, to: "complex.vrt")
    #expect(
      throws: TilingError.notAPicture(band: 1, path: complex, reason: "its numbers are complex")
    ) { try SceneSet(opening: [complex]) }
    let indexed = try folder.write(
      """
      <VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:32645</SRS>
      <GeoTransform>0, 1, 0, 0, 0, -1</GeoTransform><VRTRasterBand dataType="Byte" band="1">
      <ColorInterp>Palette</ColorInterp><ColorTable><Entry c1="1" c2="2" c3="3" c4="255"/>
      </ColorTable></VRTRasterBand></VRTDataset>
      """, to: "indexed.vrt")
    let error = #expect(throws: TilingError.self) { try SceneSet(opening: [indexed]) }
    #expect(
      error?.description == """
        cannot map band 1 of scene '\(indexed)'
          its numbers are places in a colour table
          turn it into a picture first, for example with `gdal_translate -expand rgb`
        """)
  }
}
