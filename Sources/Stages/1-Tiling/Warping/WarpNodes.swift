import Grids
import Polygons

/// Where the pixels of a window lie in a scene: exact at the nodes of the lattice, straight between.
///
/// Nodes lie at every `step` pixels of the *lattice*, not of the window, so that a pixel's place does
/// not depend on the window that it is asked for in.
struct WarpNodes {
  let step: Int
  /// The numbers of the nodes' columns: the lattice's columns divided by `step`.
  let columns: ClosedRange<Int>
  /// The numbers of the nodes' rows.
  let rows: ClosedRange<Int>
  /// Places in the scene, in its pixels, row by row.
  private let places: [Point]

  init(of window: PixelWindow, by transformer: WarpTransformer) {
    step = transformer.warp.step
    columns =
      floorDivide(window.x, step)...floorDivide(window.maxX - 1, step) + 1
    rows = floorDivide(window.y, step)...floorDivide(window.maxY - 1, step) + 1
    let nodes = rows.flatMap { [columns, step] row in
      columns.map { Point(x: Double($0 * step), y: Double(row * step)) }
    }
    places = transformer.scenePlaces(of: nodes)
  }

  private func place(column: Int, row: Int) -> Point {
    places[(row - rows.lowerBound) * columns.count + column - columns.lowerBound]
  }

  /// The smallest window of whole pixels of the scene that holds the places of a part of the window;
  /// nil where none of them has any.
  func reach(of part: PixelWindow) -> PixelWindow? {
    var (left, right) = (Double.infinity, -Double.infinity)
    var (top, bottom) = (Double.infinity, -Double.infinity)
    for row in floorDivide(part.y, step)...floorDivide(part.maxY - 1, step) {
      for column in floorDivide(part.x, step)...floorDivide(part.maxX - 1, step) {
        let cell = PixelWindow(x: column * step, y: row * step, width: step, height: step)
        // Between straight lines a rectangle's places lie between those of its corners.
        for place in corners(of: part.intersection(cell), column: column, row: row)
        where place.x.isFinite && place.y.isFinite {
          (left, right) = (min(left, place.x), max(right, place.x))
          (top, bottom) = (min(top, place.y), max(bottom, place.y))
        }
      }
    }
    guard left <= right else { return nil }
    // Farther than any picture reaches: as far as whole numbers go without a thought.
    func whole(_ place: Double) -> Int { Int(max(-1e9, min(1e9, place)).rounded(.down)) }
    let (x, y) = (whole(left), whole(top))
    return PixelWindow(x: x, y: y, width: whole(right) + 1 - x, height: whole(bottom) + 1 - y)
  }

  /// The places of the corners of a part of a cell of nodes.
  private func corners(of part: PixelWindow, column: Int, row: Int) -> [Point] {
    func share(_ place: Int, _ cell: Int) -> Double { Double(place - cell * step) / Double(step) }
    let (west, east) = (share(part.x, column), share(part.maxX, column))
    let upper = place(column: column, row: row)
    let lower = place(column: column, row: row + 1)
    let (upperEast, lowerEast) = (
      place(column: column + 1, row: row), place(column: column + 1, row: row + 1)
    )
    return [share(part.y, row), share(part.maxY, row)].flatMap { down in
      let left = upper + (lower - upper) * down
      let right = upperEast + (lowerEast - upperEast) * down
      return [left + (right - left) * west, left + (right - left) * east]
    }
  }

  /// A stretch of a row of pixels, and the line in the scene that their middles lie on.
  struct Stretch {
    /// The first column, on the lattice.
    let column: Int
    /// Pixels.
    let count: Int
    /// The place of the edge of the cell of nodes that the stretch lies in.
    let edge: Point
    /// From one pixel to the next.
    let slope: Point
    /// Pixels from the edge to the first of the stretch.
    let offset: Int

    /// The place of a pixel's middle: the same in every stretch of its cell that it can be found by.
    @inline(__always) func place(_ index: Int) -> Point {
      let along = Double(offset &+ index) + 0.5
      return Point(x: edge.x + slope.x * along, y: edge.y + slope.y * along)
    }
  }

  /// The stretches of a row of pixels, one for each cell of nodes that it crosses.
  func stretches(row: Int, columns range: Range<Int>) -> [Stretch] {
    let cellRow = floorDivide(row, step)
    let down = (Double(row - cellRow * step) + 0.5) / Double(step)
    func edge(_ column: Int) -> Point {
      let (upper, lower) = (
        place(column: column, row: cellRow), place(column: column, row: cellRow + 1)
      )
      return Point(
        x: upper.x + (lower.x - upper.x) * down, y: upper.y + (lower.y - upper.y) * down)
    }
    var found: [Stretch] = []
    var column = range.lowerBound
    while column < range.upperBound {
      let cell = floorDivide(column, step)
      let end = min((cell + 1) * step, range.upperBound)
      let (left, right) = (edge(cell), edge(cell + 1))
      found.append(
        Stretch(
          column: column, count: end - column, edge: left,
          slope: Point(
            x: (right.x - left.x) / Double(step), y: (right.y - left.y) / Double(step)),
          offset: column - cell * step))
      column = end
    }
    return found
  }
}
