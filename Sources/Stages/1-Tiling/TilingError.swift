public import GeoFiles
public import Grids

/// What can be wrong with the scenes of a run.
public enum TilingError: Error, Hashable, Sendable {
  /// Nothing was given.
  case noScenes
  /// A file or folder is not there.
  case missing(path: String)
  /// A folder holds no file that looks like a scene.
  case emptyFolder(path: String)
  /// A pattern matches no file.
  case nothingMatches(pattern: String)
  /// The system does not tell what a folder holds.
  case cannotList(path: String, reason: String)
  /// A scene is read from other files than it was when the run was planned.
  case filesDiffer(path: String, planned: [String], found: [String])
  /// A list of scenes is not text.
  case unreadableList(path: String)
  /// A list names a file that is not there.
  case missingFromList(list: String, line: Int, path: String)
  /// A file is not a raster GDAL knows.
  case notARaster(path: String, cause: GeoFileError)
  /// A file ends before its pixels do.
  case truncated(path: String, reason: String)
  /// Pixels could not be decoded.
  case cannotRead(path: String, cause: GeoFileError)
  /// A scene does not say which system its coordinates are in.
  case withoutCRS(path: String)
  /// A scene does not say where it lies.
  case withoutTransform(path: String)
  /// A scene is placed by control points, which do not make a grid.
  case onlyControlPoints(path: String)
  /// Two scenes differ in the number of their bands, alpha not counted.
  case bandCountsDiffer(first: String, firstCount: Int, second: String, secondCount: Int)
  /// Two scenes differ in the type of their numbers.
  case typesDiffer(first: String, firstType: ElementType, second: String, secondType: ElementType)
  /// A scene lacks a band that was asked for.
  case bandMissing(band: String, path: String, available: [String])
  /// A band's numbers are complex, or places in a colour table.
  case notAPicture(band: Int, path: String, reason: String)
  /// No pixel of a scene tells what is black and what is white in it.
  case nothingToStretch(path: String)
  /// The mask of a scene cannot be used.
  case cannotMask(path: String, mask: String, reason: String)
  /// Two scenes do not share one pixel lattice.
  case gridsDiffer(first: String, second: String, reason: String)
  /// A scene cannot be carried to the run's grid.
  case cannotWarp(path: String, crs: CoordinateReference, reason: String)
  /// A grid cannot be made in a system whose coordinates are no lengths.
  case gridNotInMetres(crs: CoordinateReference)
  /// A scene is placed by a camera's polynomials, which need heights.
  case onlyCameraModel(path: String)
  /// The region of interest meets no scene.
  case regionOutside(path: String, scenes: GroundBounds, crs: CoordinateReference)
  /// Ground coordinates cannot be worked with.
  case cannotPlace(path: String, cause: GeoFileError)
}

extension TilingError: CustomStringConvertible {
  /// Three lines: what could not be done, the cause, what to do next.
  public var description: String {
    switch self {
    case .noScenes, .missing, .emptyFolder, .nothingMatches, .cannotList, .unreadableList,
      .missingFromList:
      notFound
    case .withoutCRS, .withoutTransform, .onlyControlPoints, .onlyCameraModel, .gridsDiffer,
      .cannotWarp, .gridNotInMetres:
      misplaced
    case .bandCountsDiffer, .typesDiffer, .bandMissing, .notAPicture, .cannotMask,
      .nothingToStretch:
      unsuitable
    case .notARaster(_, let cause), .cannotRead(_, let cause), .cannotPlace(_, let cause):
      cause.description
    case .regionOutside(let path, let scenes, let crs):
      """
      cannot map the region '\(path)'
        it lies outside all scenes, which reach from (\(scenes.west), \(scenes.south)) to \
      (\(scenes.east), \(scenes.north)) in \(crs)
        check that it is the right file and names the right coordinate reference system
      """
    case .filesDiffer(let path, let planned, let found):
      """
      scene '\(path)' is not read from the files that it was planned with
        they were \(planned.joined(separator: ", ")), and are \(found.joined(separator: ", "))
        leave masks, overviews and .aux.xml as they are, and run the same command again
      """
    case .truncated(let path, let reason):
      """
      scene '\(path)' is truncated
        \(reason)
        fetch it again, and compare its size and checksum with the source
      """
    }
  }

  private var notFound: String {
    switch self {
    case .missing(let path):
      """
      cannot find scene '\(path)'
        there is no such file or folder
        check the path; a relative path starts at the folder of the pipeline file
      """
    case .emptyFolder(let path):
      """
      cannot find scenes in '\(path)'
        the folder holds no file that ends in \(SceneFinder.extensions.joined(separator: ", "))
        name the files themselves, or a VRT or a list (.txt) of them
      """
    case .nothingMatches(let pattern):
      """
      cannot find scenes like '\(pattern)'
        no file matches the pattern
        try `ls \(pattern)`, and put the pattern in quotes on a command line
      """
    case .cannotList(let path, let reason):
      """
      cannot find scenes in '\(path)'
        the system says: \(reason)
        check that the folder may be read, or name the files themselves
      """
    case .unreadableList(let path):
      """
      cannot read the list of scenes '\(path)'
        it is not text in UTF-8
        write one path per line; paths are relative to the list
      """
    case .missingFromList(let list, let line, let path):
      """
      cannot find scene '\(path)'
        it is named in line \(line) of '\(list)'
        check the line; paths are relative to the list
      """
    default:
      """
      cannot map without scenes
        none were given
        name a raster file, a folder, a pattern, a list (.txt) or a VRT
      """
    }
  }

  private var misplaced: String {
    switch self {
    case .withoutCRS(let path):
      """
      cannot place scene '\(path)' on the ground
        it does not name its coordinate reference system
        add it, for example with `gdal_edit.py -a_srs EPSG:… '\(path)'`
      """
    case .onlyControlPoints(let path):
      """
      cannot place scene '\(path)' on the ground
        it has ground control points in place of a geotransform
        warp it to a grid first, for example with `gdalwarp '\(path)' warped.tif`
      """
    case .gridsDiffer(let first, let second, let reason):
      """
      cannot map '\(first)' and '\(second)' in one run
        \(reason)
        write `grid: auto` in the pipeline to have them warped to one grid as they are read
      """
    case .cannotWarp(let path, let crs, let reason):
      """
      cannot warp scene '\(path)' to \(crs)
        \(reason)
        name a grid that suits its part of the earth, `grid: {crs: EPSG:…}`, or map it by itself
      """
    case .gridNotInMetres(let crs):
      """
      cannot make a grid of square pixels in \(crs)
        its coordinates are no lengths
        name a projected system, such as `grid: {crs: EPSG:32645}`, or write `grid: auto`
      """
    case .onlyCameraModel(let path):
      """
      cannot place scene '\(path)' on the ground
        it has rational polynomials (RPC) in place of a geotransform, which need a height model
        orthorectify it first, for example with `gdalwarp -rpc -to RPC_DEM=dem.tif '\(path)' ortho.tif`
      """
    case .withoutTransform(let path):
      """
      cannot place scene '\(path)' on the ground
        it has no geotransform
        add one, for example with `gdal_edit.py -a_ullr … '\(path)'`, or a world file beside it
      """
    default: ""
    }
  }

  private var unsuitable: String {
    switch self {
    case .bandCountsDiffer(let first, let firstCount, let second, let secondCount):
      """
      cannot map '\(first)' and '\(second)' in one run
        the first has \(firstCount) bands, the second \(secondCount), alpha not counted
        map them in two runs, or cut them alike with `gdal_translate -b`
      """
    case .typesDiffer(let first, let firstType, let second, let secondType):
      """
      cannot map '\(first)' and '\(second)' in one run
        the first holds \(firstType.rawValue) numbers, the second \(secondType.rawValue)
        stretch both to 0…255 with `scenes: {stretch: [2, 98]}`, or map them in two runs
      """
    case .bandMissing(let band, let path, let available):
      """
      cannot find band '\(band)' in scene '\(path)'
        it has \(available.enumerated().map { "\($0 + 1) (\($1))" }.joined(separator: ", "))
        choose bands by these names or numbers under `bands`
      """
    case .notAPicture(let band, let path, let reason):
      """
      cannot map band \(band) of scene '\(path)'
        \(reason)
        turn it into a picture first, for example with `gdal_translate -expand rgb`
      """
    case .nothingToStretch(let path):
      """
      cannot stretch the numbers of scene '\(path)'
        no pixel that was looked at holds a picture
        leave the scene out, or leave `scenes.stretch` out and name `inference.scale`
      """
    case .cannotMask(let path, let mask, let reason):
      """
      cannot mask scene '\(path)' by '\(mask)'
        \(reason)
        mend `scenes.mask`: its `band` and `file` must name a mask of every scene
      """
    default: ""
    }
  }
}
