import Grids

/// Fills what lies outside a box with the picture inside it, mirrored at its edges.
struct Mirror {
  /// Where the picture is, row-major.
  let window: PixelWindow
  /// The part of it that is filled already; an empty box leaves everything as it is.
  let box: PixelWindow

  func apply<Value>(to picture: inout [Value], planes: Int) {
    guard !box.isEmpty, box != window else { return }
    let columns = Self.sources(window.x..<window.maxX, box.x..<box.maxX)
    let rows = Self.sources(window.y..<window.maxY, box.y..<box.maxY)
    picture.withUnsafeMutableBufferPointer { picture in
      for plane in 0..<planes {
        for (row, sourceRow) in rows.enumerated() {
          let isInside = row == sourceRow
          let target = plane * window.area + row * window.width
          let source = plane * window.area + sourceRow * window.width
          for (column, sourceColumn) in columns.enumerated()
          where !(isInside && column == sourceColumn) {
            picture[target + column] = picture[source + sourceColumn]
          }
        }
      }
    }
  }

  /// For each place of a range, counted from its start, the place inside `box` it mirrors.
  static func sources(_ range: Range<Int>, _ box: Range<Int>) -> [Int] {
    range.map { place in
      let period = 2 * box.count
      let step = ((place - box.lowerBound) % period + period) % period
      let inside = step < box.count ? step : period - 1 - step
      return box.lowerBound + inside - range.lowerBound
    }
  }
}
