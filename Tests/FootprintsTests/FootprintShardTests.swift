import Footprints
import Grids
import Polygons
import Testing

@Suite struct `Footprint shards` {
  /// A town that straddles the lattice's origin: turned houses, a house longer than a shard, a
  /// courtyard around other houses, crumbs, a nodata wedge and a wall along the edge.
  private static let town: DrawnLayer = {
    var layer = DrawnLayer(window: PixelWindow(x: -70, y: -50, width: 300, height: 230))
    var dice = Dice(state: 7)
    for row in 0..<5 {
      for column in 0..<6 {
        let place = Point(
          x: -50 + 42 * Double(column) + dice.number(in: 0...6),
          y: -30 + 40 * Double(row) + dice.number(in: 0...6))
        layer.draw(
          .rectangle(
            at: place, width: dice.number(in: 8...24), height: dice.number(in: 6...14),
            turn: (dice.number(in: 3...5), dice.number(in: 0...2))))
      }
    }
    layer.fill(PixelWindow(x: -60, y: 118, width: 270, height: 6))
    layer.fill(PixelWindow(x: 60, y: 60, width: 110, height: 100))
    layer.fill(PixelWindow(x: 66, y: 66, width: 98, height: 88), with: 0)
    layer.fill(PixelWindow(x: 100, y: 90, width: 30, height: 20))
    layer.fill(PixelWindow(x: 110, y: 80, width: 1, height: 1), with: 100)
    for row in 0..<40 {
      layer.fill(
        PixelWindow(x: 200 - row, y: -50 + row, width: 30 + row, height: 1),
        with: LayerValue.nodata)
    }
    return layer
  }()

  private func trace(
    _ layer: DrawnLayer, side: (width: Int, height: Int), halo: Int,
    contact: DrawnLayer? = nil, settings: FootprintSettings = .init(className: "building")
  ) throws -> [Footprint] {
    let tracer = FootprintTracer(grid: .flat(), settings: settings, ground: FlatGround())
    let layers = FootprintLayers(probability: layer, contact: contact)
    var all: [Footprint] = []
    for y in stride(from: layer.window.y, to: layer.window.maxY, by: side.height) {
      for x in stride(from: layer.window.x, to: layer.window.maxX, by: side.width) {
        let core = PixelWindow(x: x, y: y, width: side.width, height: side.height)
        all += try FootprintShard(core: core, halo: halo).footprints(from: layers, tracer: tracer)
      }
    }
    return all.sorted { $0.canonicalPixel < $1.canonicalPixel }
  }

  @Test(arguments: [
    (64, 64, 8), (64, 64, 64), (31, 47, 3), (100, 17, 1), (128, 96, 32), (299, 229, 1),
  ])
  func `footprints are the same for all sizes of shards`(width: Int, height: Int, halo: Int) throws
  {
    let whole = try trace(Self.town, side: (300, 230), halo: 1)

    let parts = try trace(Self.town, side: (width, height), halo: halo)

    #expect(parts == whole)
  }

  @Test func `the town has its houses`() throws {
    let whole = try trace(Self.town, side: (300, 230), halo: 1)

    #expect(whole.count > 20)
    #expect(Set(whole.map(\.canonicalPixel)).count == whole.count)
  }

  @Test(arguments: [(64, 64, 8), (31, 47, 3), (100, 17, 1)])
  func `parted neighbours are the same for all sizes of shards`(
    width: Int, height: Int, halo: Int
  ) throws {
    var row = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 220, height: 60))
    row.fill(PixelWindow(x: 5, y: 7, width: 205, height: 30))
    var contact = DrawnLayer(window: row.window)
    for wall in stride(from: 24, to: 200, by: 21) {
      contact.fill(PixelWindow(x: wall, y: 5, width: 2, height: 40), with: 170)
    }

    let whole = try trace(row, side: (220, 60), halo: 1, contact: contact)
    let parts = try trace(row, side: (width, height), halo: halo, contact: contact)

    #expect(whole.count == 10)
    #expect(parts == whole)
  }

  @Test func `a building of two thousand pixels comes out whole and once`() throws {
    let layer = DrawnLayer(
      window: PixelWindow(x: -3, y: -2, width: 2000, height: 2000), background: 200)

    let footprints = try trace(layer, side: (1024, 1024), halo: 16)

    #expect(footprints.map(\.areaSquareMeters).map { ($0 / 1e6 * 1000).rounded() } == [1000])
    #expect(footprints[0].polygon.vertexCount == 4)
  }

  @Test func `nodata everywhere holds nothing`() throws {
    let layer = DrawnLayer(
      window: PixelWindow(x: 0, y: 0, width: 50, height: 50), background: LayerValue.nodata)

    #expect(try trace(layer, side: (50, 50), halo: 4).isEmpty)
  }

  @Test func `an empty map holds nothing`() throws {
    let layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 50, height: 50))

    #expect(try trace(layer, side: (50, 50), halo: 4).isEmpty)
  }

  @Test func `small buildings are read through small windows`() throws {
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 400, height: 400))
    layer.fill(PixelWindow(x: 190, y: 190, width: 20, height: 20))

    let watched = WatchedLayer(layer)
    let tracer = FootprintTracer(
      grid: .flat(), settings: .init(className: "building"), ground: FlatGround())

    for x in [100, 200] {
      _ = try FootprintShard(
        core: PixelWindow(x: x, y: 100, width: 100, height: 100), halo: 20
      ).footprints(from: FootprintLayers(probability: watched), tracer: tracer)
    }

    #expect(watched.largestRead == 140 * 140)
  }

  @Test func `only what begins in the region is kept, and kept whole`() throws {
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 100, height: 60))
    layer.fill(PixelWindow(x: 10, y: 10, width: 30, height: 20))
    layer.fill(PixelWindow(x: 60, y: 10, width: 30, height: 20))
    var region = DrawnLayer(window: layer.window)
    region.fill(PixelWindow(x: 0, y: 0, width: 30, height: 15), with: 1)
    let tracer = FootprintTracer(
      grid: .flat(pixel: 1), settings: .init(className: "building"), ground: FlatGround())

    let footprints = try FootprintShard(core: layer.window, halo: 4).footprints(
      from: FootprintLayers(probability: layer, region: region), tracer: tracer)

    #expect(footprints.map(\.canonicalPixel) == [LatticePixel(x: 10, y: 10)])
    #expect(abs(footprints[0].areaSquareMeters - 600) < 6)
  }
}
