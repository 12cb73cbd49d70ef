import CGDAL
import Footprints
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@Suite struct `A raster of probabilities` {
  private let folder: DrawnFolder

  init() throws { folder = try DrawnFolder() }

  /// Writes a raster of one band, 4 px wide, on 1 m pixels in Uganda's UTM zone.
  private func write(
    _ values: [Double], as type: GDALDataType = GDT_Byte, to name: String = "p.tif",
    nodata: Double? = nil,
    scale: Double? = nil, west: Double = 450_000, code: String? = "EPSG:32636"
  ) throws -> ProbabilityRaster.Source {
    GDALRuntime.start(cacheMegabytes: 64)
    let path = folder.file(name)
    let rows = values.count / 4
    let raw = GDALCreate(GDALGetDriverByName("GTiff"), path, 4, Int32(rows), 1, type, nil)
    if let code {
      GDALSetProjection(raw, try CoordinateReference(definition: code).wkt)
      var six = [west, 1, 0, 35_000, 0, -1]
      GDALSetGeoTransform(raw, &six)
    }
    let band = GDALGetRasterBand(raw, 1)
    if let nodata { GDALSetRasterNoDataValue(band, nodata) }
    if let scale { GDALSetRasterScale(band, scale) }
    var numbers = values
    let status = GDALRasterIO(
      band, GF_Write, 0, 0, 4, Int32(rows), &numbers, 4, Int32(rows), GDT_Float64, 0, 0)
    #expect(status == CE_None)
    GDALClose(raw)
    return .init(path: path)
  }

  private func bytes(_ source: ProbabilityRaster.Source) throws -> [UInt8] {
    let raster = try ProbabilityRaster(source)
    return try raster.bytes(in: raster.window)
  }

  @Test func `bytes count to 254, and 255 is nodata`() throws {
    #expect(try bytes(try write([0, 127, 254, 255])) == [0, 100, 200, 255])
  }

  @Test func `floating-point numbers are probabilities, and NaN is nodata`() throws {
    let source = try write([0, 0.5, 1, .nan], as: GDT_Float32)

    #expect(try bytes(source) == [0, 100, 200, 255])
  }

  @Test func `what resampling overshoots is drawn in`() throws {
    #expect(try bytes(try write([-0.005, 0, 1.005, 1], as: GDT_Float64)) == [0, 0, 200, 200])
  }

  @Test func `the file's own scale and nodata count`() throws {
    let source = try write([0, 100, 200, 7], nodata: 7, scale: 0.005)

    #expect(try bytes(source) == [0, 100, 200, 255])
  }

  @Test func `a VRT of bytes is read like the bytes it is made of`() throws {
    let source = try write([0, 127, 254, 255])
    let path = try folder.write(
      """
      <VRTDataset rasterXSize="4" rasterYSize="1"><SRS>EPSG:32636</SRS>
      <GeoTransform>450000, 1, 0, 35000, 0, -1</GeoTransform>
      <VRTRasterBand dataType="Byte" band="1"><SimpleSource>
      <SourceFilename>\(source.path)</SourceFilename><SourceBand>1</SourceBand>
      </SimpleSource></VRTRasterBand></VRTDataset>
      """, to: "p.vrt")

    #expect(try bytes(.init(path: path)) == [0, 100, 200, 255])
  }

  @Test func `a mask of 0 and 1 is told by what stands for 1`() throws {
    var source = try write([0, 1, 1, 0])
    source.one = 1

    #expect(try bytes(source) == [0, 200, 200, 0])
  }

  @Test func `bytes that count to 255 have no nodata of their own`() throws {
    var source = try write([0, 51, 255, 255])
    source.one = 255

    #expect(try bytes(source) == [0, 40, 200, 200])
  }

  @Test func `beyond the raster there is nodata`() throws {
    let raster = try ProbabilityRaster(try write([127, 127, 127, 127]))
    let wide = raster.window.outset(by: 1)

    let bytes = try raster.bytes(in: wide)

    #expect(bytes.filter { $0 == 100 }.count == 4)
    #expect(bytes.filter { $0 == LayerValue.nodata }.count == 14)
  }

  @Test func `the largest probability that was read is known`() throws {
    let raster = try ProbabilityRaster(try write([0, 1, 1, 0]))
    #expect(raster.largestRead == 0)

    _ = try raster.bytes(in: raster.window)

    #expect(raster.largestRead == 0.005)
  }

  @Test func `numbers that are no probabilities are refused`() throws {
    let source = try write([0, 0.5, 3.25, 1], as: GDT_Float32)

    #expect(
      throws: ProbabilityRasterError.notAProbability(
        value: 3.25, one: 1, band: 1, path: source.path)
    ) { try bytes(source) }
    #expect(throws: ProbabilityRasterError.self) {
      try bytes(try write([0, -4, 0, 1], as: GDT_Float32))
    }
  }

  @Test func `a band that is not there is refused`() throws {
    var source = try write([0, 0, 0, 0])
    source.band = 2

    #expect(
      throws: ProbabilityRasterError.bandMissing(band: 2, path: source.path, count: 1)
    ) { try ProbabilityRaster(source) }
  }

  @Test func `a raster that lies nowhere is refused`() throws {
    let source = try write([0, 0, 0, 0], code: nil)

    #expect(throws: ProbabilityRasterError.withoutTransform(path: source.path)) {
      try ProbabilityRaster(source)
    }
  }

  @Test func `a second raster lies on the pixels of the first`() throws {
    let first = try ProbabilityRaster(try write([0, 0, 0, 0]))
    let east = try write([1, 1, 1, 1], to: "east.tif", west: 450_002)
    let between = try write([1, 1, 1, 1], to: "between.tif", west: 450_000.5)
    let elsewhere = try write([1, 1, 1, 1], to: "elsewhere.tif", code: "EPSG:32637")

    #expect(try ProbabilityRaster(east, on: first.grid).window.x == first.window.x + 2)
    for source in [between, elsewhere] {
      #expect(throws: ProbabilityRasterError.self) {
        try ProbabilityRaster(source, on: first.grid)
      }
    }
  }
}

@Suite struct `The words of raster errors` {
  @Test func `a band, a place, pixels and numbers that do not fit`() {
    #expect(
      "\(ProbabilityRasterError.bandMissing(band: 4, path: "p.tif", count: 3))" == """
        cannot trace band 4 of 'p.tif'
          the number of bands in the file is 3
          name another with `--band` or `--contact-band`; the first is 1
        """)
    #expect(
      "\(ProbabilityRasterError.withoutCRS(path: "p.tif"))" == """
        cannot place the raster 'p.tif' on the ground
          it does not name its coordinate reference system
          add it, for example with `gdal_edit.py -a_srs EPSG:… 'p.tif'`
        """)
    #expect(
      "\(ProbabilityRasterError.withoutTransform(path: "p.tif"))" == """
        cannot place the raster 'p.tif' on the ground
          it has no geotransform
          add one, for example with `gdal_edit.py -a_ullr … 'p.tif'`, or a world file beside it
        """)
    #expect(
      "\(ProbabilityRasterError.gridsDiffer(path: "c.tif", reason: "it is in A, not in B"))" == """
        cannot read 'c.tif' beside the raster that is traced: their pixels differ
          it is in A, not in B
          warp it to the same pixels first, for example with `gdalwarp -t_srs … -te … -ts …`
        """)
    #expect(
      "\(ProbabilityRasterError.notAProbability(value: 3.5, one: 1, band: 1, path: "p.tif"))" == """
        cannot trace band 1 of 'p.tif'
          it holds 3.5, and 1.0 stands for probability 1
          say with `--one` what stands for probability 1; logits need a sigmoid first
        """)
  }
}
