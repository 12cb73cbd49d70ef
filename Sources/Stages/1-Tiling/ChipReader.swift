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
  /// Whether chips tell which scene shows each pixel.
  public let tellsProvenance: Bool
  /// How many files are open at most.
  public let openLimit: Int
  /// Whether chips are made of bytes.
  private let holdsBytes: Bool
  /// Open files, the last used last.
  private var open: [(index: Int, file: OpenScene)] = []

  /// Prepares to read; opens nothing yet.
  public init(
    of scenes: SceneSet, nodata: Double? = nil, openLimit: Int = 8, tellsProvenance: Bool = false
  ) {
    self.scenes = scenes
    self.nodata = nodata
    self.openLimit = max(1, openLimit)
    self.tellsProvenance = tellsProvenance
    holdsBytes = scenes.areStoredBytes
  }

  /// Reads a chip from any place of the lattice.
  ///
  /// - Parameter only: The scene, by its place in the set, that alone is seen; nil for all.
  /// - Throws: ``TilingError/cannotRead(path:cause:)``, ``TilingError/notARaster(path:cause:)``.
  /// - Complexity: O(pixels × scenes that meet the chip); holds two chips in memory.
  public func read(
    _ window: PixelWindow, only: Int? = nil
  ) throws(TilingError) -> TiledChip {
    let indices = only.map { [$0] } ?? scenes.scenes(meeting: window)
    return holdsBytes
      ? try read(window, of: indices, by: readBytes(_:_:))
      : try read(window, of: indices, by: readFloats(_:_:))
  }

  /// A part of a scene: its pixels, for each a word of ``WarpedPart``, and the smallest window
  /// around those that are not beyond the scene's edges.
  private typealias Part<Value> = (pixels: [Value], states: [UInt8], extent: PixelWindow)

  private func read<Value: SampleValue>(
    _ window: PixelWindow, of indices: [Int],
    by readScene: (_ index: Int, _ part: PixelWindow) throws(TilingError) -> Part<Value>
  ) throws(TilingError) -> TiledChip {
    var canvas = ChipCanvas<Value>(
      window: window, bandCount: scenes.bandCount, tellsProvenance: tellsProvenance)
    for index in indices {
      let part = scenes.scenes[index].window.intersection(window)
      // What is full is covered already.
      if canvas.isFull(part) { continue }
      let scene = try readScene(index, part)
      canvas.cover(scene.extent)
      canvas.paste(scene.pixels, states: scene.states, of: index, at: part)
    }
    return canvas.finish()
  }

  private func readBytes(_ index: Int, _ part: PixelWindow) throws(TilingError) -> Part<UInt8> {
    try readAsStored(index, part) { file, window, bands throws(GeoFileError) in
      try file.dataset.readBytes(in: window, bands: bands)
    }
  }

  private func readFloats(_ index: Int, _ part: PixelWindow) throws(TilingError) -> Part<Float> {
    var read = try readUnstretched(index, part)
    guard let stretch = scenes.scenes[index].stretch else { return read }
    let area = part.area
    read.pixels.withUnsafeMutableBufferPointer { pixels in
      for band in stretch.bands.indices {
        stretch.apply(
          toBand: band,
          of: UnsafeMutableBufferPointer(rebasing: pixels[band * area..<(band + 1) * area]))
      }
    }
    return read
  }

  private func readUnstretched(
    _ index: Int, _ part: PixelWindow
  ) throws(TilingError) -> Part<Float> {
    let file = try opened(index)
    if let warper = file.warper {
      let warped = try warper.read(part, of: file.dataset, clouds: file.clouds, nodata: nodata)
      return (warped.pixels, warped.states, warped.extent)
    }
    return try readAsStored(index, part) { file, window, bands throws(GeoFileError) in
      try file.dataset.readFloats(in: window, bands: bands)
    }
  }

  /// Reads a part of a scene that shares the grid.
  private func readAsStored<Value>(
    _ index: Int, _ part: PixelWindow,
    by read: (OpenScene, PixelWindow, _ bands: [Int]) throws(GeoFileError) -> [Value]
  ) throws(TilingError) -> Part<Value> {
    let scene = scenes.scenes[index]
    let file = try opened(index)
    let inside = part.translated(byX: -scene.window.x, y: -scene.window.y)
    let pixels: [Value]
    var states: [UInt8]
    do throws(GeoFileError) {
      pixels = try read(file, inside, scene.bands)
      states = try file.dataset.readValidity(in: inside, bands: scene.bands, nodata: nodata).pixels
    } catch {
      throw .cannotRead(path: scene.path, cause: error)
    }
    if let clouds = try file.clouds?.clouds(in: inside) {
      for place in states.indices where states[place] & clouds[place] != 0 {
        states[place] = WarpedPart.cloud
      }
    }
    return (pixels, states, part)
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
