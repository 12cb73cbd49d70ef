import Foundation
import GeoFiles
import Tiling

extension Planner {
  /// Opens the scenes that were found, as the pipeline wants them seen.
  ///
  /// - Parameters:
  ///   - scaleIsNamed: Whether the pipeline says how pixels are scaled.
  ///   - known: Scenes whose stretches are known already, by their paths.
  /// - Throws: ``TilingError``, ``InputError/scalingUnknown(path:type:)``.
  static func opened(
    _ found: SceneSearch.Found, _ resolved: ResolvedPipeline, on grid: GridChoice,
    scaleIsNamed: Bool, known: [String: Scene]
  ) throws -> SceneSet {
    let settings = resolved.specification.scenes
    let scenes = try SceneSet(
      opening: found.paths, bands: resolved.bands.map(\.selector), on: grid, order: settings.order,
      masks: settings.mask.map { MaskFinder(MaskRule($0), known: found.masks) },
      stretching: settings.stretch.map {
        StretchRule(low: $0[0], high: $0[1], known: known)
      }, nodata: settings.nodata)
    let takesBytes = abs(resolved.scaling.scale - InputScaling.bytes.scale) < 1e-9
    if takesBytes, !scaleIsNamed, !scenes.areBytes {
      throw InputError.scalingUnknown(
        path: scenes.scenes[0].path, type: scenes.elementType.rawValue)
    }
    return scenes
  }

  /// The scenes that the run in the folder was begun with, as far as their files were not touched since
  /// and the pipeline stretches them alike.
  static func stretchedScenes(
    in request: MapRequest, _ specification: PipelineSpecification
  ) -> [String: Scene] {
    let folder = RunFolder(URL(fileURLWithPath: request.folder ?? "runs/\(specification.name)"))
    guard !request.beginsAnew, let earlier = try? RunPlan.read(in: folder),
      earlier.stretching == specification.scenes.stretch,
      earlier.nodata == specification.scenes.nodata
    else { return [:] }
    let known = zip(earlier.scenes.scenes, earlier.sources).compactMap { scene, stamps in
      let isUntouched = stamps.allSatisfy { $0.isTelling && (try? $0.check()) != nil }
      return isUntouched && scene.stretch != nil ? (scene.path, scene) : nil
    }
    return Dictionary(known, uniquingKeysWith: { first, _ in first })
  }
}

extension SceneSettings.Band {
  /// The band, as tiling knows it.
  var selector: BandSelector {
    switch self {
    case .named(let name): .name(name)
    case .numbered(let number): .number(number)
    }
  }
}

extension MaskRule {
  /// The rule that a pipeline names.
  fileprivate init(_ settings: MaskSettings) {
    self.init(
      band: settings.band.selector,
      replacing: settings.file.map { Replacement($0[0], by: $0[1]) },
      clear: settings.valid.map { .values($0) } ?? .without(bits: settings.clearBits ?? []))
  }
}
