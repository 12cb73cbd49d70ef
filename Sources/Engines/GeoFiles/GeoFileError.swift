public import Grids

/// What can go wrong between Mapwright and a geographic file.
public enum GeoFileError: Error, Hashable, Sendable {
  // A reason is the cause on one line: "GDAL says: " and its words, or a sentence of ours.

  /// The file is absent, unreadable, or in a format this GDAL does not know.
  case cannotOpen(path: String, reason: String)
  /// The same, of a file of polygons.
  case cannotOpenVector(path: String, reason: String)
  /// A window reaches outside the raster, or a band number is not there.
  case windowOutside(
    window: PixelWindow, bands: [Int], size: PixelSize, bandCount: Int, path: String)
  /// Bytes were asked of a band whose numbers do not fit into bytes.
  case notBytes(band: Int, type: ElementType, path: String)
  /// The numbers of a band are complex, of which there is no picture.
  case complexNumbers(band: Int, path: String)
  /// GDAL failed while decoding, most often because of a truncated or corrupt block.
  case cannotRead(what: String, path: String, reason: String)
  /// The file could not be made.
  case cannotCreate(path: String, reason: String)
  /// Pixels or features could not be written; the file is incomplete.
  case cannotWrite(what: String, path: String, reason: String)
  /// The last flush failed; the file is incomplete.
  case cannotClose(path: String, reason: String)
  /// A written file read back differs from what was written.
  case wroteWrongly(path: String, reason: String)
  /// A table in PostgreSQL could not be loaded; the database is as it was.
  case cannotLoad(table: String, reason: String)
  /// A table of the same name is in the database, and was not made here.
  case tableOfOthers(table: String)
  /// The file does not say which system its coordinates are in.
  case missingCRS(path: String)
  /// No feature of the file has an area.
  case noPolygons(path: String)
  /// A coordinate reference system that GDAL and PROJ cannot work with.
  case unknownCRS(definition: String, reason: String)
  /// Coordinates that cannot be carried from one system to another.
  case cannotConvert(from: String, to: String, reason: String)
}

extension GeoFileError: CustomStringConvertible {
  /// Three lines: what could not be done, the cause, what to do next.
  public var description: String {
    switch self {
    case .cannotOpen, .cannotOpenVector, .windowOutside, .notBytes, .complexNumbers, .cannotRead:
      readingWords
    case .cannotCreate, .cannotWrite, .cannotClose, .wroteWrongly: writingWords
    case .cannotLoad, .tableOfOthers: databaseWords
    case .missingCRS, .noPolygons, .unknownCRS, .cannotConvert: placingWords
    }
  }

  /// The second line alone: why it could not be done.
  package var cause: String {
    let lines = description.split(separator: "\n")
    return lines.count > 1 ? String(lines[1].drop { $0 == " " }) : description
  }

  private var readingWords: String {
    switch self {
    case .cannotOpen(let path, let reason):
      """
      cannot open '\(path)'
        \(reason)
        try `gdalinfo '\(path)'` to see whether GDAL can read it at all
      """
    case .cannotOpenVector(let path, let reason):
      """
      cannot open '\(path)'
        \(reason)
        try `ogrinfo '\(path)'` to see whether GDAL can read it at all
      """
    case .windowOutside(let window, let bands, let size, let bandCount, let path):
      """
      cannot reach pixels \(window) of bands \(bands) in '\(path)'
        the file holds \(size) px and \(bandCount) bands
        this is a fault of the program: please report it with the command that led here
      """
    case .notBytes(let band, let type, let path):
      """
      cannot read band \(band) of '\(path)' as bytes
        its numbers are \(type.rawValue) and would be clamped
        scale them to bytes first, for example with `gdal_translate -ot Byte -scale`
      """
    case .complexNumbers(let band, let path):
      """
      cannot read band \(band) of '\(path)'
        its numbers are complex
        take their magnitude first, for example with `gdal_calc.py --calc "abs(A)"`
      """
    case .cannotRead(let what, let path, let reason):
      """
      cannot read \(what) of '\(path)'
        \(reason)
        the file may be truncated or damaged: compare its size and checksum with the source
      """
    default: ""
    }
  }

  private var writingWords: String {
    switch self {
    case .cannotCreate(let path, let reason):
      """
      cannot create '\(path)'
        \(reason)
        see that the folder exists, that it can be written to, and that its disk has space
      """
    case .cannotWrite(let what, let path, let reason):
      """
      cannot write \(what) of '\(path)'; the file on disk is incomplete
        \(reason)
        free some space and run the same command again; finished work is kept
      """
    case .cannotClose(let path, let reason):
      """
      cannot finish writing '\(path)'; the file on disk is incomplete
        \(reason)
        free some space and run the same command again; finished work is kept
      """
    case .wroteWrongly(let path, let reason):
      """
      '\(path)' does not hold what was written to it
        \(reason)
        see that the disk has space and is sound, and run the same command again
      """
    default: ""
    }
  }

  private var databaseWords: String {
    switch self {
    case .cannotLoad(let table, let reason):
      """
      cannot load table '\(table)' into PostgreSQL
        \(reason)
        see that `psql` reaches the database by PGSERVICE or PGHOST, PGDATABASE and PGUSER alone
      """
    case .tableOfOthers(let table):
      """
      cannot replace table '\(table)' in PostgreSQL
        its comment does not say that Mapwright made it
        rename it, or name another schema: `PGOPTIONS=-csearch_path=maps,public`
      """
    default: ""
    }
  }

  private var placingWords: String {
    switch self {
    case .missingCRS(let path):
      """
      cannot place '\(path)' on the ground
        it does not name its coordinate reference system
        add it, for example with `ogr2ogr -a_srs EPSG:… fixed.gpkg '\(path)'`
      """
    case .noPolygons(let path):
      """
      cannot take a region from '\(path)'
        it holds no polygon
        give a file with at least one polygon, in any format GDAL reads
      """
    case .unknownCRS(let definition, let reason):
      """
      cannot use the coordinate reference system '\(definition)'
        \(reason)
        try `gdalsrsinfo '\(definition)'`, or give an EPSG code such as EPSG:32645
      """
    case .cannotConvert(let from, let to, let reason):
      """
      cannot carry coordinates from \(from) to \(to)
        \(reason)
        see that the file's coordinate reference system is the one its numbers are in
      """
    default: ""
    }
  }
}
