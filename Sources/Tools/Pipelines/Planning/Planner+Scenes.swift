import GeoFiles
import Foundation
import Grids
import Tiling

// Which scenes a run is of, and what is to be said of them.

extension Planner {
  /// The scenes of a run.
  struct FoundScenes {
    var scenes: SceneSet
    /// Those that are made of several files.
    var composed: [ComposedScene]
    /// Those that were left out.
    var unreadable: [UnreadableScene]
    /// What the user should know.
    var notes: [String]
  }

  /// Finds and opens the scenes, and checks that they suit the model.
  static func scenes(
    _ resolved: ResolvedPipeline, of specification: PipelineSpecification, _ request: MapRequest,
    base: URL
  ) throws -> FoundScenes {
    let files = resolved.specification.scenes.files.map { absolute($0, from: base) }
    guard !files.isEmpty else { throw InputError.noScenes(pipeline: request.pipeline) }
    var found = try search(resolved, reachesOut: request.reachesOut).find(files)
    let unreadable = request.skipsBadScenes ? try SceneCheck.unreadable(among: found.paths) : []
    let left = Set(unreadable.map(\.path))
    found.paths.removeAll { left.contains($0) }
    let scenes = try opened(
      found, resolved, on: grid(resolved, base: base),
      scaleIsNamed: specification.inference.scale != nil,
      known: stretchedScenes(in: request, specification))
    let order = scenes.note(on: resolved.specification.scenes.order)
    let notes =
      try found.notes + (order.map { [$0] } ?? [])
      + unreadable.map { "'\($0.path)' is left out: \($0.reason)" }
      + checkPixelSize(of: scenes, resolved, request) + enlargements(in: scenes)
    return FoundScenes(
      scenes: scenes, composed: found.composed, unreadable: unreadable, notes: notes)
  }

  private static func search(_ resolved: ResolvedPipeline, reachesOut: Bool) -> SceneSearch {
    let settings = resolved.specification.scenes
    var search = SceneSearch(bands: resolved.bands.map(\.selector))
    search.assets = settings.assets
    search.cloudCoverMax = settings.cloudCoverMax
    search.appliesScale = settings.declaredScale == .apply
    search.allowsRemote = reachesOut
    search.keepsOrder = settings.order == .listed
    search.mask = settings.mask?.band.selector
    return search
  }

  /// Which lattice the run is on.
  private static func grid(_ resolved: ResolvedPipeline, base: URL) throws -> GridChoice {
    guard let settings = resolved.specification.grid else { return .shared }
    let region = resolved.specification.region.file.map { absolute($0, from: base) }
    return .made(
      settings.wanted(
        modelMeters: resolved.pixelMeters,
        places: try region.map(Region.lonLats(inFile:)) ?? []))
  }

  /// Refuses pixels that do not suit the model, or warns of them where the user accepts them.
  private static func checkPixelSize(
    of scenes: SceneSet, _ resolved: ResolvedPipeline, _ request: MapRequest
  ) throws -> [String] {
    guard let wanted = resolved.pixelMeters else { return [] }
    let check = try PixelSizeCheck(of: scenes, modelMeters: wanted)
    guard check.isTooDifferent else { return [] }
    guard request.acceptsResolution else { throw InputError.resolutionDiffers(check) }
    return [
      "pixels cover \(InputError.meters(check)) m of ground, the model was trained on \(wanted) m: "
        + "expect a worse map"
    ]
  }

  /// What is to be said of scenes that are coarser than the grid.
  private static func enlargements(in scenes: SceneSet) -> [String] {
    let coarse = scenes.scenes.filter { min($0.warp?.ratio.x ?? 1, $0.warp?.ratio.y ?? 1) < 0.8 }
    guard
      let worst = coarse.min(by: {
        ($0.warp?.ratio.x ?? 1) * ($0.warp?.ratio.y ?? 1)
          < ($1.warp?.ratio.x ?? 1) * ($1.warp?.ratio.y ?? 1)
      }), let ratio = worst.warp?.ratio
    else { return [] }
    let factor = String(format: "%.2g", 1 / (ratio.x * ratio.y).squareRoot())
    let others = coarse.count == 1 ? "" : ", and \(coarse.count - 1) others less"
    return [
      "'\(worst.path)' is enlarged \(factor) times\(others): the map shows no more than the scene"
    ]
  }
}
