/// Light in three bands: red, green, blue, each about 0 … 255.
typealias Color = SIMD3<Float>

/// The picture under the drawing hand, twice as fine as any scene made of it.
///
/// It covers a part of the town; what is painted beyond that part is lost. Brushes see places, never
/// pixels, so that every part shows the same town.
struct Canvas {
  /// The side of a canvas pixel in metres.
  static let pixel = 0.15

  /// Columns west of the canvas and rows south of its top, counted from the town's corner.
  let left: Int
  let top: Int
  let width: Int
  let height: Int
  var pixels: [Color]

  /// Makes a canvas that covers a box.
  init(covering box: Box) {
    left = Int((box.low.x / Self.pixel).rounded(.down))
    top = Int((box.high.y / Self.pixel).rounded(.up))
    width = Int((box.high.x / Self.pixel).rounded(.up)) - left
    height = top - Int((box.low.y / Self.pixel).rounded(.down))
    pixels = [Color](repeating: .zero, count: width * height)
  }

  /// The ground it covers.
  var box: Box {
    Box(
      low: Place(Double(left), Double(top - height)) * Self.pixel,
      high: Place(Double(left + width), Double(top)) * Self.pixel)
  }

  /// The centre of a pixel.
  func place(_ column: Int, _ row: Int) -> Place {
    Place(Double(left + column) + 0.5, Double(top - row) - 0.5) * Self.pixel
  }

  /// The position of a place, in pixels from the outer corner of the first one.
  func position(of place: Place) -> SIMD2<Double> {
    SIMD2(place.x / Self.pixel - Double(left), Double(top) - place.y / Self.pixel)
  }

  /// The columns and rows that a box touches.
  func cells(of box: Box) -> (columns: Range<Int>, rows: Range<Int>) {
    let first = position(of: Place(box.low.x, box.high.y))
    let last = position(of: Place(box.high.x, box.low.y))
    return (
      Self.range(from: first.x, to: last.x, within: width),
      Self.range(from: first.y, to: last.y, within: height)
    )
  }

  private static func range(from first: Double, to last: Double, within count: Int) -> Range<Int> {
    let start = max(0, Int(first.rounded(.down)))
    return start..<max(start, min(count, Int(last.rounded(.up))))
  }

  /// Lets a brush recolour every pixel of a box; what it answers `nil` to stays.
  mutating func paint(_ box: Box, _ brush: (Place, Color) -> Color?) {
    let (columns, rows) = cells(of: box)
    for row in rows {
      for column in columns {
        let index = row * width + column
        if let color = brush(place(column, row), pixels[index]) { pixels[index] = color }
      }
    }
  }
}

/// The straight way from one colour to another.
func blended(_ start: Color, _ end: Color, _ share: Float) -> Color {
  start + (end - start) * share
}
