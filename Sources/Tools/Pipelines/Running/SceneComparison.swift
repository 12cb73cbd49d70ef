import Grids
import ShardStores
import Tiling

/// Which shards that were finished once would come out of other pixels than they did.
///
/// A finished shard whose scenes have kept their names, sizes and times is taken as it is. Of others
/// the chips are decoded again and their hash is compared with the one that was taken when the shard
/// was done: so a scene that was touched, copied, renamed or packed in another way is the same scene.
/// What only GDAL can open has no size and no time, and a shard that is to be done again may be cut
/// from the map without looking at a scene: there, nothing but the pixels is believed.
struct SceneComparison {
  /// The numbers, in the plan after, of shards, finished once, whose pixels differ.
  private(set) var changed: Set<Int> = []
  /// How many shards were decoded again to know.
  private(set) var compared = 0

  /// Compares a run with a plan.
  ///
  /// - Parameters:
  ///   - before: The plan that the run was made by.
  ///   - after: The plan that is asked for; its shards have the same side.
  ///   - isAnyReopened: Whether a shard that was finished once is to be done again.
  ///   - record: What became of a shard, by its number in the plan before.
  init(
    from before: RunPlan, to after: RunPlan, isAnyReopened: Bool,
    record: (Int) throws -> ShardRecord?
  ) throws {
    let isSame = before.scenes == after.scenes && before.sources == after.sources
    // A country has a million rows: they are looked at only where there may be something to see.
    if isSame && !isAnyReopened && after.sources.joined().allSatisfy(\.isTelling) { return }
    var reader: ShardReader?
    for number in 0..<after.span.count {
      guard let old = before.number(ofShard: number, in: after),
        let known = try record(old), known.state != .setAside, let hash = known.inputHash
      else { continue }
      let sight = Self.sight(of: number, in: after)
      let isUntouched = Self.sight(of: old, in: before) == sight && sight.allSatisfy(\.isTelling)
      if known.state == .done && isUntouched { continue }
      compared += 1
      let opened = try reader ?? ShardReader(of: after)
      reader = opened
      if try opened.hash(of: number) != hash { changed.insert(number) }
    }
  }

  /// Everything by which a shard's scenes can be told without opening them.
  private struct Sight: Hashable {
    /// Its number, where the map tells which scene shows each pixel: another makes another map.
    var number: Int?
    var window: PixelWindow
    var warp: Warp?
    var bands: [Int]
    var mask: SceneMask?
    var stretch: Stretch?
    var sources: [SourceStamp]

    /// Whether it would differ if somebody had written to the scene.
    var isTelling: Bool { sources.allSatisfy(\.isTelling) }
  }

  private static func sight(of number: Int, in plan: RunPlan) -> [Sight] {
    plan.scenes.scenes(meeting: plan.readWindow(of: number)).map { index in
      let scene = plan.scenes.scenes[index]
      return Sight(
        number: plan.tellsProvenance ? index : nil, window: scene.window, warp: scene.warp,
        bands: scene.bands, mask: scene.mask,
        stretch: scene.stretch,
        sources: plan.sources[index])
    }
  }
}

extension RunPlan {
  /// The number in this plan of a shard of another; nil when it is not in it, or cut otherwise by
  /// the map's edge.
  func number(ofShard number: Int, in other: RunPlan) -> Int? {
    let whole = other.shards.window(of: other.span[number])
    guard let own = span.numbers(meeting: whole).first,
      span.window(of: own) == other.span.window(of: number)
    else { return nil }
    return own
  }
}
