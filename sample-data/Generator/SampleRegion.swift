/// The drawn region: where it is, which scenes there are of it, and the town in it.
///
/// The place is open water of Lake Victoria, on purpose: nobody can take the drawing for a survey.
enum SampleRegion {
  /// The canvas in scene pixels.
  static let columns = 2200
  static let rows = 2180

  /// The coordinate reference system: UTM zone 36 south on WGS 84.
  static let crs = "EPSG:32736"

  /// The ground coordinates of the canvas's north-west corner, in ``crs``.
  static let west = 494_213.17
  static let north = 9_902_871.43

  static let wide = Double(columns) * Camera.pixel
  static let tall = Double(rows) * Camera.pixel

  /// The four adjoining scenes, north up, and the turned one.
  static let scenes: [Scene] = [
    northUp(
      "scenes/north-west", column: 40, row: 52, columns: 1093, rows: 1051, gain: Color(1, 1, 1),
      seed: 11),
    northUp(
      "scenes/north-east", column: 1053, row: 35, columns: 1117, rows: 1069,
      gain: Color(1.02, 1.01, 0.99),
      seed: 12,
      wedge: Frame(origin: Place(600, 600), heading: Heading(along: Place(0.6, 0.8)))),
    northUp(
      "scenes/south-west", column: 29, row: 1039, columns: 1121, rows: 1087,
      gain: Color(0.98, 0.99, 1.01), seed: 13,
      cloud: Cloud(
        middle: Place(110, 150), radius: 34, fall: Sun.away * 52, seed: 700)),
    northUp(
      "scenes/south-east", column: 1067, row: 1021, columns: 1089, rows: 1123,
      gain: Color(1.01, 1, 0.98), seed: 14),
  ]

  static let rotated = Scene(
    name: "rotated", columns: 901, rows: 743, corner: Place(215, 425), heading: Heading(turn: 0.15),
    camera: Camera(gain: Color(1, 1.01, 1), seed: 15))

  /// All scenes.
  static let all = scenes + [rotated]

  /// The ground coordinates of a place.
  static func ground(of place: Place) -> (x: Double, y: Double) {
    (west + place.x, north - (tall - place.y))
  }

  /// Whether one of the adjoining scenes shows a place.
  static func shows(_ place: Place) -> Bool { scenes.contains { $0.pictures(place) } }

  /// Draws the part of the town that lies in a box.
  static func drawn(_ town: Town, within box: Box) -> Canvas {
    var canvas = Canvas(covering: box)
    GroundPainter(town: town).paint(on: &canvas)
    let shade = ShadowPainter(town: town)
    shade.paintThings(on: &canvas)
    for building in town.buildings { RoofPainter(building: building).paint(on: &canvas) }
    shade.paintBuildingShade(on: &canvas)
    shade.paintTrees(on: &canvas)
    return canvas
  }

  /// The town, nothing of which is cut by the edge of the scenes.
  static func town() -> Town {
    Town.planned(.sample) { place in
      scenes.contains { $0.pictures(place, inset: 2.5) }
    }
  }

  private static func northUp(
    _ name: String, column: Int, row: Int, columns: Int, rows: Int, gain: Color, seed: Int,
    wedge: Frame? = nil, cloud: Cloud? = nil
  ) -> Scene {
    Scene(
      name: name, columns: columns, rows: rows,
      corner: Place(Double(column) * Camera.pixel, tall - Double(row) * Camera.pixel),
      heading: Heading(turn: 0), camera: Camera(gain: gain, seed: seed), wedge: wedge, cloud: cloud)
  }
}
