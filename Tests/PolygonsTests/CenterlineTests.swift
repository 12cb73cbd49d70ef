import Grids
import Testing

@testable import Polygons

/// A map of roads and water on pixels of 1 m.
private struct RoadMap {
  let window: PixelWindow
  private(set) var road: [UInt8]
  private(set) var water: [UInt8]

  init(width: Int, height: Int, x: Int = 0, y: Int = 0) {
    window = PixelWindow(x: x, y: y, width: width, height: height)
    road = [UInt8](repeating: 0, count: window.area)
    water = road
  }

  /// Draws what lies within half a width of a line.
  mutating func draw(_ points: [(Double, Double)], width: Double, onWater: Bool = false) {
    let line = zip(points, points.dropFirst()).map {
      (Point(x: $0.0, y: $0.1), Point(x: $1.0, y: $1.1))
    }
    for y in 0..<window.height {
      for x in 0..<window.width {
        let center = Point(x: Double(x) + 0.5, y: Double(y) + 0.5)
        let isNear = line.contains {
          center.squaredDistance(toSegmentFrom: $0.0, to: $0.1) <= width * width / 4
        }
        guard isNear else { continue }
        // A deck hides the water under it.
        if onWater { water[y * window.width + x] = 200 } else { road[y * window.width + x] = 200 }
        if !onWater { water[y * window.width + x] = 0 }
      }
    }
  }

  mutating func fill(_ part: PixelWindow, with value: UInt8 = 200) {
    for y in part.y..<part.maxY {
      for x in part.x..<part.maxX { road[y * window.width + x] = value }
    }
  }

  mutating func scatter(seed: UInt64, one share: UInt64) {
    var state = seed
    for index in road.indices {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if (state >> 33) % share == 0 { road[index] = road[index] == 0 ? 200 : 0 }
    }
  }

  private static func cut(_ values: [UInt8], of window: PixelWindow, to part: PixelWindow)
    -> [UInt8]
  {
    (part.y..<part.maxY).flatMap { y in
      (part.x..<part.maxX).map { x in
        window.contains(x: x, y: y) ? values[(y - window.y) * window.width + x - window.x] : 255
      }
    }
  }

  /// The roads, found in parts of a size.
  func roads(
    side: (Int, Int)? = nil, rules: CenterlineRules = .town, bridges: Bool = false
  ) -> [Centerline] {
    let (columns, rows) = side ?? (window.width, window.height)
    var joiner = CenterlineJoiner()
    var roads: [Centerline] = []
    for y in stride(from: window.y, to: window.maxY, by: rows) {
      for x in stride(from: window.x, to: window.maxX, by: columns) {
        let core = PixelWindow(x: x, y: y, width: columns, height: rows).intersection(window)
        let around = core.outset(by: rules.reach)
        let view = CenterlineFinder.View(
          window: around, values: Self.cut(road, of: window, to: around), range: 100...200,
          crossed: bridges ? Self.cut(water, of: window, to: around) : nil)
        for piece in CenterlineFinder.pieces(in: core, of: view, rules: rules) { joiner.add(piece) }
      }
      roads += joiner.finished { $0.y >= y + rows && $0.y < window.maxY }
        .map { Centerline(of: $0, rules: rules, tolerance: 0.75) }
    }
    return roads
  }
}

extension CenterlineRules {
  fileprivate static let town = CenterlineRules(
    spur: 6, widest: 8, hole: 2, pixel: Point(x: 1, y: 1))
}

@Suite struct `A centreline` {
  @Test func `runs along the middle of a road, as long and as wide as it is`() throws {
    var map = RoadMap(width: 90, height: 60)
    map.draw([(10.5, 12.5), (80.5, 40.5)], width: 7)

    let road = try #require(map.roads().first)

    #expect(map.roads().count == 1 && road.freeEnds == 2)
    #expect(road.line.points.count == 2)
    #expect(abs(road.meters - 7) <= 1)
    // Round ends add half a width at each end.
    let length = Point(x: 70, y: 28).length + 7
    #expect(abs(road.line.length - length) < 2.5, "\(road.line.length)")
    for point in road.line.points {
      let distance = point.squaredDistance(
        toSegmentFrom: Point(x: 0, y: 8.5), to: Point(x: 90.5, y: 44.5))
      #expect(distance.squareRoot() < 1)
    }
  }

  @Test func `ends where roads meet, at one place for all of them`() {
    var map = RoadMap(width: 100, height: 100)
    map.draw([(5, 50), (95, 50)], width: 7)
    map.draw([(48, 5), (52, 95)], width: 7)

    let roads = map.roads()

    #expect(roads.count == 4 && roads.allSatisfy { $0.freeEnds == 1 })
    let ends = roads.flatMap { [$0.line.points.first, $0.line.points.last] }.compactMap(\.self)
    let middle = ends.filter { ($0 - Point(x: 50, y: 50)).length < 3 }
    #expect(middle.count == 4 && Set(middle).count == 1)
  }

  @Test func `has no branches of a rough rim, and keeps those that are roads`() {
    var map = RoadMap(width: 120, height: 60)
    map.draw([(5, 30), (115, 30)], width: 7)
    for x in stride(from: 15, to: 110, by: 9) {
      map.fill(PixelWindow(x: x, y: x % 2 == 0 ? 24 : 33, width: 2, height: 4))
    }
    #expect(map.roads().count == 1)

    map.draw([(60, 30), (60, 50)], width: 5)
    #expect(map.roads().count == 3)
  }

  @Test func `closes around a block, and goes around a square`() throws {
    var map = RoadMap(width: 100, height: 100)
    map.draw([(20, 20), (80, 20), (80, 80), (20, 80), (20, 20)], width: 5)
    let block = try #require(map.roads().first)
    #expect(map.roads().count == 1)
    #expect(block.line.points.first == block.line.points.last)
    #expect(abs(block.line.length - 240) < 12)

    var square = RoadMap(width: 100, height: 100)
    square.fill(PixelWindow(x: 20, y: 20, width: 60, height: 60))
    #expect(square.roads().count == 1)
    #expect(square.roads().first?.freeEnds == 0)
  }

  @Test(arguments: [
    (37, 23), (64, 64), (190, 13), (21, 140),
  ])
  func `is the same for all cuts of the plane`(width: Int, height: Int) {
    var map = RoadMap(width: 130, height: 90, x: -70, y: -33)
    for number in 0..<3 {
      let place = Double(number) * 36 + 8
      map.draw([(0, place), (70, place + 14), (130, place)], width: Double(4 + number))
      map.draw([(place, 0), (place - 6, 90)], width: 5)
    }
    map.draw([(0, 55), (130, 55)], width: 12, onWater: true)
    map.draw([(88, 20), (95, 80)], width: 6)
    map.fill(PixelWindow(x: 95, y: 50, width: 24, height: 28))
    map.scatter(seed: 3, one: 23)

    let whole = map.roads(bridges: true)

    #expect(whole.count > 15 && whole.contains { !$0.bridges.isEmpty })
    #expect(map.roads(side: (width, height), bridges: true) == whole)
    #expect(whole.map(\.canonicalPixel) == whole.map(\.canonicalPixel).sorted())
    #expect(Set(whole.map(\.canonicalPixel)).count == whole.count)
  }

  @Test func `is the same for all cuts of a road that is wider and longer than they are`() {
    var map = RoadMap(width: 150, height: 40)
    map.draw([(0, 16), (75, 24), (150, 16)], width: 20)
    let rules = CenterlineRules(spur: 8, widest: 30, hole: 1, pixel: Point(x: 1, y: 1))

    let whole = map.roads(rules: rules)

    #expect(whole.count == 1 && abs(whole[0].meters - 20) <= 1)
    #expect(map.roads(side: (31, 17), rules: rules) == whole)
  }

  @Test func `of nothing, of everything, of nodata and of single pixels is nothing`() {
    var map = RoadMap(width: 60, height: 50)
    #expect(map.roads().isEmpty)
    map.fill(map.window, with: 255)
    #expect(map.roads().isEmpty)
    map.fill(map.window, with: 0)
    for x in stride(from: 2, to: 60, by: 5) {
      map.fill(PixelWindow(x: x, y: x % 40, width: 1, height: 1))
    }
    #expect(map.roads().isEmpty)
    map.fill(map.window)
    // All is one square: its rim.
    #expect(map.roads().map(\.freeEnds) == [0])
  }

  @Test func `is measured on the ground where pixels are no squares`() throws {
    var map = RoadMap(width: 80, height: 40)
    map.draw([(0, 20), (80, 20)], width: 6)
    let rules = CenterlineRules(spur: 8, widest: 40, hole: 0, pixel: Point(x: 1, y: 3))

    let road = try #require(map.roads(rules: rules).first)

    #expect(abs(road.meters - 18) <= 3, "\(road.meters)")
  }
}

@Suite struct `A bridge` {
  private func map(_ road: [(Double, Double)], width: Double = 6) -> RoadMap {
    var map = RoadMap(width: 120, height: 100)
    map.draw([(0, 45), (120, 55)], width: 20, onWater: true)
    map.draw(road, width: width)
    return map
  }

  @Test func `is where a road has water on both sides, as long as the water is wide`() throws {
    let roads = map([(60, 5), (60, 95)]).roads(bridges: true)

    let bridge = try #require(roads.first?.bridges.first)
    #expect(roads.count == 1 && roads[0].bridges.count == 1)
    #expect(abs(bridge.line.length - 21) < 4, "\(bridge.line.length)")
    #expect(abs(bridge.meters - 6) <= 1)
    #expect((bridge.line.point(along: bridge.line.length / 2) - Point(x: 60, y: 50)).length < 2)
  }

  @Test func `may cross askew`() throws {
    let bridge = try #require(
      map([(20, 5), (100, 95)]).roads(bridges: true).first?.bridges.first)
    #expect(bridge.line.length > 20 && bridge.line.length < 44, "\(bridge.line.length)")
  }

  @Test func `is no pier, and no road along a bank`() {
    #expect(map([(60, 5), (60, 50)]).roads(bridges: true).flatMap(\.bridges).isEmpty)
    #expect(map([(0, 31), (120, 41)]).roads(bridges: true).flatMap(\.bridges).isEmpty)
    #expect(map([(60, 5), (60, 95)]).roads(bridges: false).flatMap(\.bridges).isEmpty)
  }

  @Test func `is where the map has one, whatever lies under it`() {
    var map = RoadMap(width: 100, height: 30)
    map.draw([(0, 15), (100, 15)], width: 6)
    let deck = (0..<map.window.area).map { (40..<60).contains($0 % 100) ? UInt8(200) : 0 }
    let around = map.window.outset(by: CenterlineRules.town.reach)
    func wide(_ values: [UInt8]) -> [UInt8] {
      (around.y..<around.maxY).flatMap { y in
        (around.x..<around.maxX).map { x in
          map.window.contains(x: x, y: y) ? values[y * 100 + x] : 0
        }
      }
    }
    let pieces = CenterlineFinder.pieces(
      in: map.window,
      of: CenterlineFinder.View(
        window: around, values: wide(map.road), range: 100...200, bridges: wide(deck)),
      rules: .town)
    let roads = pieces.map { Centerline(of: $0, rules: .town, tolerance: 0.75) }

    #expect(roads.flatMap(\.bridges).map { $0.line.length.rounded() } == [19])
  }
}
