import Grids

/// Draws the sub-pixel contour of a component: marching squares that follow one component.
///
/// Between every own pixel and a foreign one beside it lies one point of the contour, where the
/// value, linear between the two centres, crosses the level; towards another component it lies half
/// way. Walking from point to point along the pixels' sides gives rings that never cross: the
/// saddle rule is that corners do not connect own pixels. Rings begin at their first pixel in
/// row-major order and keep the component on the right, seen with y down.
public struct Contour {
  private let patch: ComponentPatch
  private let level: Double
  private var isDrawn: [Bool]
  /// To the pixel ahead when walking along the top, right, bottom and left side.
  private let ahead: [Int]
  /// From a pixel across its top, right, bottom and left side.
  private let across: [Int]

  private init(of patch: ComponentPatch, at level: Double) {
    let width = patch.window.width
    self.patch = patch
    self.level = level
    isDrawn = [Bool](repeating: false, count: patch.owners.count)
    ahead = [1, width, -1, -width]
    across = [-width, 1, width, -1]
  }

  /// The outline of a component and its holes, in pixels from the patch's corner.
  ///
  /// - Parameters:
  ///   - patch: The component.
  ///   - level: Just below the least own value, so that no point falls on a pixel's centre.
  /// - Complexity: O(pixels of the patch).
  public static func polygon(of patch: ComponentPatch, at level: Double) -> Polygon {
    var contour = Contour(of: patch, at: level)
    guard let first = patch.owners.firstIndex(of: .component) else {
      return Polygon(outer: Ring([]))
    }
    let outer = contour.ring(from: first, side: 0)
    var holes: [Ring] = []
    let below = contour.across[2]
    for pixel in first..<patch.owners.count - below
    where patch.owners[pixel] == .component && patch.owners[pixel + below] != .component
      && !contour.isDrawn[pixel]
    {
      holes.append(contour.ring(from: pixel, side: 2))
    }
    return Polygon(outer: outer, holes: holes)
  }

  /// Walks once around; sides are 0 top, 1 right, 2 bottom, 3 left.
  private mutating func ring(from start: Int, side startSide: Int) -> Ring {
    var points: [Point] = []
    var pixel = start
    var side = startSide
    repeat {
      if side == 2 { isDrawn[pixel] = true }
      points.append(crossing(of: pixel, side: side))
      let next = pixel + ahead[side]
      if patch.owners[next] != .component {
        side = (side + 1) % 4
      } else if patch.owners[next + across[side]] == .component {
        pixel = next + across[side]
        side = (side + 3) % 4
      } else {
        pixel = next
      }
    } while pixel != start || side != startSide
    return Ring(points)
  }

  private func crossing(of pixel: Int, side: Int) -> Point {
    let other = pixel + across[side]
    var share = 0.5
    if patch.owners[other] == .nobody {
      let own = Double(patch.values[pixel])
      share = (own - level) / (own - Double(patch.values[other]))
    }
    let width = patch.window.width
    let x = Double(pixel % width) + 0.5
    let y = Double(pixel / width) + 0.5
    switch side {
    case 0: return Point(x: x, y: y - share)
    case 1: return Point(x: x + share, y: y)
    case 2: return Point(x: x, y: y + share)
    default: return Point(x: x - share, y: y)
    }
  }
}
