import GeoFiles

/// The open files of a scene, in a box that can be kept in a list.
final class OpenScene {
  let dataset: Dataset
  /// What tells clouds; nil where nothing does.
  let clouds: CloudReader?
  /// What carries it to the grid; nil where it shares that.
  let warper: SceneWarper?

  /// Opens a scene that is made of some files.
  ///
  /// GDAL goes on without a mask or a side file that it cannot open, and gives other pixels then; so
  /// what it has opened is compared with what was there when the run was planned.
  init(_ scene: Scene, of set: SceneSet) throws(TilingError) {
    let (path, files) = (scene.path, scene.files)
    do throws(GeoFileError) {
      warper = try scene.warp.map { warp throws(GeoFileError) in
        try SceneWarper(
          warp, bands: scene.bands, of: scene.elementType ?? set.elementType, on: set.grid)
      }
    } catch { throw .cannotPlace(path: path, cause: error) }
    dataset = try Dataset.opened(path, madeOf: files)
    clouds = try scene.mask.map { mask throws(TilingError) in try CloudReader(mask) }
  }
}

extension Dataset {
  /// Opens a scene, or its mask, that is made of some files.
  ///
  /// - Throws: ``TilingError/notARaster(path:cause:)``, ``TilingError/filesDiffer(path:planned:found:)``.
  static func opened(_ path: String, madeOf files: [String]) throws(TilingError) -> Dataset {
    var found: [String] = []
    // A call that failed once, for want of a descriptor say, has passed by the second time.
    for _ in 0..<2 {
      do throws(GeoFileError) {
        let file = try Dataset(opening: path)
        found = file.ownFirstFiles()
        if found == files { return file }
      } catch {
        throw .notARaster(path: path, cause: error)
      }
    }
    throw .filesDiffer(path: path, planned: files, found: found)
  }
}
