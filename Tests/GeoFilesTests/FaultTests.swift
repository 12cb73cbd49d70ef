import Foundation
import Grids
import Polygons
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `When the disk is full` {
  @Test func `the system's words tell it`() {
    let full = GeoFileError.cannotClose(
      path: "a.tif", reason: "GDAL says: TIFFAppendToStrip:Write error (No space left on device)")
    #expect(
      full.description == """
        cannot finish writing 'a.tif'; the file on disk is incomplete
          GDAL says: TIFFAppendToStrip:Write error (No space left on device)
          free some space and run the same command again; finished work is kept
        """)
  }

  @Test func `a device that takes no byte is reported as full`() throws {
    let folder = try DrawnFolder()
    let path = folder.file("full.tif")
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
    let description = GeoTIFFDescription(
      size: PixelSize(width: 600, height: 600), bandCount: 1,
      transform: GeoTransform(west: 0, north: 0, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32645"))
    let whole = PixelWindow(x: 0, y: 0, width: 600, height: 600)
    let error = #expect(throws: GeoFileError.self) {
      let writer = try GeoTIFFWriter(creating: path, description)
      try writer.write([UInt8](repeating: 7, count: whole.area), in: whole, band: 1)
      try writer.close()
    }
    #expect(error?.description.contains("No space left on device") == true)
  }

  /// What OGR's driver for GeoJSON does when a write fails: it does not look, and goes on.
  @Test func `a piece that never reached a file of outlines shows in what it holds`() throws {
    let folder = try DrawnFolder()
    let path = folder.file("outlines.geojsonl")
    let writer = try VectorWriter(
      creating: path, format: .geoJSONSequence, layer: "outlines",
      crs: try CoordinateReference(definition: "EPSG:32645"), fields: [])
    let written = VectorTally()
    for index in 0..<40 {
      let x = 500_000 + Double(index) * 30
      let outline = Polygon(
        outer: Ring([
          Point(x: x, y: 3_000_000), Point(x: x + 20, y: 3_000_000), Point(x: x, y: 3_000_020),
        ]))
      try writer.write(outline, values: [])
      written.add([outline])
    }
    try writer.close()
    #expect(try VectorTally(reading: path).difference(from: written) == nil)

    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count - 60).write(to: URL(fileURLWithPath: path))
    #expect(throws: GeoFileError.self) {
      if let reason = try VectorTally(reading: path).difference(from: written) {
        throw GeoFileError.wroteWrongly(path: path, reason: reason)
      }
    }
    // From the middle of one line to the middle of another: what is left can be read.
    try (whole.prefix(1_000) + whole.dropFirst(3_000)).write(to: URL(fileURLWithPath: path))
    #expect(throws: GeoFileError.self) {
      if let reason = try VectorTally(reading: path).difference(from: written) {
        throw GeoFileError.wroteWrongly(path: path, reason: reason)
      }
    }
  }

  @Test func `a piece that never reached commands for PostGIS shows in what they hold`() throws {
    let folder = try DrawnFolder()
    let path = folder.file("outlines.sql")
    let writer = try VectorWriter(
      creating: path, format: .sql, layer: "outlines",
      crs: try CoordinateReference(definition: "EPSG:32645"), fields: [])
    let written = VectorTally()
    for index in 0..<40 {
      let x = 500_000 + Double(index) * 30
      let outline = Polygon(
        outer: Ring([
          Point(x: x, y: 3_000_000), Point(x: x + 20, y: 3_000_000), Point(x: x, y: 3_000_020),
        ]))
      try writer.write(outline, values: [])
      written.add([outline])
    }
    try writer.close()

    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count - 60).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: GeoFileError.self) { try VectorTally(readingCommands: path) }
    #expect(error?.description.contains("it ends before the last command") == true)
    try (whole.prefix(2_000) + whole.dropFirst(3_000)).write(to: URL(fileURLWithPath: path))
    #expect(try VectorTally(readingCommands: path).difference(from: written) != nil)
  }

  @Test func `a file that cannot be made is an error`() throws {
    let description = GeoTIFFDescription(
      size: PixelSize(width: 10, height: 10), bandCount: 1,
      transform: GeoTransform(west: 0, north: 0, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32645"))
    let path = "/absent-folder/a.tif"
    let error = #expect(throws: GeoFileError.self) {
      try GeoTIFFWriter(creating: path, description).close()
    }
    #expect(
      error?.description == """
        cannot create '/absent-folder/a.tif'
          GDAL says: Attempt to create new tiff file `/absent-folder/a.tif' failed: \
        No such file or directory
          see that the folder exists, that it can be written to, and that its disk has space
        """)
  }
}
