import Grids
import Polygons
import TestSupport
import Testing

@testable import GeoFiles

@Suite struct `A region of interest` {
  /// Lattice pixels are ground units, rows running south.
  let plain = GeoTransform(west: 0, north: 0, pixel: 1)

  func polygon(_ corners: [(Double, Double)]) -> Polygon {
    Polygon(outer: Ring(corners.map { Point(x: $0.0, y: $0.1) }))
  }

  /// A star with many corners, some on pixel centres, around the lattice's origin.
  var star: Polygon {
    polygon(
      (0..<41).map { step in
        let radius = step % 2 == 0 ? 300.0 : 90.5
        let (x, y) = Self.direction(Double(step) / 41)
        return ((x * radius * 2).rounded() / 2, (y * radius * 2).rounded() / 2)
      })
  }

  /// A point on the unit diamond, so that the test needs no sine.
  static func direction(_ turn: Double) -> (Double, Double) {
    let t = turn * 4
    switch t {
    case ..<1: return (1 - t, t)
    case ..<2: return (1 - t, 2 - t)
    case ..<3: return (t - 3, 2 - t)
    default: return (t - 3, t - 4)
    }
  }

  @Test func `holds the pixels whose centres are inside`() {
    let region = Region([polygon([(0.4, -0.6), (3.6, -0.6), (3.6, -2.4), (0.4, -2.4)])], on: plain)
    #expect(region.window == PixelWindow(x: 0, y: 1, width: 4, height: 1))
    let mask = region.mask(of: PixelWindow(x: -1, y: 0, width: 6, height: 3))
    #expect(mask == [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func `neighbouring regions share no pixel and leave none out`() {
    let west = polygon([(0, 0), (2.5, 0), (4.5, -6), (0, -6)])
    let east = polygon([(2.5, 0), (8, 0), (8, -6), (4.5, -6)])
    let window = PixelWindow(x: 0, y: 0, width: 8, height: 6)
    let first = Region([west], on: plain).mask(of: window)
    let second = Region([east], on: plain).mask(of: window)
    #expect(zip(first, second).map { $0 + $1 } == [UInt8](repeating: 1, count: 48))
  }

  @Test func `courtyards are outside, overlapping parts count once`() {
    var ring = polygon([(0, 0), (6, 0), (6, -3), (0, -3)])
    ring.holes = [Ring([(2, -1), (4, -1), (4, -2), (2, -2)].map { Point(x: $0.0, y: $0.1) })]
    let other = polygon([(5, 0), (7, 0), (7, -3), (5, -3)])
    let region = Region([ring, other], on: plain)
    let mask = region.mask(of: PixelWindow(x: 0, y: 0, width: 8, height: 3))
    #expect(
      mask == [
        1, 1, 1, 1, 1, 1, 1, 0,
        1, 1, 0, 0, 1, 1, 1, 0,
        1, 1, 1, 1, 1, 1, 1, 0,
      ])
  }

  @Test func `its mask does not depend on how the plane is cut`() {
    let region = Region([star], on: plain)
    let whole = PixelWindow(x: -310, y: -310, width: 620, height: 620)
    let expected = region.mask(of: whole)
    #expect(expected.contains(1))
    var pieces = [UInt8](repeating: 9, count: whole.area)
    for y in stride(from: whole.y, to: whole.maxY, by: 97) {
      for x in stride(from: whole.x, to: whole.maxX, by: 131) {
        let piece = PixelWindow(x: x, y: y, width: 131, height: 97).intersection(whole)
        let mask = region.mask(of: piece)
        for row in 0..<piece.height {
          for column in 0..<piece.width {
            let place = (piece.y + row - whole.y) * whole.width + piece.x + column - whole.x
            pieces[place] = mask[row * piece.width + column]
          }
        }
      }
    }
    #expect(pieces == expected)
  }

  @Test func `its quick answers agree with its mask`() {
    let region = Region([star], on: plain)
    var quick = 0
    for y in stride(from: -320, to: 320, by: 16) {
      for x in stride(from: -320, to: 320, by: 16) {
        let window = PixelWindow(x: x, y: y, width: 16, height: 16)
        let mask = region.mask(of: window)
        if region.contains(window) { #expect(!mask.contains(0)) }
        if region.misses(window) { #expect(!mask.contains(1)) }
        if region.contains(window) || region.misses(window) { quick += 1 }
      }
    }
    #expect(quick > 800)
  }

  @Test(arguments: [false, true])
  func `its quick answers see level edges that cross a window from side to side`(isNotch: Bool) {
    // A square of 200 px without its south-west corner, or with a hole from one side almost to the other.
    let corner = [Point(x: 0, y: 50), Point(x: 80, y: 50), Point(x: 80, y: 0)]
    let square = [Point(x: 200, y: 0), Point(x: 200, y: 200), Point(x: 0, y: 200)]
    let notched = Polygon(outer: Ring(corner + square))
    let hole = Ring([
      Point(x: 10, y: 20), Point(x: 190, y: 20), Point(x: 190, y: 50), Point(x: 10, y: 50),
    ])
    let whole = Ring([Point(x: 0, y: 0), Point(x: 200, y: 0)] + square.dropFirst())
    let region = Region([isNotch ? notched : Polygon(outer: whole, holes: [hole])], on: plain)
    for y in stride(from: -192, to: 0, by: 4) {
      for x in stride(from: 4, to: 192, by: 4) {
        let window = PixelWindow(x: x, y: y, width: 32, height: 32)
        let mask = region.mask(of: window)
        if region.contains(window) { #expect(!mask.contains(0), "\(window)") }
        if region.misses(window) { #expect(!mask.contains(1), "\(window)") }
      }
    }
  }

  @Test func `its window holds all of it`() {
    let region = Region([star], on: plain)
    let all = region.mask(of: PixelWindow(x: -310, y: -310, width: 620, height: 620))
    let inside = region.mask(of: region.window)
    #expect(all.reduce(0) { $0 + Int($1) } == inside.reduce(0) { $0 + Int($1) })
  }

  @Test func `is read from longitude and latitude onto a lattice in metres`() throws {
    let folder = try DrawnFolder()
    let path = try folder.write(
      """
      {"type": "Polygon", "coordinates": [[[32.58, 0.31], [32.581, 0.31], [32.581, 0.311],
      [32.58, 0.311], [32.58, 0.31]]]}
      """, to: "region.geojson")
    let grid = RunGrid(
      of: GeoTransform(west: 453_000, north: 34_500, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    let region = try Region(reading: path, in: grid)
    // pyproj: (453264.774, 34265.244) to (453376.054, 34375.773)
    #expect(abs(region.window.x - 453_265) <= 1 && abs(region.window.maxX - 453_376) <= 1)
    #expect(abs(region.window.y + 34_376) <= 1 && abs(region.window.maxY + 34_265) <= 1)
  }

  @Test func `a file without polygons is no region`() throws {
    let folder = try DrawnFolder()
    let path = try folder.write(
      "{\"type\": \"Point\", \"coordinates\": [1, 2]}", to: "point.geojson")
    let grid = RunGrid(
      of: plain, crs: try CoordinateReference(definition: "EPSG:4326"))
    let error = #expect(throws: GeoFileError.self) { try Region(reading: path, in: grid) }
    #expect(
      error?.description == """
        cannot take a region from '\(path)'
          it holds no polygon
          give a file with at least one polygon, in any format GDAL reads
        """)
  }
}
