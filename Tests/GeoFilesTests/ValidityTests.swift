import Grids
import Imagery
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `Which pixels hold a picture` {
  let folder: DrawnFolder
  let size = PixelSize(width: 4, height: 1)
  let whole = PixelWindow(x: 0, y: 0, width: 4, height: 1)

  init() throws { folder = try DrawnFolder() }

  func validity(
    _ bands: [DrawnBand], of numbers: [Int], mask: [UInt8]? = nil, nodata: Double? = nil
  ) throws -> [UInt8] {
    let file = try Dataset(
      opening: try folder.draw("scene.vrt", size: size, bands: bands, mask: mask))
    return try file.readValidity(in: whole, bands: numbers, nodata: nodata).pixels
  }

  @Test func `all do when nothing is said`() throws {
    #expect(try validity([DrawnBand(bytes: [0, 0, 255, 1])], of: [1]) == [1, 1, 1, 1])
  }

  @Test func `one does not when all bands equal nodata`() throws {
    let red = DrawnBand(bytes: [0, 0, 5, 5], nodata: "0")
    let green = DrawnBand(bytes: [0, 5, 0, 5], nodata: "0")
    #expect(try validity([red, green], of: [1, 2]) == [0, 1, 1, 1])
  }

  @Test func `each band is compared with its own nodata`() throws {
    let red = DrawnBand(bytes: [0, 0, 255, 255], nodata: "0")
    let green = DrawnBand(bytes: [0, 255, 0, 255], nodata: "255")
    #expect(try validity([red, green], of: [1, 2]) == [1, 0, 1, 1])
  }

  @Test func `a band without nodata holds a picture everywhere`() throws {
    let red = DrawnBand(bytes: [0, 0, 5, 5], nodata: "0")
    let green = DrawnBand(bytes: [0, 5, 0, 5])
    #expect(try validity([red, green], of: [1, 2]) == [1, 1, 1, 1])
    #expect(try validity([red, green], of: [1]) == [0, 0, 1, 1])
  }

  @Test func `what the pipeline says replaces what the file says`() throws {
    let red = DrawnBand(bytes: [0, 7, 5, 7], nodata: "0")
    #expect(try validity([red], of: [1], nodata: 7) == [1, 0, 1, 0])
  }

  @Test func `not a number in any band is no picture`() throws {
    let first = DrawnBand(floats: [.nan, 1, 2, 3])
    let second = DrawnBand(floats: [1, 1, .nan, 3])
    #expect(try validity([first, second], of: [1, 2]) == [0, 1, 0, 1])
  }

  @Test func `nodata of NaN is found`() throws {
    let band = DrawnBand(floats: [.nan, 1, 2, .nan], nodata: "nan")
    #expect(try validity([band], of: [1]) == [0, 1, 1, 0])
  }

  @Test func `a nodata value is compared in single precision`() throws {
    let band = DrawnBand(floats: [-3.402_823_4e38, 0.1, 2, 3], nodata: "-3.4028234e+38")
    #expect(try validity([band], of: [1]) == [0, 1, 1, 1])
    let tenth = DrawnBand(floats: [0.1, 1, 2, 3], nodata: "0.1")
    #expect(try validity([tenth], of: [1]) == [0, 1, 1, 1])
  }

  @Test func `alpha of zero is no picture, and little alpha is one`() throws {
    let gray = DrawnBand(bytes: [9, 9, 9, 9], color: "Gray")
    let alpha = DrawnBand(bytes: [0, 1, 128, 255], color: "Alpha")
    #expect(try validity([gray, alpha], of: [1]) == [0, 1, 1, 1])
  }

  @Test func `alpha counts beside nodata`() throws {
    let gray = DrawnBand(bytes: [9, 0, 9, 9], nodata: "0", color: "Gray")
    let alpha = DrawnBand(bytes: [0, 255, 255, 255], color: "Alpha")
    #expect(try validity([gray, alpha], of: [1]) == [0, 0, 1, 1])
  }

  @Test func `alpha of sixteen bits counts`() throws {
    let gray = DrawnBand(words: [9, 9, 9, 9], color: "Gray")
    let alpha = DrawnBand(words: [0, 1, 300, 65_535], color: "Alpha")
    #expect(try validity([gray, alpha], of: [1]) == [0, 1, 1, 1])
  }

  @Test func `the mask of the file counts`() throws {
    let gray = DrawnBand(bytes: [9, 9, 9, 9])
    #expect(try validity([gray], of: [1], mask: [255, 0, 0, 255]) == [1, 0, 0, 1])
  }

  @Test func `mask and nodata both count`() throws {
    let gray = DrawnBand(bytes: [0, 9, 9, 9], nodata: "0")
    #expect(try validity([gray], of: [1], mask: [255, 0, 255, 255]) == [0, 0, 1, 1])
  }

  @Test func `the nodata of a whole file, given as a list, counts`() throws {
    let path = try folder.draw(
      "scene.vrt", size: size,
      bands: [DrawnBand(bytes: [0, 0, 5, 5]), DrawnBand(bytes: [9, 5, 9, 5])],
      extra: "<Metadata><MDI key=\"NODATA_VALUES\">0 9</MDI></Metadata>")
    let file = try Dataset(opening: path)
    #expect(try file.readValidity(in: whole, bands: [1, 2]).pixels == [0, 1, 1, 1])
  }
}
