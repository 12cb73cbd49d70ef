public import GeoFiles
public import Grids

/// The scenes of a run, all on one pixel lattice.
///
/// Scenes share the lattice when their reference systems mean the same, their pixels have the same
/// size and direction, and their origins lie whole pixels apart; then nothing needs to be warped. Those
/// that do not share it are warped as they are read, where the run's ``GridChoice`` allows it.
/// The plain value is `Codable`: what one process has checked, others take over.
public struct SceneSet: Hashable, Sendable, Codable {
  /// The lattice.
  public let grid: RunGrid
  /// Why the lattice is what it is, in words; nil where it is the scenes' own.
  public let gridReason: String?
  /// The scenes, in the order in which they are seen where they overlap.
  public let scenes: [Scene]
  /// The type of the scenes' numbers.
  public let elementType: ElementType
  /// The names of the chosen bands in the first scene.
  public let bandNames: [String]
  /// The smallest window that holds all scenes, on the lattice.
  public let window: PixelWindow
  private let index: SceneIndex

  /// Whether every value of a chip is a byte as it is stored in a scene.
  public var areStoredBytes: Bool { scenes.allSatisfy(\.holdsBytes) }

  /// Whether every number of a chip is one from 0 to 255.
  public var areBytes: Bool {
    elementType == .uint8 || scenes.allSatisfy { $0.stretch != nil }
  }

  /// The number of bands a chip has.
  public var bandCount: Int { bandNames.count }

  /// Opens each scene once, and sees that together they can be mapped.
  ///
  /// - Parameters:
  ///   - paths: The scenes, as ``SceneFinder`` finds and sorts them.
  ///   - bands: The bands wanted, in order; all but alpha when nil.
  ///   - choice: Which lattice to take; scenes that do not share it are warped.
  ///   - order: Which of overlapping scenes is seen.
  ///   - masks: How the scenes' masks are found; nil where there are none.
  ///   - rule: Which shares of each scene's pixels become black and white; nil where its numbers are taken
  ///     as they are. Scenes may then differ in the type of their numbers.
  ///   - nodata: As ``ChipReader/nodata``.
  /// - Throws: ``TilingError``, naming the scene, or the two scenes that do not go together.
  public init(
    opening paths: [String], bands: [BandSelector]? = nil, on choice: GridChoice = .shared,
    order: SceneOrder = .first, masks: MaskFinder? = nil, stretching rule: StretchRule? = nil,
    nodata: Double? = nil
  ) throws(TilingError) {
    guard let first = paths.first else { throw .noScenes }
    let model = try SceneProfile(opening: first)
    var profiles = [model]
    for path in paths.dropFirst() {
      let profile = try SceneProfile(opening: path)
      try profile.check(against: model, isStretched: rule != nil)
      profiles.append(profile)
    }
    let made = try choice.grid(for: profiles)
    var scenes: [Scene] = []
    for profile in order.places(of: profiles).map({ profiles[$0] }) {
      let place = try Self.place(profile, on: made.grid, of: model, choice)
      let numbers = try profile.numbers(of: bands)
      let mask = try masks.map { finder throws(TilingError) in try finder.mask(of: profile) }
      let stretch = try rule.map { rule throws(TilingError) in
        try rule.stretch(of: profile.path, bands: numbers, mask: mask, nodata: nodata)
      }
      scenes.append(
        Scene(
          path: profile.path, files: profile.files, window: place.window, bands: numbers,
          acquired: profile.acquired,
          holdsBytes: place.warp == nil && stretch == nil
            && numbers.allSatisfy { profile.bands[$0 - 1].elementType == .uint8 },
          cloudCover: profile.cloudCover, mask: mask, stretch: stretch,
          elementType: profile.elementType == model.elementType ? nil : profile.elementType,
          warp: place.warp))
    }
    grid = made.grid
    gridReason = made.reason
    self.scenes = scenes
    elementType = model.elementType
    bandNames = try model.numbers(of: bands).map { model.bands[$0 - 1].name }
    window = scenes.reduce(scenes[0].window) { $0.union($1.window) }
    index = SceneIndex()
  }

  /// Where a scene lies on a grid, and how it is warped if it does not share it.
  private static func place(
    _ profile: SceneProfile, on grid: RunGrid, of model: SceneProfile, _ choice: GridChoice
  ) throws(TilingError) -> (window: PixelWindow, warp: Warp?) {
    switch (try profile.window(on: grid), choice) {
    case (.success(let window), _): return (window, nil)
    case (.failure(let mismatch), .shared):
      throw .gridsDiffer(first: model.path, second: profile.path, reason: mismatch.reason)
    case (.failure, .made(let wanted)):
      let place = try WarpPlanner(
        profile: profile, grid: grid, resampling: wanted.resampling
      ).plan()
      return (place.window, place.warp)
    }
  }

  /// The same scenes on another lattice; nil unless it is the same but for rounding.
  public func placed(on other: RunGrid) -> SceneSet? {
    let (own, theirs) = (grid.transform.coefficients, other.transform.coefficients)
    let unit = max(abs(own[1]) + abs(own[2]), abs(own[4]) + abs(own[5]))
    guard grid.crs == other.crs, zip(own, theirs).allSatisfy({ abs($0 - $1) <= 1e-6 * unit }) else {
      return nil
    }
    return SceneSet(
      grid: other, gridReason: gridReason, scenes: scenes, elementType: elementType,
      bandNames: bandNames, window: window)
  }

  private init(
    grid: RunGrid, gridReason: String?, scenes: [Scene], elementType: ElementType,
    bandNames: [String], window: PixelWindow
  ) {
    (self.grid, self.gridReason, self.scenes) = (grid, gridReason, scenes)
    self.elementType = elementType
    (self.bandNames, self.window) = (bandNames, window)
    index = SceneIndex()
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
  ///
  /// - Complexity: O(scenes found), but for the first time.
  public func scenes(meeting window: PixelWindow) -> [Int] {
    index.meeting(window, among: scenes).filter { scenes[$0].meets(window) }
  }
}
