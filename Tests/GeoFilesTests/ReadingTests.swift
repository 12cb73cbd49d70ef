import Grids
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `Reading rasters` {
  let folder: DrawnFolder
  let size = PixelSize(width: 3, height: 2)
  let whole = PixelWindow(x: 0, y: 0, width: 3, height: 2)

  init() throws { folder = try DrawnFolder() }

  @Test func `bands are named by description, then by colour, then by number`() throws {
    let zeros = [UInt8](repeating: 0, count: 6)
    let path = try folder.draw(
      "bands.vrt", size: size,
      bands: [
        DrawnBand(bytes: zeros, name: "near infrared", color: "Red"),
        DrawnBand(bytes: zeros, color: "Green"), DrawnBand(bytes: zeros),
        DrawnBand(bytes: zeros, color: "Alpha"),
      ])
    let bands = try Dataset(opening: path).bands
    #expect(bands.map(\.name) == ["near infrared", "green", "band 3", "alpha"])
    #expect(bands.map(\.isAlpha) == [false, false, false, true])
    #expect(bands.map(\.index) == [1, 2, 3, 4])
  }

  @Test func `numbers larger than bytes are refused as bytes`() throws {
    let path = try folder.draw(
      "words.vrt", size: size, bands: [DrawnBand(words: [1, 2, 3, 4, 5, 60_000])])
    let file = try Dataset(opening: path)
    #expect(throws: GeoFileError.notBytes(band: 1, type: .uint16, path: path)) {
      _ = try file.readBytes(in: whole, bands: [1])
    }
  }

  @Test func `floats come as they are, into the place they belong`() throws {
    let path = try folder.draw(
      "floats.vrt", size: size,
      bands: [
        DrawnBand(words: [1, 2, 3, 4, 5, 60_000]), DrawnBand(floats: [0.5, 1.5, 2.5, 3, 4, 5]),
      ])
    let file = try Dataset(opening: path)
    var picture = [Float](repeating: -1, count: 16)
    let window = PixelWindow(x: 1, y: 0, width: 2, height: 2)
    try picture.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
      try file.readFloats(in: window, bands: [2, 1], into: buffer, rowStride: 4, bandStride: 8)
    }
    let expected: [Float] = [1.5, 2.5, -1, -1, 4, 5, -1, -1, 2, 3, -1, -1, 5, 60_000, -1, -1]
    #expect(picture == expected)
  }

  @Test func `a window outside is refused`() throws {
    let path = try folder.draw(
      "small.vrt", size: size, bands: [DrawnBand(bytes: [1, 2, 3, 4, 5, 6])])
    let file = try Dataset(opening: path)
    #expect(throws: GeoFileError.self) {
      _ = try file.readBytes(in: PixelWindow(x: 2, y: 0, width: 2, height: 1), bands: [1])
    }
    #expect(throws: GeoFileError.self) { _ = try file.readBytes(in: whole, bands: [2]) }
  }

  @Test func `a rotated and a south-up raster keep their transforms`() throws {
    let pixels = DrawnBand(bytes: [1, 2, 3, 4, 5, 6])
    let turned = GeoTransform(
      originX: 10, columnX: 0.8, rowX: 0.6, originY: 20, columnY: 0.6, rowY: -0.8)
    let file = try Dataset(
      opening: try folder.draw("turned.vrt", size: size, bands: [pixels], transform: turned))
    #expect(file.transform == turned)
    let isRotated = file.isRotated
    #expect(isRotated)
    let flipped = GeoTransform(
      originX: 10, columnX: 1, rowX: 0, originY: 20, columnY: 0, rowY: 1)
    let upright = try Dataset(
      opening: try folder.draw("south.vrt", size: size, bands: [pixels], transform: flipped))
    #expect(upright.transform == flipped)
    let isUprightRotated = upright.isRotated
    #expect(!isUprightRotated)
  }

  @Test func `a raster placed nowhere says so`() throws {
    let path = try folder.draw(
      "nowhere.vrt", size: size, bands: [DrawnBand(bytes: [1, 2, 3, 4, 5, 6])], crs: "",
      transform: nil)
    let file = try Dataset(opening: path)
    #expect(file.transform == nil)
    #expect(file.crs == nil)
    let hasPoints = file.hasGroundControlPoints
    #expect(!hasPoints)
  }

  @Test func `a missing file is refused in three lines`() throws {
    let path = folder.file("absent.tif")
    do {
      _ = try Dataset(opening: path)
      Issue.record("it was opened")
    } catch {
      #expect(
        "\(error)" == """
          cannot open '\(path)'
            GDAL says: \(path): No such file or directory
            try `gdalinfo '\(path)'` to see whether GDAL can read it at all
          """)
    }
  }

  @Test func `a text is not a raster`() throws {
    let path = try folder.write("hello", to: "hello.tif")
    do {
      _ = try Dataset(opening: path)
      Issue.record("it was opened")
    } catch {
      #expect(
        "\(error)" == """
          cannot open '\(path)'
            GDAL says: `\(path)' not recognized as a supported file format.
            try `gdalinfo '\(path)'` to see whether GDAL can read it at all
          """)
    }
  }
}
