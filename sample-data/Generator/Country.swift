import Foundation
import GeoFiles
import Grids
import Polygons

/// A drawn country: many scenes in three reference systems, with overlaps, gaps, clouds and one damaged
/// file, and the border around them.
///
/// It is for measuring and testing what happens at size, and not for looking at: fields of one colour and
/// bright blocks, which fill gigapixels in seconds and take little disk. Of its pixels only the kind
/// matters, so that a network of one layer knows the right answer.
struct Country {
  /// Scenes from west to east.
  let columns: Int
  /// Scenes from north to south.
  let rows: Int
  /// The side of a scene, in pixels of half a metre.
  let side: Int

  /// The length of a pixel's side, in m.
  static let pixel = 0.5
  /// The system that the country is drawn in, and two in three of its scenes are.
  static let home = "EPSG:32636"
  /// The system of each scene, in turns along a row.
  private static let systems = [home, home, "EPSG:32635", home, home, "EPSG:3857"]
  /// The north-western corner, near the edge of the zone, in ``home``.
  private static let corner = Point(x: 170_000, y: 60_000)

  /// How far scenes are apart, in pixels: neighbours share a sixteenth.
  private var stride: Int { side - side / 16 }

  /// Writes scenes and border into a folder.
  func write(into folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/scenes", withIntermediateDirectories: true)
    for number in 0..<columns * rows where !isGap(number) {
      try CountryScene(place(of: number), side: side, system: system(of: number), number: number)
        .write(to: "\(folder)/scenes/\(name(of: number)).tif")
    }
    // A download that broke off.
    let broken = URL(fileURLWithPath: "\(folder)/scenes/\(name(of: damaged)).tif")
    let whole = try Data(contentsOf: broken)
    try whole.prefix(whole.count / 2).write(to: broken)
    try Data(try border().utf8).write(to: URL(fileURLWithPath: "\(folder)/border.geojson"))
  }

  private func name(of number: Int) -> String {
    String(format: "scene_r%02dc%02d", number / columns, number % columns)
  }

  private func system(of number: Int) -> String {
    Self.systems[(number % columns + number / columns) % Self.systems.count]
  }

  /// Whether no scene was taken there.
  private func isGap(_ number: Int) -> Bool { number % 17 == 11 }

  /// The scene whose file breaks off: in the middle, and never a gap.
  private var damaged: Int {
    let middle = rows / 2 * columns + columns / 2
    return isGap(middle) ? middle - 1 : middle
  }

  /// A scene's north-western corner, in ``home``.
  private func place(of number: Int) -> Point {
    let step = Double(stride) * Self.pixel
    return Point(
      x: Self.corner.x + Double(number % columns) * step,
      y: Self.corner.y - Double(number / columns) * step)
  }

  // MARK: - The border

  /// The border as GeoJSON: jagged, within the scenes' outer edges, with a lake left out.
  private func border() throws -> String {
    let step = Double(stride) * Self.pixel
    let (width, height) = (step * Double(columns), step * Double(rows))
    let (west, north) = (Self.corner.x, Self.corner.y)
    var outer: [Point] = []
    let teeth = 12
    func tooth(_ index: Int) -> Double { step * (index % 2 == 0 ? 0.05 : 0.02) }
    for index in 0..<teeth {
      let share = Double(index) / Double(teeth)
      outer.append(Point(x: west + step * 0.05 + share * width * 0.98, y: north - tooth(index)))
    }
    for index in 0..<teeth {
      let share = Double(index) / Double(teeth)
      outer.append(
        Point(x: west + width - tooth(index), y: north - step * 0.05 - share * height * 0.98))
    }
    for index in 0..<teeth {
      let share = Double(index) / Double(teeth)
      outer.append(
        Point(
          x: west + width - step * 0.05 - share * width * 0.98, y: north - height + tooth(index)))
    }
    for index in 0..<teeth {
      let share = Double(index) / Double(teeth)
      outer.append(
        Point(x: west + tooth(index), y: north - height + step * 0.05 + share * height * 0.98))
    }
    let (x, y) = (west + width * 0.3, north - height * 0.4)
    let lake = [(0, 0), (0.2, 0.03), (0.3, 0.25), (0.1, 0.3)].map {
      Point(x: x + step * $0.0, y: y - step * $0.1)
    }
    let converter = try CoordinateConverter(
      from: CoordinateReference(definition: Self.home), to: .wgs84)
    func ring(_ points: [Point]) throws -> String {
      let corners = try converter.convert(points + points.prefix(1)).map {
        String(format: "[%.7f, %.7f]", $0.x, $0.y)
      }
      return "[\(corners.joined(separator: ", "))]"
    }
    return """
      {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
       "geometry": {"type": "Polygon", "coordinates": [\(try ring(outer)),
       \(try ring(lake))]}}]}

      """
  }
}
