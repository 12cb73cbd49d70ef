import Footprints
import Grids
import Polygons

/// A layer drawn in memory; nodata beyond its window.
struct DrawnLayer: RasterSource {
  let window: PixelWindow
  private(set) var values: [UInt8]

  init(window: PixelWindow, background: UInt8 = 0) {
    self.window = window
    values = [UInt8](repeating: background, count: window.area)
  }

  mutating func fill(_ part: PixelWindow, with value: UInt8 = 200) {
    let inside = part.intersection(window)
    for y in inside.y..<inside.maxY {
      for x in inside.x..<inside.maxX {
        values[(y - window.y) * window.width + x - window.x] = value
      }
    }
  }

  /// Adds the share of every pixel that a shape covers.
  mutating func draw(_ shape: Polygon) {
    let xs = shape.outer.points.map(\.x)
    let ys = shape.outer.points.map(\.y)
    guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max()
    else { return }
    let part = PixelWindow(
      x: Int(left.rounded(.down)), y: Int(top.rounded(.down)), width: Int(right - left) + 2,
      height: Int(bottom - top) + 2
    ).intersection(window)
    for y in part.y..<part.maxY {
      for x in part.x..<part.maxX {
        let index = (y - window.y) * window.width + x - window.x
        let share = shape.overlapArea(with: .square(x: Double(x), y: Double(y), side: 1))
        values[index] = UInt8(min(200, Double(values[index]) + (share * 200).rounded()))
      }
    }
  }

  /// Adds noise to every pixel, so that walls are ragged and crumbs lie about.
  mutating func roughen(with dice: inout Dice) {
    for index in values.indices {
      let noise = dice.number(in: -80...80) + dice.number(in: -40...40)
      values[index] = UInt8(max(0, min(200, (Double(values[index]) + noise).rounded())))
    }
  }

  func bytes(in part: PixelWindow) -> [UInt8] {
    var bytes = [UInt8](repeating: LayerValue.nodata, count: part.area)
    let inside = part.intersection(window)
    for y in inside.y..<inside.maxY {
      for x in inside.x..<inside.maxX {
        bytes[(y - part.y) * part.width + x - part.x] =
          values[(y - window.y) * window.width + x - window.x]
      }
    }
    return bytes
  }
}

/// A layer that remembers the largest window it was asked for.
final class WatchedLayer: RasterSource {
  private let layer: DrawnLayer
  private(set) var largestRead = 0

  init(_ layer: DrawnLayer) { self.layer = layer }

  func bytes(in part: PixelWindow) -> [UInt8] {
    largestRead = max(largestRead, part.area)
    return layer.bytes(in: part)
  }
}

/// Ground on which a unit is a metre in the middle, and may be less along x.
struct FlatGround: GroundMeasuring {
  var metersAlongX = 1.0
  var metersAlongY = 1.0

  func squareMeters(of polygon: Polygon) -> Double { polygon.area * metersAlongX * metersAlongY }

  func meters(along line: Line) -> Double {
    line.mapped { Point(x: $0.x * metersAlongX, y: $0.y * metersAlongY) }.length
  }

  func geographic(_ place: Point) -> (longitude: Double, latitude: Double) {
    (place.x / 100_000, place.y / 100_000)
  }

  func metersPerUnit(at place: Point) -> (x: Double, y: Double) { (metersAlongX, metersAlongY) }
}

extension RunGrid {
  /// A north-up grid on a flat plane, with the lattice's origin at (0, 0).
  static func flat(pixel: Double = 0.5, isGeographic: Bool = false) -> RunGrid {
    RunGrid(
      of: GeoTransform(west: 0, north: 0, pixel: pixel),
      crs: CoordinateReference(
        wkt: "LOCAL_CS[\"plane\"]", code: nil, name: "plane", isGeographic: isGeographic))
  }
}

extension Polygon {
  static func square(x: Double, y: Double, side: Double) -> Polygon {
    Polygon(
      outer: Ring([
        Point(x: x, y: y), Point(x: x + side, y: y), Point(x: x + side, y: y + side),
        Point(x: x, y: y + side),
      ]))
  }

  /// A rectangle turned by the angle of a right triangle with these legs, about its first corner.
  static func rectangle(
    at place: Point, width: Double, height: Double, turn: (along: Double, across: Double) = (1, 0)
  ) -> Polygon {
    let length = (turn.along * turn.along + turn.across * turn.across).squareRoot()
    let (c, s) = (turn.along / length, turn.across / length)
    let corners = [(0.0, 0.0), (width, 0), (width, height), (0, height)]
    return Polygon(
      outer: Ring(
        corners.map { Point(x: c * $0.0 - s * $0.1 + place.x, y: s * $0.0 + c * $0.1 + place.y) }))
  }
}

/// Random numbers that are the same everywhere.
///
/// Source: splitmix64, Steele, Lea and Flood 2014.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  mutating func number(in range: ClosedRange<Double>) -> Double {
    let share = Double(next() >> 11) / Double(1 << 53)
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }
}
