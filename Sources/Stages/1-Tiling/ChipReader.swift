import GeoFiles
public import Grids
import Imagery

/// Reads chips out of scenes: the pixels a network sees, and what each of them is.
///
/// Where scenes overlap, the first in the set's order that is valid at a pixel is seen. Beyond the
/// scenes the picture is mirrored, and so that a far scene never changes a chip, the mirror stands
/// at the edges of the smallest box around what the scenes hold *of this chip's window*; a box
/// narrower than what lies beyond it is mirrored again and again. Inside the box, pixels without a
/// valid scene are nodata.
///
/// ```
///   ┌ chip ─────────────────┐
///   │ b a ┆ a b c d … │      the scenes' edge is the mirror; its pixel appears twice
/// ```
///
/// At most ``openLimit`` files are open at a time. A reader belongs to one thread.
public final class ChipReader {
  /// The scenes.
  public let scenes: SceneSet
  /// Taken as the nodata value of every band, in place of what files say.
  public let nodata: Double?
  /// How many files are open at most.
  public let openLimit: Int
  /// Whether chips are made of bytes.
  private let holdsBytes: Bool
  /// Open files, the last used last.
  private var open: [(index: Int, file: OpenScene)] = []

  /// Prepares to read; opens nothing yet.
  public init(of scenes: SceneSet, nodata: Double? = nil, openLimit: Int = 8) {
    self.scenes = scenes
    self.nodata = nodata
    self.openLimit = max(1, openLimit)
    holdsBytes = scenes.holdBytes
  }

  /// Reads a chip from any place of the lattice.
  ///
  /// - Throws: ``TilingError/cannotRead(path:cause:)``, ``TilingError/notARaster(path:cause:)``.
  /// - Complexity: O(pixels × scenes that meet the chip); holds two chips in memory.
  public func read(_ window: PixelWindow) throws(TilingError) -> TiledChip {
    holdsBytes
      ? try read(window, by: readBytes(_:_:)) : try read(window, by: readFloats(_:_:))
  }

  /// A part of a scene: its pixels, for each a word of ``WarpedPart``, and the smallest window
  /// around those that are not beyond the scene's edges.
  private typealias Part<Value> = (pixels: [Value], states: [UInt8], extent: PixelWindow)

  private func read<Value: SampleValue>(
    _ window: PixelWindow,
    by readScene: (_ index: Int, _ part: PixelWindow) throws(TilingError) -> Part<Value>
  ) throws(TilingError) -> TiledChip {
    var canvas = ChipCanvas<Value>(window: window, bandCount: scenes.bandCount)
    for index in scenes.scenes(meeting: window) {
      let part = scenes.scenes[index].window.intersection(window)
      // What is full is covered already.
      if canvas.isFull(part) { continue }
      let scene = try readScene(index, part)
      canvas.cover(scene.extent)
      canvas.paste(scene.pixels, states: scene.states, at: part)
    }
    return canvas.finish()
  }

  private func readBytes(_ index: Int, _ part: PixelWindow) throws(TilingError) -> Part<UInt8> {
    let scene = scenes.scenes[index]
    let file = try opened(index)
    let inside = part.translated(byX: -scene.window.x, y: -scene.window.y)
    do throws(GeoFileError) {
      let pixels = try file.dataset.readBytes(in: inside, bands: scene.bands)
      let validity = try file.dataset.readValidity(
        in: inside, bands: scene.bands, nodata: nodata)
      return (pixels, validity.pixels, part)
    } catch {
      throw .cannotRead(path: scene.path, cause: error)
    }
  }

  private func readFloats(_ index: Int, _ part: PixelWindow) throws(TilingError) -> Part<Float> {
    let scene = scenes.scenes[index]
    let file = try opened(index)
    do throws(GeoFileError) {
      if let warper = file.warper {
        let warped = try warper.read(part, of: file.dataset, nodata: nodata)
        return (warped.pixels, warped.states, warped.extent)
      }
      let inside = part.translated(byX: -scene.window.x, y: -scene.window.y)
      let pixels = try file.dataset.readFloats(in: inside, bands: scene.bands)
      let validity = try file.dataset.readValidity(
        in: inside, bands: scene.bands, nodata: nodata)
      return (pixels, validity.pixels, part)
    } catch {
      throw .cannotRead(path: scene.path, cause: error)
    }
  }

  private func opened(_ index: Int) throws(TilingError) -> OpenScene {
    if let place = open.firstIndex(where: { $0.index == index }) {
      open.append(open.remove(at: place))
      return open[open.count - 1].file
    }
    if open.count >= openLimit { open.removeFirst() }
    let scene = try OpenScene(scenes.scenes[index], of: scenes)
    open.append((index, scene))
    return scene
  }
}

/// A box around a dataset, so that it can be kept in a list.
private final class OpenScene {
  private(set) var dataset: Dataset
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
        try SceneWarper(warp, bands: scene.bands, of: set.elementType, on: set.grid)
      }
    } catch { throw .cannotPlace(path: path, cause: error) }
    do throws(GeoFileError) { dataset = try Dataset(opening: path) } catch {
      throw .notARaster(path: path, cause: error)
    }
    let found = dataset.ownFirstFiles()
    if found == files { return }
    // A call that failed once, for want of a descriptor say, has passed by now.
    do throws(GeoFileError) { dataset = try Dataset(opening: path) } catch {
      throw .notARaster(path: path, cause: error)
    }
    guard dataset.ownFirstFiles() == files else {
      throw .filesDiffer(path: path, planned: files, found: found)
    }
  }
}
