import Foundation
import GeoFiles
import Grids
import Imagery
import Testing

@testable import Mosaicking

@Suite struct `What a mosaic says of itself` {
  let folder: TemporaryFolder
  let window = PixelWindow(x: 0, y: 0, width: 1100, height: 700)

  init() throws { folder = try TemporaryFolder() }

  func write(_ layer: MosaicLayer) throws -> String {
    let parts = try DrawnMap.writeParts(of: window, shard: 1024, core: 512, in: folder)
    let path = folder.file(DrawnMap.layers.name(of: layer) + ".tif")
    _ = try Mosaicker(grid: DrawnMap.grid(), layers: DrawnMap.layers).write(
      layer, of: window, from: parts, by: folder.file("temporary.tif"), to: path)
    return path
  }

  /// What a program says; nil when it is not there or fails.
  static func output(of program: String, _ arguments: [String]) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
  }

  static let hasValidator =
    output(
      of: "/usr/bin/python3", ["-c", "import osgeo_utils.samples.validate_cloud_optimized_geotiff"])
    != nil

  @Test func `of classes are colours, names and nodata`() throws {
    let band = try Dataset(opening: write(.classes)).bands[0]
    #expect(band.name == "class" && band.nodata == 255 && band.scale == nil)
    #expect(band.colors?.prefix(3) == [[40, 60, 40], [230, 80, 60], [60, 110, 220]])
  }

  @Test func `of probabilities are their unit and nodata`() throws {
    let band = try Dataset(opening: write(.probability(0))).bands[0]
    #expect(band.name == "probability of building" && band.nodata == 255 && band.scale == 0.005)
  }

  @Test func `of coverage are colours and no nodata`() throws {
    let band = try Dataset(opening: write(.coverage)).bands[0]
    #expect(band.name == "coverage" && band.nodata == nil)
    #expect(band.colors?[1] == [74, 144, 104])
  }

  @Test(.enabled(if: output(of: "gdalinfo", ["--version"]) != nil, "needs gdalinfo"))
  func `of classes are the classes' names`() throws {
    let said = try #require(Self.output(of: "gdalinfo", [write(.classes)]))
    #expect(said.contains("CLASS_0=background\n  CLASS_1=building\n  CLASS_2=water\n"))
    #expect(said.contains("LAYOUT=COG") && said.contains("Block=512x512"))
  }

  @Test func `is neither where nor from what it was made`() throws {
    let path = try write(.classes)
    let bytes = try Data(contentsOf: URL(filePath: path))
    for secret in [folder.url.lastPathComponent, "temporary", "/tmp", "GDAL 3"] {
      #expect(bytes.range(of: Data(secret.utf8)) == nil)
    }
  }

  @Test(.enabled(if: hasValidator, "needs GDAL's COG validator"))
  func `is a valid Cloud-Optimized GeoTIFF`() throws {
    for layer in DrawnMap.layers.all {
      let path = try write(layer)
      let said = Self.output(
        of: "/usr/bin/python3",
        ["-m", "osgeo_utils.samples.validate_cloud_optimized_geotiff", "--full-check=yes", path])
      #expect(said?.contains("is a valid cloud optimized GeoTIFF") == true)
    }
  }
}
