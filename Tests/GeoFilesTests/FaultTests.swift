import Foundation
import Grids
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `When the disk is full` {
  @Test func `the system's words tell it`() {
    let full = GeoFileError.cannotClose(
      path: "a.tif", reason: "GDAL says: TIFFAppendToStrip:Write error (No space left on device)")
    #expect(full.isOutOfSpace)
    #expect(!GeoFileError.cannotOpen(path: "a.tif", reason: "no such file").isOutOfSpace)
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
    #expect(error?.isOutOfSpace == true)
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
