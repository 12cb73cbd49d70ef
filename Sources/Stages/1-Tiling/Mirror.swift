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
    let beside = columns.enumerated().filter { $0.offset != $0.element }
    picture.withUnsafeMutableBufferPointer { picture in
      for plane in 0..<planes {
        let start = plane * window.area
        // The rows of the box first: all others are copies of them.
        for row in box.y - window.y..<box.maxY - window.y {
          let first = start + row * window.width
          for (column, source) in beside { picture[first + column] = picture[first + source] }
        }
        for (row, source) in rows.enumerated() where row != source {
          let from = start + source * window.width
          let first = start + row * window.width
          _ = picture[first..<first + window.width].update(
            fromContentsOf: picture[from..<from + window.width])
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
