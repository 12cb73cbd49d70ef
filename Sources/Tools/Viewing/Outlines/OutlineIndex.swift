import GeoFiles
import Grids
import Polygons

/// Where all features of a layer lie and how sure they are: what a picture of a million of them
/// needs, in 13 bytes each.
///
/// Read once, in the order of the file. Where features are smaller than a few pixels nobody sees their
/// corners, and a tile tells how much of each cell of two pixels is covered.
final class OutlineIndex: Sendable {
  /// Cells along a tile.
  static let cells = 128
  /// Steps of confidence that can be told apart.
  static let steps = 20

  /// The number of features.
  let count: Int
  /// Whether any feature tells how sure it is.
  let hasConfidence: Bool
  /// The side of a square as large as a usual feature's box, in metres of web mercator.
  let usualSide: Double
  private let origin: Point
  private let xs: [Float]
  private let ys: [Float]
  private let sides: [Float]
  /// 0…``steps`` − 1; the last where nothing is told.
  private let confidences: [UInt8]

  /// Reads a layer.
  ///
  /// - Throws: What keeps the file from being read.
  /// - Complexity: O(features).
  init(of files: [String]) throws {
    let reader = try VectorReader(joining: files)
    let field = OutlineReader.confidenceField(of: reader.fields)
    var (boxes, confidences): ([Float], [UInt8]) = ([], [])
    var first: Point?
    var extent = GroundBounds(
      west: .infinity, south: .infinity, east: -.infinity, north: -.infinity)
    try reader.visitBoxes(number: field) { box, number in
      guard box.west.isFinite, box.east.isFinite, box.south.isFinite, box.north.isFinite else {
        return true
      }
      let corner = first ?? Point(x: box.west, y: box.south)
      first = corner
      boxes.append(Float((box.west + box.east) / 2 - corner.x))
      boxes.append(Float((box.south + box.north) / 2 - corner.y))
      boxes.append(Float(((box.east - box.west) * (box.north - box.south)).squareRoot()))
      extent.west = min(extent.west, box.west)
      extent.south = min(extent.south, box.south)
      extent.east = max(extent.east, box.east)
      extent.north = max(extent.north, box.north)
      confidences.append(Self.step(of: number))
      return true
    }
    count = confidences.count
    hasConfidence = field != nil
    self.confidences = confidences
    guard let first, let crs = reader.crs else {
      (origin, usualSide, xs, ys, sides) = (Point(x: 0, y: 0), 1, [], [], [])
      return
    }
    let mesh = try GroundMesh(of: extent, from: crs)
    origin = mesh.place(x: first.x, y: first.y)
    var (xs, ys, sides) = ([Float](), [Float](), [Float]())
    for index in 0..<confidences.count {
      let (x, y) = (Double(boxes[index * 3]) + first.x, Double(boxes[index * 3 + 1]) + first.y)
      let place = mesh.place(x: x, y: y)
      xs.append(Float(place.x - origin.x))
      ys.append(Float(place.y - origin.y))
      sides.append(boxes[index * 3 + 2] * Float(mesh.stretch))
    }
    (self.xs, self.ys, self.sides) = (xs, ys, sides)
    usualSide = Double(sides.sorted()[sides.count / 2])
  }

  private static func step(of confidence: Double) -> UInt8 {
    guard confidence.isFinite else { return UInt8(steps - 1) }
    return UInt8(min(max(confidence, 0), 0.999) * Double(steps))
  }

  /// From which level on features are drawn with their corners: a usual one is 4 pixels wide.
  var firstShapeLevel: Int {
    var z = 0
    while z < TileAddress.deepest, let tile = TileAddress(z: z, x: 0, y: 0),
      usualSide < 4 * tile.pixel
    {
      z += 1
    }
    return z
  }

  /// How many features have their middle in a tile.
  ///
  /// - Complexity: O(features of the layer).
  func count(in tile: TileAddress) -> Int {
    let (corner, side) = (tile.corner, Float(tile.pixel * Double(TileAddress.side)))
    let (left, top) = (Float(corner.x - origin.x), Float(corner.y - origin.y))
    var count = 0
    for index in xs.indices {
      let (x, y) = (xs[index] - left, top - ys[index])
      if x >= 0, y >= 0, x < side, y < side { count += 1 }
    }
    return count
  }

  /// How much of each cell is covered, by confidence: pairs of a cell's number and a number whose upper
  /// byte is the step of confidence, and whose lower byte is the covered part in 255ths.
  ///
  /// - Complexity: O(features of the layer).
  func covered(_ tile: TileAddress) -> [UInt16] {
    let (corner, cell) = (tile.corner, Float(tile.pixel * Double(TileAddress.side / Self.cells)))
    let left = Float(corner.x - origin.x)
    let top = Float(corner.y - origin.y)
    let side = Float(Self.cells)
    var sums = [Float](repeating: 0, count: Self.cells * Self.cells * Self.steps)
    for index in xs.indices {
      let (x, y) = ((xs[index] - left) / cell, (top - ys[index]) / cell)
      let half = max(sides[index] / cell, 0.25) / 2
      guard x + half > 0, y + half > 0, x - half < side, y - half < side else { continue }
      let (x0, x1) = (max(x - half, 0), min(x + half, side - 0.001))
      let (y0, y1) = (max(y - half, 0), min(y + half, side - 0.001))
      // A feature that has nearly no extent is drawn a quarter of a cell wide, and as faint as it is.
      let weight = min(1, sides[index] / cell / 0.25)
      for row in Int(y0)...max(Int(y0), Int(y1)) {
        let tall = min(y1, Float(row + 1)) - max(y0, Float(row))
        for column in Int(x0)...max(Int(x0), Int(x1)) {
          let wide = min(x1, Float(column + 1)) - max(x0, Float(column))
          sums[(row * Self.cells + column) * Self.steps + Int(confidences[index])] +=
            wide * tall * max(weight, 0.3)
        }
      }
    }
    var pairs: [UInt16] = []
    for place in sums.indices where sums[place] > 0 {
      pairs.append(UInt16(place / Self.steps))
      let part = UInt16(max(1, min(255, sums[place] * 255)))
      pairs.append(UInt16(place % Self.steps) << 8 | part)
    }
    return pairs
  }
}

/// The way from a system to web mercator over an extent, exact at nodes and linear between them.
///
/// With 64 nodes a side the error is below a metre for 100 km: nothing where a pixel is many metres.
private struct GroundMesh {
  private static let cells = 64
  private let extent: GroundBounds
  private let nodes: [Point]

  init(of extent: GroundBounds, from crs: CoordinateReference) throws {
    var extent = extent
    // One feature alone has hardly an extent.
    extent.east = max(extent.east, extent.west + 1e-9)
    extent.north = max(extent.north, extent.south + 1e-9)
    self.extent = extent
    var places: [Point] = []
    for row in 0...Self.cells {
      for column in 0...Self.cells {
        let (u, v) = (Double(column) / Double(Self.cells), Double(row) / Double(Self.cells))
        places.append(
          Point(
            x: extent.west + (extent.east - extent.west) * u,
            y: extent.south + (extent.north - extent.south) * v))
      }
    }
    nodes = try CoordinateConverter(from: crs, to: Mercator.reference()).convert(places)
  }

  /// How much longer a way in web mercator is than in the other system.
  var stretch: Double {
    let (a, b) = (nodes[0], nodes[nodes.count - 1])
    let there = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
    let (width, height) = (extent.east - extent.west, extent.north - extent.south)
    return there / (width * width + height * height).squareRoot()
  }

  func place(x: Double, y: Double) -> Point {
    let u = (x - extent.west) / (extent.east - extent.west) * Double(Self.cells)
    let v = (y - extent.south) / (extent.north - extent.south) * Double(Self.cells)
    let (column, row) = (min(max(Int(u), 0), Self.cells - 1), min(max(Int(v), 0), Self.cells - 1))
    let (s, t) = (u - Double(column), v - Double(row))
    let first = row * (Self.cells + 1) + column
    func mixed(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Double {
      (a + (b - a) * s) * (1 - t) + (c + (d - c) * s) * t
    }
    let (a, b) = (nodes[first], nodes[first + 1])
    let (c, d) = (nodes[first + Self.cells + 1], nodes[first + Self.cells + 2])
    return Point(x: mixed(a.x, b.x, c.x, d.x), y: mixed(a.y, b.y, c.y, d.y))
  }
}
