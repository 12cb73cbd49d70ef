import GeoFiles
import Grids
import Imagery

/// Reads a scene that does not share the grid, as if it did.
///
/// It belongs to one thread, as the file does that it reads.
final class SceneWarper {
  private let transformer: WarpTransformer
  private let resampler: Resampler
  private let bands: [Int]

  /// So many of a scene's pixels are held at a time.
  ///
  /// Where more are asked for, the part is halved. No pixel depends on that.
  private let patchLimit: Int

  init(
    _ warp: Warp, bands: [Int], of type: ElementType, on grid: RunGrid, patchLimit: Int = 1 << 21
  ) throws(GeoFileError) {
    transformer = try WarpTransformer(warp, on: grid)
    resampler = Resampler(warp, range: type.range)
    self.bands = bands
    self.patchLimit = patchLimit
  }

  /// Warps a window of the lattice.
  ///
  /// - Throws: ``TilingError/cannotRead(path:cause:)``.
  /// - Complexity: O(pixels of the window and of what it covers of the scene).
  func read(
    _ window: PixelWindow, of file: borrowing Dataset, clouds: CloudReader? = nil, nodata: Double?
  ) throws(TilingError) -> WarpedPart {
    var target = WarpedPart(window: window, bandCount: bands.count)
    let nodes = WarpNodes(of: window, by: transformer)
    try fill(window, of: &target, from: file, clouds, at: nodes, nodata: nodata)
    return target
  }

  private func fill(
    _ part: PixelWindow, of target: inout WarpedPart, from file: borrowing Dataset,
    _ reader: CloudReader?, at nodes: WarpNodes, nodata: Double?
  ) throws(TilingError) {
    guard let reach = nodes.reach(of: part),
      reach.intersects(PixelWindow(transformer.warp.size))
    else { return }
    let window = resampler.patchWindow(around: reach)
    let isDivisible = max(part.width, part.height) > 1
    if window.area > patchLimit && isDivisible {
      for half in Self.halves(of: part, step: nodes.step) {
        try fill(half, of: &target, from: file, reader, at: nodes, nodata: nodata)
      }
      return
    }
    let pixels: [Float]
    let validity: [UInt8]
    do throws(GeoFileError) {
      pixels = try file.readFloats(in: window, bands: bands)
      validity = try file.readValidity(in: window, bands: bands, nodata: nodata).pixels
    } catch { throw .cannotRead(path: file.path, cause: error) }
    let clouds = try reader?.clouds(in: window)
    let patch = ScenePatch(window: window, pixels: pixels, validity: validity, clouds: clouds)
    resampler.fill(part, of: &target, from: patch, at: nodes)
  }

  /// Two halves of a window, cut at a node where one is inside.
  static func halves(of part: PixelWindow, step: Int) -> [PixelWindow] {
    let isWide = part.width > part.height
    let (start, length) = isWide ? (part.x, part.width) : (part.y, part.height)
    let middle = start + length / 2
    let node = floorDivide(middle, step) * step
    let cut = node > start && node < start + length ? node - start : length / 2
    return isWide
      ? [
        PixelWindow(x: part.x, y: part.y, width: cut, height: part.height),
        PixelWindow(x: part.x + cut, y: part.y, width: length - cut, height: part.height),
      ]
      : [
        PixelWindow(x: part.x, y: part.y, width: part.width, height: cut),
        PixelWindow(x: part.x, y: part.y + cut, width: part.width, height: length - cut),
      ]
  }
}
