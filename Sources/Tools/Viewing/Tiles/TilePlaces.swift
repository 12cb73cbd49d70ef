import GeoFiles
import Grids
import Polygons

/// Where the pixels of a tile lie on a raster.
///
/// Every 32 pixels the way from web mercator is computed exactly, between them it is linear; over a
/// tile of a map of a metre a pixel that is less than a hundredth of a pixel off.
struct TilePlaces {
  /// The pixels of the tile that may meet the raster.
  let area: PixelWindow
  /// What is to be added to ``columns`` and ``rows``: large numbers, kept out of small ones.
  let base: (x: Double, y: Double)
  /// The raster's column of each pixel's centre, row by row, less ``base``.
  let columns: [Float]
  /// The raster's row of each pixel's centre, less ``base``.
  let rows: [Float]
  /// How many of the raster's pixels a pixel of the tile is wide.
  let scale: Double
  /// The raster's pixels between which all centres lie.
  let window: PixelWindow

  private static let spacing = 32

  /// Finds the places; nil where the tile does not meet the raster.
  ///
  /// - Parameters:
  ///   - bounds: The raster's extent in web mercator; nothing beyond it is computed.
  ///   - transform: From the raster's pixels to ground.
  ///   - converter: From web mercator to the ground's reference system.
  init?(
    of tile: TileAddress, in bounds: GroundBounds, _ transform: GeoTransform,
    by converter: CoordinateConverter
  ) throws {
    let (pixel, corner) = (tile.pixel, tile.corner)
    func clamped(_ value: Double) -> Int { Int(min(max(value, 0), Double(TileAddress.side))) }
    let left = clamped(((bounds.west - corner.x) / pixel).rounded(.down))
    let right = clamped(((bounds.east - corner.x) / pixel).rounded(.up))
    let top = clamped(((corner.y - bounds.north) / pixel).rounded(.down))
    let bottom = clamped(((corner.y - bounds.south) / pixel).rounded(.up))
    area = PixelWindow(x: left, y: top, width: right - left, height: bottom - top)
    guard !area.isEmpty else { return nil }
    let across = (area.width + Self.spacing - 1) / Self.spacing
    let down = (area.height + Self.spacing - 1) / Self.spacing
    let stepX = Double(area.width) / Double(across)
    let stepY = Double(area.height) / Double(down)
    var nodes: [Point] = []
    for row in 0...down {
      for column in 0...across {
        nodes.append(
          Point(
            x: corner.x + (Double(left) + Double(column) * stepX) * pixel,
            y: corner.y - (Double(top) + Double(row) * stepY) * pixel))
      }
    }
    nodes = try converter.convert(nodes).map {
      let place = transform.pixel(x: $0.x, y: $0.y)
      return Point(x: place.x, y: place.y)
    }
    let origin = (x: nodes[0].x.rounded(.down), y: nodes[0].y.rounded(.down))
    base = origin
    (columns, rows) = Self.spread(nodes, across, down, area.size, (stepX, stepY), origin)
    let (minX, maxX) = (nodes.map(\.x).min() ?? 0, nodes.map(\.x).max() ?? 0)
    let (minY, maxY) = (nodes.map(\.y).min() ?? 0, nodes.map(\.y).max() ?? 0)
    window = PixelWindow(
      x: Int(minX.rounded(.down)), y: Int(minY.rounded(.down)),
      width: Int(maxX.rounded(.up)) - Int(minX.rounded(.down)),
      height: Int(maxY.rounded(.up)) - Int(minY.rounded(.down)))
    let (a, b, c) = (nodes[0], nodes[across], nodes[(across + 1) * down])
    let width = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
    let height = ((c.x - a.x) * (c.x - a.x) + (c.y - a.y) * (c.y - a.y)).squareRoot()
    scale = min(width / Double(area.width), height / Double(area.height))
  }

  /// Fills in the places between the nodes.
  private static func spread(
    _ nodes: [Point], _ across: Int, _ down: Int, _ size: PixelSize, _ step: (x: Double, y: Double),
    _ base: (x: Double, y: Double)
  ) -> ([Float], [Float]) {
    var columns = [Float](repeating: 0, count: size.area)
    var rows = [Float](repeating: 0, count: size.area)
    for y in 0..<size.height {
      let place = (Double(y) + 0.5) / step.y
      let cellY = min(Int(place), down - 1)
      let part = place - Double(cellY)
      // The line of nodes at this height.
      let line = (0...across).map { column in
        let (upper, lower) = (
          nodes[cellY * (across + 1) + column], nodes[(cellY + 1) * (across + 1) + column]
        )
        return (
          x: upper.x + (lower.x - upper.x) * part - base.x,
          y: upper.y + (lower.y - upper.y) * part - base.y
        )
      }
      for cell in 0..<across {
        let first = Int((Double(cell) * step.x).rounded(.up))
        let last = min(size.width, Int((Double(cell + 1) * step.x).rounded(.up)))
        let (from, to) = (line[cell], line[cell + 1])
        let (dx, dy) = ((to.x - from.x) / step.x, (to.y - from.y) / step.x)
        for x in first..<last {
          let along = Double(x) + 0.5 - Double(cell) * step.x
          columns[y * size.width + x] = Float(from.x + dx * along)
          rows[y * size.width + x] = Float(from.y + dy * along)
        }
      }
    }
    return (columns, rows)
  }

  /// Calls `body` with each pixel of the tile whose centre lies in a window of the raster.
  ///
  /// - Parameter body: Gets the pixel's place in the tile's 256 × 256, and column and row in the window.
  @inline(__always)
  func forEach(in part: PixelWindow, _ body: (_ pixel: Int, _ x: Float, _ y: Float) -> Void) {
    let (left, top) = (Float(Double(part.x) - base.x), Float(Double(part.y) - base.y))
    let (width, height) = (Float(part.width), Float(part.height))
    columns.withUnsafeBufferPointer { columns in
      rows.withUnsafeBufferPointer { rows in
        for y in 0..<area.height {
          let target = (area.y + y) * TileAddress.side + area.x
          for x in 0..<area.width {
            let (column, row) = (columns[y * area.width + x] - left, rows[y * area.width + x] - top)
            if column >= 0, row >= 0, column < width, row < height { body(target + x, column, row) }
          }
        }
      }
    }
  }
}
