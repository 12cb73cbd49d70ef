import Grids

/// Which pixels are road, before it is thinned.
enum RoadMask {
  /// 1 where a value is road, and where a hole lies in it that is no larger than a square.
  static func filled(_ view: CenterlineFinder.View, hole: Int) -> [UInt8] {
    var mask = view.values.map { view.range.contains($0) ? UInt8(1) : 0 }
    guard hole > 0 else { return mask }
    let window = view.window
    for gap in ComponentFinder.components(of: mask, in: window, where: 0...0)
    where max(gap.bounds.width, gap.bounds.height) <= hole && !gap.reachesEdge(of: window) {
      for run in gap.runs {
        let start = (run.y - window.y) * window.width + run.x - window.x
        for pixel in start..<start + run.count { mask[pixel] = 1 }
      }
    }
    return mask
  }

  /// The road without what is deeper in it than a road can be, counted in steps over pixels' sides.
  ///
  /// So squares become rings, along their rim, and the roads that lead into them stay joined.
  static func withoutDepths(_ road: [UInt8], width: Int, depth: Int) -> [UInt8] {
    let height = road.count / max(1, width)
    let most = UInt16(depth + 1)
    var steps = road.map { $0 == 0 ? UInt16(0) : most }
    steps.withUnsafeMutableBufferPointer { steps in
      for y in 0..<height {
        for index in y * width..<(y + 1) * width where steps[index] != 0 {
          if index > y * width { steps[index] = min(steps[index], steps[index - 1] + 1) }
          if y > 0 { steps[index] = min(steps[index], steps[index - width] + 1) }
        }
      }
      for y in (0..<height).reversed() {
        for index in (y * width..<(y + 1) * width).reversed() where steps[index] != 0 {
          if index < (y + 1) * width - 1 { steps[index] = min(steps[index], steps[index + 1] + 1) }
          if y < height - 1 { steps[index] = min(steps[index], steps[index + width] + 1) }
        }
      }
    }
    return steps.map { $0 > 0 && $0 <= UInt16(depth) ? 1 : 0 }
  }
}

/// How far pixels of the road are from its rim, by the nearest pixel outside.
struct RimDistance {
  private let road: [UInt8]
  private let width: Int
  private let weights: (x: Int, y: Int)
  private let farthest: Int

  init(_ road: [UInt8], width: Int, rules: CenterlineRules) {
    self.road = road
    self.width = width
    weights = rules.weights
    farthest = rules.depth
  }

  /// The square of the distance between the middles of a pixel and the nearest one outside, in the
  /// units of the rules' weights; at most that of the rules' depth.
  func squared(at pixel: Int) -> Int {
    let least = min(weights.x, weights.y)
    var best = farthest * farthest * least * least
    var ring = 1
    // A ring of pixels around holds none that is nearer than its side.
    while ring <= farthest, ring * ring * least * least < best {
      for step in -ring...ring {
        for (dx, dy) in [(step, -ring), (step, ring), (-ring, step), (ring, step)] {
          let index = pixel + dy * width + dx
          guard road.indices.contains(index), road[index] == 0 else { continue }
          let (x, y) = (dx * weights.x, dy * weights.y)
          best = min(best, x * x + y * y)
        }
      }
      ring += 1
    }
    return best
  }
}
