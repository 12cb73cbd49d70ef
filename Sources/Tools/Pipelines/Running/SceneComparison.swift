import Grids
import ShardStores
import Tiling

/// Which finished shards would come out of other pixels than they did.
///
/// A shard whose scenes have kept their names, sizes and times is taken as it is. Of others the
/// chips are decoded again and their hash is compared with the one that was taken when the shard was
/// done: so a scene that was touched, copied, renamed or packed in another way is the same scene.
struct SceneComparison {
  /// The numbers, in the plan after, of finished shards whose pixels differ.
  private(set) var changed: Set<Int> = []
  /// How many shards were decoded again to know.
  private(set) var compared = 0

  /// Compares a run with a plan.
  ///
  /// - Parameters:
  ///   - before: The plan that the run was made by.
  ///   - after: The plan that is asked for; its shards have the same side.
  ///   - record: What became of a shard, by its number in the plan before.
  init(
    from before: RunPlan, to after: RunPlan, record: (Int) throws -> ShardRecord?
  ) throws {
    guard before.scenes != after.scenes || before.sources != after.sources else { return }
    let reader = try ShardReader(of: after)
    for number in 0..<after.span.count {
      guard let old = before.number(ofShard: number, in: after),
        let known = try record(old), known.state == .done, let hash = known.inputHash,
        Self.sight(of: old, in: before) != Self.sight(of: number, in: after)
      else { continue }
      compared += 1
      if try reader.hash(of: number) != hash { changed.insert(number) }
    }
  }

  /// Everything by which a shard's scenes can be told without opening them.
  private struct Sight: Hashable {
    var window: PixelWindow
    var bands: [Int]
    var sources: [SourceStamp]
  }

  private static func sight(of number: Int, in plan: RunPlan) -> [Sight] {
    plan.scenes.scenes(meeting: plan.readWindow(of: number)).map { index in
      let scene = plan.scenes.scenes[index]
      return Sight(window: scene.window, bands: scene.bands, sources: plan.sources[index])
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
