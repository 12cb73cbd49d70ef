import GeoFiles
import Grids
import Mosaicking
import Tiling

/// Where a run has something to look at: what scenes and region share.
///
/// All questions are answered from the scenes' outlines and the region's edges; no pixel is read. False
/// is certain, and true may be wrong where a warped scene or the region slants.
struct PictureIndex {
  /// The scenes.
  let scenes: SceneSet
  /// The region, if there is one.
  let region: Region?
  /// How far beyond the region is looked, in pixels.
  let margin: Int

  /// The index of a plan.
  ///
  /// - Throws: What keeps the region from being read.
  init(of plan: RunPlan) throws {
    let region = try plan.region?.opened(in: plan.grid)
    self.init(scenes: plan.scenes, region: region, margin: plan.region?.margin ?? 0)
  }

  init(scenes: SceneSet, region: Region?, margin: Int) {
    (self.scenes, self.region, self.margin) = (scenes, region, margin)
  }

  /// Whether nothing in a window is near the region.
  func isOutside(_ window: PixelWindow) -> Bool {
    region?.misses(window.outset(by: margin)) ?? false
  }

  /// Whether all of a window is known to be in the region.
  func isInside(_ window: PixelWindow) -> Bool { region?.contains(window) ?? true }

  /// The shards with something to look at.
  ///
  /// - Complexity: O(scenes and the shards that each meets).
  func span(of shards: ShardLayout, in window: PixelWindow) -> ShardSpan {
    var rows: [Int: [Range<Int>]] = [:]
    for scene in scenes.scenes {
      let shared = scene.window.intersection(window)
      if shared.isEmpty { continue }
      let first = floorDivide(shared.x, shards.side)
      let end = floorDivide(shared.maxX - 1, shards.side) + 1
      for row in floorDivide(shared.y, shards.side)...floorDivide(shared.maxY - 1, shards.side) {
        // Neighbouring scenes overlap: what is known to be wanted is not asked for again.
        if rows[row]?.last == first..<end { continue }
        let wanted = Self.stretches(first..<end) { column in
          let whole = shards.window(of: ShardIndex(column: column, row: row))
          let part = whole.intersection(window)
          return scene.meets(part) && !isOutside(part)
        }
        if !wanted.isEmpty { rows[row, default: []] += wanted }
      }
    }
    return ShardSpan(
      shards,
      of: rows.flatMap { row, ranges in ranges.map { .init(row: row, columns: $0) } },
      meeting: window,
      squareSide: max(1, MosaicLayout.side(of: shards.chips) / shards.side))
  }

  /// The sheets of the map.
  func sheets(of shards: ShardLayout, in window: PixelWindow) -> MosaicLayout {
    MosaicLayout(window: window, chips: shards.chips, pictures: scenes.scenes.map(\.window)) {
      !isOutside($0)
    }
  }

  /// A side for the shards of the pixels that scenes and region share.
  func suggestedSide(for chips: ChipLayout, in window: PixelWindow) throws -> Int {
    // So fine that no scene counts for much more than it is, and so coarse that it is soon counted.
    let coarse = try ShardLayout(
      chips: chips, side: max(1, min(8, ShardLayout.largestSide / chips.core)) * chips.core)
    let rough = span(of: coarse, in: window)
    let pixels = (0..<rough.count).reduce(0) { sum, number in
      let shard = rough.window(of: number)
      let shared = scenes.scenes(meeting: shard).reduce(
        PixelWindow(x: 0, y: 0, width: 0, height: 0)
      ) { $0.union(scenes.scenes[$1].window.intersection(shard)) }
      return sum + shared.area
    }
    return ShardLayout.suggestedSide(for: chips, covering: pixels)
  }

  /// The stretches of a range for whose numbers a condition holds.
  private static func stretches(_ range: Range<Int>, where holds: (Int) -> Bool) -> [Range<Int>] {
    var found: [Range<Int>] = []
    for number in range where holds(number) {
      if let last = found.last, last.upperBound == number {
        found[found.count - 1] = last.lowerBound..<number + 1
      } else {
        found.append(number..<number + 1)
      }
    }
    return found
  }
}
