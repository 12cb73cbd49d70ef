import GeoFiles
import Grids
import Testing
import Tiling

@Suite struct `The words of errors with scenes` {
  @Test func `lists and bands`() {
    #expect(
      "\(TilingError.unreadableList(path: "scenes.txt"))" == """
        cannot read the list of scenes 'scenes.txt'
          it is not text in UTF-8
          write one path per line; paths are relative to the list
        """)
    #expect(
      "\(TilingError.bandMissing(band: "nir", path: "a.tif", available: ["red", "green"]))" == """
        cannot find band 'nir' in scene 'a.tif'
          it has 1 (red), 2 (green)
          choose bands by these names or numbers under `bands`
        """)
  }

  @Test func `folders and files that are not what they were`() {
    #expect(
      "\(TilingError.cannotList(path: "scenes", reason: "Too many open files"))" == """
        cannot find scenes in 'scenes'
          the system says: Too many open files
          check that the folder may be read, or name the files themselves
        """)
    let differ = TilingError.filesDiffer(
      path: "a.tif", planned: ["a.tif", "a.tif.msk"], found: ["a.tif"])
    #expect(
      "\(differ)" == """
        scene 'a.tif' is not read from the files that it was planned with
          they were a.tif, a.tif.msk, and are a.tif
          leave masks, overviews and .aux.xml as they are, and run the same command again
        """)
  }

  @Test func `files that end too early, or are no rasters`() {
    #expect(
      "\(TilingError.truncated(path: "a.tif", reason: "block 9 ends beyond the file"))" == """
        scene 'a.tif' is truncated
          block 9 ends beyond the file
          fetch it again, and compare its size and checksum with the source
        """)
    let cause = GeoFileError.cannotOpen(path: "a.tif", reason: "GDAL says: no")
    #expect("\(TilingError.notARaster(path: "a.tif", cause: cause))" == "\(cause)")
    #expect("\(TilingError.cannotPlace(path: "a.tif", cause: cause))" == "\(cause)")
  }

  @Test func `a region beyond the scenes`() {
    let crs = CoordinateReference(wkt: "", code: "EPSG:1", name: "A", isGeographic: false)
    let error = TilingError.regionOutside(
      path: "a.geojson", scenes: GroundBounds(west: 1, south: 2, east: 3, north: 4), crs: crs)
    #expect(
      "\(error)" == """
        cannot map the region 'a.geojson'
          it lies outside all scenes, which reach from (1.0, 2.0) to (3.0, 4.0) in EPSG:1 (A)
          check that it is the right file and names the right coordinate reference system
        """)
  }
}
