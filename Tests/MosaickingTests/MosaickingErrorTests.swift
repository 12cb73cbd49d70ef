import GeoFiles
import Grids
import Mosaicking
import Previews
import Testing

@Suite struct `Errors of mosaicking` {
  @Test func `say that a file cannot be trusted`() {
    #expect(
      MosaickingError.pixelsDiffer(path: "map.tif").description == """
        cannot trust 'map.tif'
          read back, its pixels differ from those that were written, though GDAL reported no error
          see that the disk has space and is sound, and run the same command again
        """)
  }

  @Test func `say that pixels are missing`() {
    #expect(
      MosaickingError.incomplete(path: "part.tif", missing: 12).description == """
        cannot finish 'part.tif'
          12 of its pixels were never given
          this is a fault of the program: please report it with the command that led here
        """)
  }

  @Test func `say that a part does not fit`() {
    let window = PixelWindow(x: -512, y: 0, width: 1024, height: 512)
    let error = MosaickingError.partMisfits(
      path: "part.tif", size: PixelSize(width: 100, height: 200), window: window)
    #expect(
      error.description == """
        cannot place 'part.tif' in the mosaic
          it holds 100×200 px, and its shard is 1024×512@(-512, 0)
          this is a fault of the program: please report it with the command that led here
        """)
  }

  @Test func `pass on what a raster or a picture said`() {
    let file = GeoFileError.cannotOpen(path: "part.tif", reason: "no such file")
    let picture = PNGError.cannotDecode(reason: "no PNG")
    #expect(MosaickingError.file(file).description == file.description)
    #expect(MosaickingError.picture(picture).description == picture.description)
  }
}
