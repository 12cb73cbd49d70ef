public import GeoFiles
public import Grids

/// The scenes of a run, all on one pixel lattice.
///
/// Scenes share the lattice when their reference systems mean the same, their pixels have the same
/// size and direction, and their origins lie whole pixels apart; then nothing needs to be warped.
/// The plain value is `Codable`: what one process has checked, others take over.
public struct SceneSet: Hashable, Sendable, Codable {
  /// The lattice.
  public let grid: RunGrid
  /// The scenes, in the order in which they are seen where they overlap.
  public let scenes: [Scene]
  /// The type of the scenes' numbers.
  public let elementType: ElementType
  /// The names of the chosen bands in the first scene.
  public let bandNames: [String]
  /// The smallest window that holds all scenes, on the lattice.
  public let window: PixelWindow

  /// The number of bands a chip has.
  public var bandCount: Int { bandNames.count }

  /// Opens each scene once, and sees that together they can be mapped.
  ///
  /// - Parameters:
  ///   - paths: The scenes, as ``SceneFinder`` finds and sorts them.
  ///   - bands: The bands wanted, in order; all but alpha when nil.
  /// - Throws: ``TilingError``, naming the scene, or the two scenes that do not go together.
  public init(opening paths: [String], bands: [BandSelector]? = nil) throws(TilingError) {
    guard let first = paths.first else { throw .noScenes }
    let model = try SceneProfile(opening: first)
    let grid = RunGrid(of: model.transform, crs: model.crs)
    var scenes: [Scene] = []
    for path in paths {
      let profile = path == first ? model : try SceneProfile(opening: path)
      try profile.check(against: model)
      let numbers = try profile.numbers(of: bands)
      scenes.append(
        Scene(
          path: path, files: profile.files, window: try profile.window(on: grid, of: model),
          bands: numbers, acquired: profile.acquired))
    }
    self.grid = grid
    self.scenes = scenes
    elementType = model.elementType
    bandNames = try model.numbers(of: bands).map { model.bands[$0 - 1].name }
    window = scenes.reduce(scenes[0].window) { $0.union($1.window) }
  }

  /// The same scenes on another lattice; nil unless it is the same but for rounding.
  public func placed(on other: RunGrid) -> SceneSet? {
    let (own, theirs) = (grid.transform.coefficients, other.transform.coefficients)
    let unit = max(abs(own[1]) + abs(own[2]), abs(own[4]) + abs(own[5]))
    guard grid.crs == other.crs, zip(own, theirs).allSatisfy({ abs($0 - $1) <= 1e-6 * unit }) else {
      return nil
    }
    return SceneSet(
      grid: other, scenes: scenes, elementType: elementType, bandNames: bandNames, window: window)
  }

  private init(
    grid: RunGrid, scenes: [Scene], elementType: ElementType, bandNames: [String],
    window: PixelWindow
  ) {
    (self.grid, self.scenes, self.elementType) = (grid, scenes, elementType)
    (self.bandNames, self.window) = (bandNames, window)
  }

  /// The smallest window that holds what scenes and region share.
  ///
  /// - Parameter path: The region's file, for the message.
  /// - Throws: ``TilingError/regionOutside(path:scenes:crs:)`` when they share nothing.
  public func window(
    in region: Region, from path: String
  ) throws(TilingError) -> PixelWindow {
    let shared = scenes.reduce(PixelWindow(x: 0, y: 0, width: 0, height: 0)) { shared, scene in
      let part = scene.window.intersection(region.window)
      return part.isEmpty || region.misses(part) ? shared : shared.union(part)
    }
    guard !shared.isEmpty else {
      throw .regionOutside(path: path, scenes: grid.transform.bounds(of: window), crs: grid.crs)
    }
    return shared
  }

  /// The scenes that share pixels with a window, as indices into ``scenes``, in order.
  public func scenes(meeting window: PixelWindow) -> [Int] {
    scenes.indices.filter { scenes[$0].window.intersects(window) }
  }
}

/// What is asked of a scene before it is let into a run.
private struct SceneProfile {
  let path: String
  let files: [String]
  let size: PixelSize
  let transform: GeoTransform
  let crs: CoordinateReference
  let bands: [BandDescription]
  let acquired: String?

  /// The bands that can be a picture.
  var colors: [BandDescription] { bands.filter { !$0.isAlpha } }
  var elementType: ElementType { (colors.first ?? bands[0]).elementType }

  init(opening path: String) throws(TilingError) {
    let file: Dataset
    do throws(GeoFileError) {
      file = try Dataset(opening: path)
    } catch {
      throw .notARaster(path: path, cause: error)
    }
    guard let transform = file.transform else {
      throw file.hasGroundControlPoints
        ? .onlyControlPoints(path: path) : .withoutTransform(path: path)
    }
    guard let crs = file.crs else { throw .withoutCRS(path: path) }
    if let reason = file.missingBlock(in: .picture) {
      throw .truncated(path: path, reason: reason)
    }
    self.path = path
    files = file.ownFirstFiles()
    self.transform = transform
    self.crs = crs
    size = file.size
    bands = file.bands
    acquired = file.acquired
    try probe(file)
  }

  /// Decodes the last pixel, which a truncated file does not have.
  private func probe(_ file: borrowing Dataset) throws(TilingError) {
    guard elementType != .complex else { return }
    let last = PixelWindow(x: size.width - 1, y: size.height - 1, width: 1, height: 1)
    do throws(GeoFileError) {
      _ = try file.readDoubles(in: last, band: (colors.first ?? bands[0]).index)
    } catch {
      throw .cannotRead(path: path, cause: error)
    }
  }

  func check(against model: SceneProfile) throws(TilingError) {
    guard colors.count == model.colors.count else {
      throw .bandCountsDiffer(
        first: model.path, firstCount: model.colors.count, second: path,
        secondCount: colors.count)
    }
    guard elementType == model.elementType else {
      throw .typesDiffer(
        first: model.path, firstType: model.elementType, second: path, secondType: elementType)
    }
  }

  func numbers(of selectors: [BandSelector]?) throws(TilingError) -> [Int] {
    var numbers: [Int] = []
    for selector in selectors ?? colors.map({ .number($0.index) }) {
      guard let number = selector.number(among: bands) else {
        throw .bandMissing(band: "\(selector)", path: path, available: bands.map(\.name))
      }
      let band = bands[number - 1]
      guard band.elementType != .complex else {
        throw .notAPicture(band: number, path: path, reason: "its numbers are complex")
      }
      guard band.colors == nil else {
        throw .notAPicture(
          band: number, path: path, reason: "its numbers are places in a colour table")
      }
      numbers.append(number)
    }
    return numbers
  }

  func window(on grid: RunGrid, of model: SceneProfile) throws(TilingError) -> PixelWindow {
    let isSame: Bool
    do throws(GeoFileError) {
      isSame = try crs.isSame(as: grid.crs)
    } catch {
      throw .cannotPlace(path: path, cause: error)
    }
    guard isSame else {
      throw .gridsDiffer(
        first: model.path, second: path,
        reason: "the first is in \(model.crs), the second in \(crs)")
    }
    do throws(GridError) {
      let place = try grid.offset(of: transform, size: size)
      return PixelWindow(x: place.x, y: place.y, width: size.width, height: size.height)
    } catch .notOnGrid(let reason) {
      throw .gridsDiffer(first: model.path, second: path, reason: reason)
    } catch {
      throw .gridsDiffer(first: model.path, second: path, reason: "\(error)")
    }
  }
}

extension Dataset {
  /// The files that a scene is read from: itself, then masks, side files and what a virtual raster is
  /// made of, by name.
  borrowing func ownFirstFiles() -> [String] {
    let own = path
    return [own] + files().filter { $0 != own }.sorted()
  }
}
