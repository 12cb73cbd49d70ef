import Mosaicking
import ShardStores

/// Which files in a run's folders a run gives their names, so that no others are ever taken for its
/// own and removed: people keep styles, notes and files of viewers beside a map.
struct OwnNames {
  /// The names of the map's and the outlines' files, relative to the run's folder.
  private let published: Set<String>

  /// Knows the names that a plan can give, and those that are left of its earlier revisions.
  init(of plan: RunPlan) {
    var names = Set(plan.obsolete)
    for sheet in plan.mosaicLayout.sheets {
      names.formUnion(plan.rasters.map { plan.mosaicPath(of: $0, sheet: sheet) })
      names.insert(plan.previewPath(of: sheet))
    }
    if plan.hasUnions { names.formUnion(plan.rasters.map(plan.unionPath)) }
    let suffixes = [""] + plan.mosaicLayout.sheets.map(\.suffix)
    for layer in plan.footprints {
      for name in layer.fileNames {
        for ending in layer.formats + CompanionFile.endings {
          names.formUnion(suffixes.map { plan.path(ofLayer: name, ending: "\($0).\(ending)") })
        }
      }
    }
    names.insert(plan.projectPath)
    published = names
  }

  /// Whether a file may have been made by the run.
  ///
  /// - Parameter path: Relative to the run's folder.
  func contain(_ path: String) -> Bool {
    guard let slash = path.lastIndex(of: "/") else { return false }
    let name = path[path.index(after: slash)...]
    return switch path[..<slash] {
    // Nobody but the run has anything to do there.
    case RunFolder.staging[...]: true
    case RunFolder.parts[...]:
      name.wholeMatch(of: /shard_r-?\d+c-?\d+\.[0-9a-f]{16}\.tif|differs_\d+-\d+/) != nil
    case RunFolder.fragments[...]:
      name.wholeMatch(of: /(\d+_)?shard_r-?\d+c-?\d+\.[0-9a-f]{16}\.footprints/) != nil
    default: published.contains(path)
    }
  }
}
