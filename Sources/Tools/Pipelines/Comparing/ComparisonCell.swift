import Footprints
import Grids
import Polygons

/// A square of the reference system, and what was found in it.
///
/// Cells begin at the origin of the coordinates, so that those of neighbouring comparisons line up.
struct ComparisonCell: Sendable, Codable {
  /// The place of a cell, counted in cells from the origin.
  struct Place: Hashable, Sendable {
    let column: Int
    let row: Int
  }

  var column: Int
  var row: Int
  var new = 0
  var changed = 0
  var matched = 0
  var missing = 0
  /// The ground that new outlines cover, in m².
  var newSquareMeters = 0.0

  init(_ place: Place) { (column, row) = (place.column, place.row) }

  mutating func count(_ status: FootprintComparison.Status) {
    switch status {
    case .new: new += 1
    case .changed: changed += 1
    case .matched: matched += 1
    }
  }
}

/// The lattice of the cells.
struct ComparisonCells {
  /// The side of a cell, in coordinates.
  let side: Double
  private var cells: [ComparisonCell.Place: ComparisonCell] = [:]

  /// Metres of a degree of latitude, about: cells of degrees are as high as asked for, and narrower.
  private static let metersPerDegree = 111_320.0

  init(meters: Double, in crs: CoordinateReference) {
    side = crs.isGeographic ? meters / Self.metersPerDegree : meters
  }

  /// Changes the cell that an outline's centre of mass lies in.
  mutating func update(at outline: Polygon, _ change: (inout ComparisonCell) -> Void) {
    let centre = outline.centroid
    let place = ComparisonCell.Place(
      column: Int((centre.x / side).rounded(.down)), row: Int((centre.y / side).rounded(.down)))
    change(&cells[place, default: ComparisonCell(place)])
  }

  /// Cells with anything in them, from north to south, then from west to east.
  var sorted: [ComparisonCell] {
    cells.values.sorted { $0.row != $1.row ? $0.row > $1.row : $0.column < $1.column }
  }

  /// The square of a cell.
  func square(of cell: ComparisonCell) -> Polygon {
    let (west, south) = (Double(cell.column) * side, Double(cell.row) * side)
    let (east, north) = (Double(cell.column + 1) * side, Double(cell.row + 1) * side)
    return Polygon(
      outer: Ring([
        Point(x: west, y: south), Point(x: east, y: south), Point(x: east, y: north),
        Point(x: west, y: north),
      ]))
  }
}
