import Foundation
import Grids
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `When the disk is full` {
  /// A device that takes no byte, as Linux has it.
  static let fullDevice = "/dev/full"

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
