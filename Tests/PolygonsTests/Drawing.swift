import Grids
import Polygons

/// A small picture of probabilities for tests, in steps of 1/200.
struct Drawing {
  var window: PixelWindow
  var values: [UInt8]

  /// The values that belong to components: at least one half, and not nodata.
  static let range: ClosedRange<UInt8> = 100...200

  /// Reads rows of characters: `#` is 200, `.` is 0, `?` is nodata and digits count in twenties.
  init(_ text: String, x: Int = 0, y: Int = 0) {
    let rows = text.split(separator: "\n").map(Array.init)
    window = PixelWindow(x: x, y: y, width: rows[0].count, height: rows.count)
    values = rows.flatMap { row in
      row.map { character in
        switch character {
        case "#": 200
        case "?": 255
        case ".": 0
        default: UInt8(character.wholeNumberValue ?? 0) * 20
        }
      }
    }
  }

  /// Draws shapes exactly: every pixel holds the share of it that they cover.
  init(of shapes: [Polygon], width: Int, height: Int) {
    window = PixelWindow(x: 0, y: 0, width: width, height: height)
    values = (0..<width * height).map { index in
      let pixel = Self.square(x: index % width, y: index / width)
      let share = shapes.reduce(0) { $0 + $1.overlapArea(with: pixel) }
      return UInt8((min(1, share) * 200).rounded())
    }
  }

  private static func square(x: Int, y: Int) -> Polygon {
    let (x, y) = (Double(x), Double(y))
    return Polygon(
      outer: Ring([
        Point(x: x, y: y), Point(x: x + 1, y: y), Point(x: x + 1, y: y + 1), Point(x: x, y: y + 1),
      ]))
  }

  var components: [Component] {
    ComponentFinder.components(of: values, in: window, where: Self.range)
  }

  func patch(of component: Component) -> ComponentPatch {
    ComponentPatch(of: component, values: values, in: window, where: Self.range)
  }

  /// The contours of all components, in pixels of the drawing.
  var contours: [Polygon] {
    components.map { component in
      let patch = patch(of: component)
      let corner = Point(
        x: Double(patch.window.x - window.x), y: Double(patch.window.y - window.y))
      return Contour.polygon(of: patch, at: 99.5).mapped {
        Point(x: $0.x + corner.x, y: $0.y + corner.y)
      }
    }
  }
}

extension Polygon {
  /// A polygon from pairs of coordinates.
  init(_ outer: [(Double, Double)], holes: [[(Double, Double)]] = []) {
    self.init(
      outer: Ring(outer.map { Point(x: $0.0, y: $0.1) }),
      holes: holes.map { Ring($0.map { Point(x: $0.0, y: $0.1) }) })
  }

  /// The polygon turned by the angle of a right triangle with these legs, then moved.
  func turned(along: Double, across: Double, to place: Point) -> Polygon {
    let length = (along * along + across * across).squareRoot()
    let (c, s) = (along / length, across / length)
    return mapped {
      Point(x: c * $0.x - s * $0.y + place.x, y: s * $0.x + c * $0.y + place.y)
    }
  }
}
