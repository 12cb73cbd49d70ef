public import Grids

/// Pixels that hang together over their sides, as runs in row-major order.
public struct Component: Hashable, Sendable {
  /// The runs, by row and then by column; never empty, never touching in a row.
  public let runs: [PixelRun]
  /// The smallest window that holds every pixel.
  public let bounds: PixelWindow
  /// The number of pixels.
  public let pixelCount: Int

  /// The first pixel in row-major order: the component's name on the lattice, the same from
  /// whichever window it is seen.
  public var canonicalPixel: LatticePixel { LatticePixel(x: runs[0].x, y: runs[0].y) }

  /// Gathers runs that are known to hang together.
  ///
  /// - Precondition: `runs` is not empty and in row-major order.
  public init(runs: [PixelRun]) {
    precondition(!runs.isEmpty)
    var left = Int.max
    var right = Int.min
    var count = 0
    for run in runs {
      left = min(left, run.x)
      right = max(right, run.maxX)
      count += run.count
    }
    let top = runs[0].y
    self.runs = runs
    self.bounds = PixelWindow(
      x: left, y: top, width: right - left, height: runs[runs.count - 1].y + 1 - top)
    self.pixelCount = count
  }

  /// Whether the component has pixels on the outermost rows or columns of a window, so that it
  /// might go on beyond.
  public func reachesEdge(of window: PixelWindow) -> Bool {
    !window.outset(by: -1).contains(bounds)
  }

  /// Whether one of the pixels is in column `x`, row `y`.
  ///
  /// - Complexity: O(log runs).
  public func contains(x: Int, y: Int) -> Bool {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      let run = runs[middle]
      if run.y < y || (run.y == y && run.maxX <= x) { low = middle + 1 } else { high = middle }
    }
    return low < runs.count && runs[low].y == y && runs[low].x <= x
  }

  /// Whether one of the pixels is in `window`.
  public func intersects(_ window: PixelWindow) -> Bool {
    bounds.intersects(window)
      && runs.contains {
        $0.y >= window.y && $0.y < window.maxY && $0.x < window.maxX && $0.maxX > window.x
      }
  }
}
