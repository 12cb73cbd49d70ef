import GeoFiles
import Grids
import Testing

@Suite struct `The words of errors with geographic files` {
  @Test func `files that cannot be opened or made`() {
    #expect(
      "\(GeoFileError.cannotOpenVector(path: "a.gpkg", reason: "GDAL says: no"))" == """
        cannot open 'a.gpkg'
          GDAL says: no
          try `ogrinfo 'a.gpkg'` to see whether GDAL can read it at all
        """)
    #expect(
      "\(GeoFileError.cannotCreate(path: "a.tif", reason: "GDAL says: no"))" == """
        cannot create 'a.tif'
          GDAL says: no
          see that the folder exists, that it can be written to, and that its disk has space
        """)
    #expect(
      "\(GeoFileError.wroteWrongly(path: "a.tif", reason: "block 3 differs"))" == """
        'a.tif' does not hold what was written to it
          block 3 differs
          see that the disk has space and is sound, and run the same command again
        """)
  }

  @Test func `pixels that cannot be read`() {
    let outside = GeoFileError.windowOutside(
      window: PixelWindow(x: 0, y: 0, width: 9, height: 9), bands: [4],
      size: PixelSize(width: 5, height: 5), bandCount: 3, path: "a.tif")
    #expect(
      "\(outside)" == """
        cannot reach pixels 9×9@(0, 0) of bands [4] in 'a.tif'
          the file holds 5×5 px and 3 bands
          this is a fault of the program: please report it with the command that led here
        """)
    #expect(
      "\(GeoFileError.complexNumbers(band: 1, path: "a.tif"))" == """
        cannot read band 1 of 'a.tif'
          its numbers are complex
          take their magnitude first, for example with `gdal_calc.py --calc "abs(A)"`
        """)
  }

  @Test func `tables that cannot be loaded`() {
    #expect(
      "\(GeoFileError.cannotLoad(table: "town", reason: "GDAL says: no"))" == """
        cannot load table 'town' into PostgreSQL
          GDAL says: no
          see that `psql` reaches the database by PGSERVICE or PGHOST, PGDATABASE and PGUSER alone
        """)
    #expect(
      "\(GeoFileError.tableOfOthers(table: "town"))" == """
        cannot replace table 'town' in PostgreSQL
          its comment does not say that Mapwright made it
          rename it, or name another schema: `PGOPTIONS=-csearch_path=maps,public`
        """)
  }

  @Test func `places that cannot be told`() {
    #expect(
      "\(GeoFileError.missingCRS(path: "a.geojson"))" == """
        cannot place 'a.geojson' on the ground
          it does not name its coordinate reference system
          add it, for example with `ogr2ogr -a_srs EPSG:… fixed.gpkg 'a.geojson'`
        """)
    #expect(
      "\(GeoFileError.noPolygons(path: "a.geojson"))" == """
        cannot take a region from 'a.geojson'
          it holds no polygon
          give a file with at least one polygon, in any format GDAL reads
        """)
    #expect(
      "\(GeoFileError.unknownCRS(definition: "EPSG:1", reason: "GDAL says: no"))" == """
        cannot use the coordinate reference system 'EPSG:1'
          GDAL says: no
          try `gdalsrsinfo 'EPSG:1'`, or give an EPSG code such as EPSG:32645
        """)
    #expect(
      "\(GeoFileError.cannotConvert(from: "A", to: "B", reason: "GDAL says: no"))" == """
        cannot carry coordinates from A to B
          GDAL says: no
          see that the file's coordinate reference system is the one its numbers are in
        """)
  }
}
