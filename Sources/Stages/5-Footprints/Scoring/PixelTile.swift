import Grids
import Polygons

/// A square of pixels in which polygons are drawn.
struct PixelTile {
  private let side: Int
  private var pixels: [UInt8]
  /// Where lines cross the centres of rows.
  private var crossings: [(row: Int, x: Double)] = []

  init(side: Int) {
    self.side = side
    pixels = [UInt8](repeating: 0, count: side * side)
  }

  /// Empties the tile.
  mutating func clear() {
    for index in pixels.indices { pixels[index] = 0 }
  }

  /// Looks at the pixels, row by row: 1 where a polygon is.
  func withPixels<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    pixels.withUnsafeBufferPointer(body)
  }

  /// Sets the pixels whose centres lie in a polygon, holes left out.
  ///
  /// - Parameters:
  ///   - polygon: In ground coordinates.
  ///   - transform: From pixels to ground coordinates.
  ///   - column: The tile's place, in tiles.
  ///   - row: The tile's place, in tiles.
  mutating func fill(_ polygon: Polygon, _ transform: GeoTransform, column: Int32, row: Int32) {
    crossings.removeAll(keepingCapacity: true)
    let (left, top) = (Int(column) * side, Int(row) * side)
    for ring in polygon.rings {
      guard var last = ring.points.last.map({ transform.pixel(x: $0.x, y: $0.y) }) else { continue }
      for point in ring.points {
        let next = transform.pixel(x: point.x, y: point.y)
        cross(last.y <= next.y ? (last, next) : (next, last), top: top)
        last = next
      }
    }
    crossings.sort { ($0.row, $0.x) < ($1.row, $1.x) }
    for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
      let row = (crossings[pair].row - top) * side
      let first = max(0, Self.firstColumn(after: crossings[pair].x, left))
      let end = min(side, Self.firstColumn(after: crossings[pair + 1].x, left))
      if first < end { for place in row + first..<row + end { pixels[place] = 1 } }
    }
  }

  /// Notes where a line crosses the tile's rows; it begins in the row that it ends in, exclusively.
  private mutating func cross(
    _ line: (from: (x: Double, y: Double), to: (x: Double, y: Double)), top: Int
  ) {
    let (from, to) = line
    guard from.y < to.y else { return }
    let first = max(Double(top), (from.y - 0.5).rounded(.up))
    let end = min(Double(top + side), (to.y - 0.5).rounded(.up))
    guard first < end else { return }
    let slope = (to.x - from.x) / (to.y - from.y)
    for row in Int(first)..<Int(end) {
      crossings.append((row, from.x + (Double(row) + 0.5 - from.y) * slope))
    }
  }

  /// The first column whose centre lies at or beyond a crossing, from the tile's left.
  private static func firstColumn(after crossing: Double, _ left: Int) -> Int {
    Int(min(max((crossing - 0.5).rounded(.up) - Double(left), -1), 0x1p20))
  }
}
