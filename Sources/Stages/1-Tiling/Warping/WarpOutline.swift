import Grids
import Polygons

/// A warped scene's edges on the lattice, as a ring of straight lines beside which they lie closely.
public struct WarpOutline: Hashable, Sendable, Codable {
  /// The corners, in order, as columns and rows.
  private let ring: Ring
  /// How far the edges may lie from the ring, in pixels, rounded up.
  private let margin: Int

  init(ring: Ring, margin: Int) { (self.ring, self.margin) = (ring, margin) }

  /// Whether a window may share a pixel with the scene; false is certain.
  ///
  /// - Complexity: O(corners of the ring).
  func meets(_ window: PixelWindow) -> Bool {
    let wide = window.outset(by: margin)
    return isInside(wide) || runsThrough(wide)
  }

  /// Whether every pixel of a window is the scene's; true is certain.
  ///
  /// - Complexity: O(corners of the ring).
  func covers(_ window: PixelWindow) -> Bool {
    let wide = window.outset(by: margin)
    return isInside(wide) && !runsThrough(wide)
  }

  private func isInside(_ window: PixelWindow) -> Bool {
    ring.contains(Point(x: Double(window.x), y: Double(window.y)))
  }

  private func runsThrough(_ window: PixelWindow) -> Bool {
    let (left, right) = (Double(window.x), Double(window.maxX))
    let (top, bottom) = (Double(window.y), Double(window.maxY))
    guard var last = ring.points.last else { return false }
    for point in ring.points {
      if Self.crosses(last, point, left...right, top...bottom) { return true }
      last = point
    }
    return false
  }

  /// Whether a segment has a point in a box: what is left of it between each pair of sides.
  ///
  /// Source: Liang and Barsky 1984, doi:10.1145/357332.357333.
  private static func crosses(
    _ a: Point, _ b: Point, _ columns: ClosedRange<Double>, _ rows: ClosedRange<Double>
  ) -> Bool {
    var (from, to) = (0.0, 1.0)
    for (start, delta, range) in [(a.x, b.x - a.x, columns), (a.y, b.y - a.y, rows)] {
      if delta == 0 {
        if !range.contains(start) { return false }
        continue
      }
      let ends = [(range.lowerBound - start) / delta, (range.upperBound - start) / delta]
      from = max(from, min(ends[0], ends[1]))
      to = min(to, max(ends[0], ends[1]))
      if from > to { return false }
    }
    return true
  }
}
