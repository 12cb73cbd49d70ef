import Footprints
import GeoFiles
import Grids
import TestSupport
import Testing

@Suite struct `Mosaic files` {
  /// Writes a raster of one value at a place of the lattice.
  private func write(
    _ value: UInt8, _ name: String, in window: PixelWindow, to folder: DrawnFolder
  ) throws -> MosaicFiles.File {
    let grid = RunGrid(
      of: GeoTransform(west: 0, north: 0, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    let path = folder.file(name)
    let writer = try GeoTIFFWriter(
      creating: path,
      GeoTIFFDescription(
        size: window.size, bandCount: 1, transform: grid.transform(of: window), crs: grid.crs))
    try [UInt8](repeating: value, count: window.area).withUnsafeBufferPointer { pixels in
      try writer.write(pixels, in: PixelWindow(window.size), band: 1)
    }
    try writer.close()
    return MosaicFiles.File(path: path, window: window)
  }

  @Test func `a window is put together from every file that holds a part of it`() throws {
    let folder = try DrawnFolder()
    let files = MosaicFiles([
      try write(10, "a.tif", in: PixelWindow(x: -4, y: 2, width: 4, height: 3), to: folder),
      try write(20, "b.tif", in: PixelWindow(x: 0, y: 2, width: 4, height: 3), to: folder),
    ])

    let bytes = try files.bytes(in: PixelWindow(x: -2, y: 1, width: 4, height: 2))

    #expect(bytes == [255, 255, 255, 255, 10, 10, 20, 20])
  }

  @Test func `beyond all files there is nodata`() throws {
    let bytes = try MosaicFiles([]).bytes(in: PixelWindow(x: 7, y: 7, width: 2, height: 1))

    #expect(bytes == [255, 255])
  }

  @Test func `more files are read than are open at a time`() throws {
    let folder = try DrawnFolder()
    let count = 2 * MosaicFiles.openLimit + 1
    let files = MosaicFiles(
      try (0..<count).map { index in
        try write(
          UInt8(index), "\(index).tif", in: PixelWindow(x: 2 * index, y: 0, width: 2, height: 1),
          to: folder)
      })
    let window = PixelWindow(x: 0, y: 0, width: 2 * count, height: 1)

    let first = try files.bytes(in: window)
    let again = try files.bytes(in: window)

    #expect(first == (0..<2 * count).map { UInt8($0 / 2) })
    #expect(again == first)
  }

  @Test func `a file that is gone is an error in GDAL's words`() throws {
    let folder = try DrawnFolder()
    let file = MosaicFiles.File(
      path: folder.file("none.tif"), window: PixelWindow(x: 0, y: 0, width: 2, height: 2))

    #expect(throws: GeoFileError.self) {
      try MosaicFiles([file]).bytes(in: PixelWindow(x: 0, y: 0, width: 1, height: 1))
    }
  }
}
