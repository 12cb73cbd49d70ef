import Foundation
import Grids
import Imagery
import TestSupport
import Testing

@testable import GeoFiles

/// Files from the tests of GDAL, rasterio and others, and what GDAL 3.6.2 reads from each: lies
/// beside the repository, and is not part of it.
private enum StressFiles {
  static let folder: String = {
    var url = URL(fileURLWithPath: #filePath)
    while url.path != "/" {
      url.deleteLastPathComponent()
      let manifest = url.appendingPathComponent("Package.swift").path
      if FileManager.default.fileExists(atPath: manifest) { break }
    }
    return url.deletingLastPathComponent().appendingPathComponent("shared/data/stress").path
  }()

  static let expected: [String: Expected] = {
    guard let text = try? String(contentsOfFile: "\(folder)/expected.json", encoding: .utf8),
      // Python writes NaN, which JSON has no word for.
      let table = try? JSONDecoder().decode(
        [String: Entry].self,
        from: Data(text.replacingOccurrences(of: ": NaN", with: ": \"nan\"").utf8))
    else { return [:] }
    return table.mapValues(\.gdal_3_6_2)
  }()

  static let names = expected.keys.sorted()
  static var areThere: Bool { FileManager.default.fileExists(atPath: "\(folder)/expected.json") }
  static let comment: Comment = "needs the stress files beside the repository"
}

private struct Entry: Decodable { let gdal_3_6_2: Expected }

private struct Expected: Decodable {
  let size: [Int]?
  let dt: String?
  let gt: [Double]?
  let crs: String?
  let gcps: Int?
  let ov: Int?
  let nodata: Number?
  let sha: [String]?
  let err: String?
}

private struct Number: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = (try? container.decode(Double.self)) ?? .nan
  }
}

@Suite(.enabled(if: StressFiles.areThere, StressFiles.comment))
struct `Rasters from the wild` {
  @Test func `there are a hundred of them`() {
    #expect(StressFiles.names.count == 100)
  }

  @Test(arguments: StressFiles.names)
  func `a file reads to the recorded values or is refused`(_ name: String) throws {
    let expected = try #require(StressFiles.expected[name])
    do {
      let file = try Dataset(opening: "\(StressFiles.folder)/\(name)")
      let size = try #require(expected.size)
      #expect([file.size.width, file.size.height, file.bandCount] == size)
      try checkPlace(of: file, expected)
      try checkPixels(of: file, expected)
    } catch let error as GeoFileError {
      // Complex numbers are no picture, and one file claims 1.6 billion rows it does not have.
      let isRecorded = expected.err != nil || expected.sha == nil || expected.dt == "CInt32"
      #expect(isRecorded, "\(error)")
      #expect("\(error)".split(separator: "\n").count == 3)
    }
  }

  /// Counted by GDAL 3.6.2 in Python, over the bands that are not alpha:
  /// `numpy.logical_or.reduce([b.GetMaskBand().ReadAsArray() != 0 for b in bands]).sum()`.
  @Test(arguments: [
    ("rio-cogeo/image_rgb_mask.tif", 237_144),
    ("rio-cogeo/image_nan.tif", 46_464),
    ("rio-cogeo/image_nodata.tif", 176_127),
    ("gdal/rgba_with_alpha_0_and_255.tif", 3),
    ("rasterio/RGBA.uint16.tif", 127_316),
    ("rasterio/RGB.byte.tif", 383_115),
    ("rio-tiler/201404_13SED190110_201404_0x1500m_CL_1_mask.tif", 86_117),
    ("rio-tiler/201404_13SED190110_201404_0x1500m_CL_1_nodata.tif", 86_492),
    ("geotiff-test-data/gadas-cyprus.tif", 623_205),
    ("gdal/test3_with_mask_8bit.tif", 100),
    ("gdal/test_with_mask_1bit_and_ovr.tif", 100),
    ("rio-tiler/mosaic_cog1.tif", 415_658),
    ("terratorch/segmentation_test_0_input.tif", 50_176),
  ])
  func `as many pixels hold a picture as GDAL counts`(_ name: String, _ count: Int) throws {
    let file = try Dataset(opening: "\(StressFiles.folder)/\(name)")
    let bands = file.bands.filter { !$0.isAlpha }.map(\.index)
    let validity = try file.readValidity(in: PixelWindow(file.size), bands: bands)
    #expect(validity.validCount == count)
  }

  private func checkPlace(of file: borrowing Dataset, _ expected: Expected) throws {
    if expected.err == nil {
      #expect(
        file.transform?.coefficients
          == expected.gt.map { [$0[0], $0[1], $0[2], $0[3], $0[4], $0[5]] })
      #expect(file.crs.map { "\($0.code ?? ":") \($0.name)" } == expected.crs)
      let hasPoints = file.hasGroundControlPoints
      #expect(hasPoints == ((expected.gcps ?? 0) > 0))
      #expect(file.overviewCount == expected.ov)
    }
    let nodata = file.bands[0].nodata
    #expect(nodata == expected.nodata?.value || (nodata?.isNaN == expected.nodata?.value.isNaN))
  }

  private func checkPixels(of file: borrowing Dataset, _ expected: Expected) throws {
    let whole = PixelWindow(file.size)
    guard let hashes = expected.sha, expected.dt != "CInt32" else {
      // Too large to be read whole: the last pixel must do.
      let last = PixelWindow(x: whole.maxX - 1, y: whole.maxY - 1, width: 1, height: 1)
      _ = try file.readDoubles(in: last, band: 1)
      return
    }
    for (index, band) in file.bands.enumerated() {
      let pixels = try native(file, band, whole)
      let hash = pixels.withUnsafeBytes { ContentHash.hex(of: $0) }
      #expect(hash.prefix(16) == hashes[index], "band \(band.index)")
      let validity = try file.readValidity(in: whole, bands: [band.index])
      #expect(validity.window == whole)
    }
  }

  /// A band's numbers as they lie in the file, made again from what was read.
  private func native(
    _ file: borrowing Dataset, _ band: BandDescription, _ window: PixelWindow
  ) throws -> [UInt8] {
    switch band.elementType {
    case .uint8: return try file.readBytes(in: window, bands: [band.index])
    case .uint16: return bytes(of: try floats(file, band, window).map { UInt16($0) })
    case .int16: return bytes(of: try floats(file, band, window).map { Int16($0) })
    case .float32: return bytes(of: try floats(file, band, window))
    case .float64: return bytes(of: try file.readDoubles(in: window, band: band.index))
    case .uint32:
      return bytes(of: try file.readDoubles(in: window, band: band.index).map { UInt32($0) })
    case .int32:
      return bytes(of: try file.readDoubles(in: window, band: band.index).map { Int32($0) })
    case .int64:
      return bytes(of: try file.readDoubles(in: window, band: band.index).map { Int64($0) })
    default:
      _ = try file.readDoubles(in: window, band: band.index)
      return []
    }
  }

  private func floats(
    _ file: borrowing Dataset, _ band: BandDescription, _ window: PixelWindow
  ) throws -> [Float] {
    var pixels = [Float](repeating: 0, count: window.area)
    try pixels.withUnsafeMutableBufferPointer { buffer throws(GeoFileError) in
      try file.readFloats(in: window, bands: [band.index], into: buffer)
    }
    return pixels
  }

  private func bytes<Value>(of values: [Value]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }
}
