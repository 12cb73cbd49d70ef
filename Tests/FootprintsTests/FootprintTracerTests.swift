import Footprints
import Grids
import Polygons
import Testing

@Suite struct `Tracing one footprint` {
  private func trace(
    _ layer: DrawnLayer, grid: RunGrid = .flat(pixel: 1),
    settings: FootprintSettings = .init(className: "building"), ground: FlatGround = FlatGround()
  ) throws -> [Footprint] {
    try FootprintShard(core: layer.window, halo: 2).footprints(
      from: FootprintLayers(probability: layer),
      tracer: FootprintTracer(grid: grid, settings: settings, ground: ground))
  }

  private func house(value: UInt8 = 200) -> DrawnLayer {
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 40, height: 30))
    layer.fill(PixelWindow(x: 6, y: 5, width: 20, height: 12), with: value)
    return layer
  }

  @Test func `confidence is the mean probability of its pixels, in thousandths`() throws {
    var layer = house(value: 151)
    layer.fill(PixelWindow(x: 6, y: 5, width: 20, height: 4), with: 198)

    // (20·8·151 + 20·4·198) / (240·200)
    #expect(try trace(layer).map(\.confidence) == [0.833])
  }

  @Test func `attributes are rounded to their places`() throws {
    let footprint = try #require(try trace(house()).first)

    for (number, places) in [
      (footprint.areaSquareMeters, 1e2), (footprint.latitude, 1e7), (footprint.longitude, 1e7),
      (footprint.confidence, 1e3),
    ] {
      #expect((number * places).rounded() / places == number)
    }
  }

  @Test func `corners lie on whole millimetres`() throws {
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 50, height: 40))
    layer.draw(
      .rectangle(at: Point(x: 12.3, y: 8.1), width: 21, height: 13, turn: (4, 1)))

    let footprint = try #require(try trace(layer, grid: .flat(pixel: 0.3)).first)

    #expect(
      footprint.polygon.outer.points.allSatisfy {
        ($0.x * 1000).rounded() / 1000 == $0.x && ($0.y * 1000).rounded() / 1000 == $0.y
      })
  }

  @Test func `the outer ring runs counter-clockwise on the ground and holes clockwise`() throws {
    var layer = house()
    layer.fill(PixelWindow(x: 11, y: 8, width: 10, height: 6), with: 0)

    let polygon = try #require(try trace(layer).first?.polygon)

    #expect(polygon.outer.signedArea > 0)
    #expect(polygon.holes.map { $0.signedArea < 0 } == [true])
  }

  @Test func `what is smaller than asked for is left out`() throws {
    let settings = FootprintSettings(className: "building", smallestSquareMeters: 241)

    #expect(try trace(house(), settings: settings).isEmpty)
  }

  @Test func `what is less sure than asked for is left out, to the thousandth`() throws {
    // 151/200 = 0.755
    func kept(_ least: Double) throws -> Int {
      try trace(
        house(value: 151), settings: .init(className: "building", leastConfidence: least)
      ).count
    }

    #expect(try kept(0.755) == 1)
    #expect(try kept(0.756) == 0)
  }

  @Test func `what is left out does not move the wall of its neighbour`() throws {
    // Two halves of a block, parted by contact: the left one sure, the right one not.
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 60, height: 30))
    layer.fill(PixelWindow(x: 6, y: 5, width: 22, height: 12), with: 190)
    layer.fill(PixelWindow(x: 28, y: 5, width: 22, height: 12), with: 130)
    var contact = DrawnLayer(window: layer.window)
    contact.fill(PixelWindow(x: 27, y: 5, width: 2, height: 12), with: 180)
    func outlines(_ least: Double) throws -> [Footprint] {
      try FootprintShard(core: layer.window, halo: 2).footprints(
        from: FootprintLayers(probability: layer, contact: contact),
        tracer: FootprintTracer(
          grid: .flat(pixel: 1), settings: .init(className: "building", leastConfidence: least),
          ground: FlatGround()))
    }

    let all = try outlines(0)

    #expect(all.count == 2)
    #expect(try outlines(0.7) == all.filter { $0.confidence >= 0.7 })
    #expect(try outlines(0.7).count == 1)
  }

  @Test func `the threshold decides where the wall stands`() throws {
    var layer = house(value: 200)
    layer.fill(PixelWindow(x: 26, y: 5, width: 4, height: 12), with: 130)
    let strict = FootprintSettings(className: "building", threshold: 0.8)

    #expect(try trace(layer)[0].areaSquareMeters > 280)
    #expect(try trace(layer, settings: strict)[0].areaSquareMeters < 250)
  }

  @Test func `direction is that of the walls, clockwise from north`() throws {
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 60, height: 60))
    layer.draw(.rectangle(at: Point(x: 20, y: 8), width: 30, height: 15, turn: (2, 1)))

    let direction = try #require(try trace(layer).first?.direction)

    // Rows grow southwards: the long wall falls by 26.565° to the east, so it stands 116.565°
    // clockwise from north, and the short one 26.565°.
    #expect(abs(direction - 26.6) <= 0.3)
  }

  @Test(arguments: OutlineStyle.allCases)
  func `every style gives its method`(style: OutlineStyle) throws {
    let settings = FootprintSettings(className: "building", outline: style)

    let method = try #require(try trace(house(), settings: settings).first?.method)

    #expect(method == [.squared: .ortho, .simplified: .simplified, .raw: .raw][style])
  }

  @Test func `walls are square on the ground where degrees are not`() throws {
    // At 60° N a degree of longitude is half as long: the same building, drawn half as narrow.
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 150, height: 70))
    let truth = Polygon.rectangle(
      at: Point(x: 20, y: 12), width: 40, height: 18, turn: (3, 1))
    layer.draw(truth.mapped { Point(x: $0.x * 2, y: $0.y) })
    let ground = FlatGround(metersAlongX: 0.5, metersAlongY: 1)

    let footprint = try #require(try trace(layer, ground: ground).first)

    let corners = footprint.polygon.outer.points.map { Point(x: $0.x / 2, y: $0.y) }
    #expect(corners.count == 4)
    #expect(abs(footprint.areaSquareMeters / 720 - 1) < 0.02)
    for index in corners.indices {
      let (a, b, c) = (corners[index], corners[(index + 1) % 4], corners[(index + 2) % 4])
      #expect(abs((b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y)) < 0.1)
    }
  }

  @Test func `a crumb that vanishes in rounding is a box around its pixels`() throws {
    var layer = DrawnLayer(window: PixelWindow(x: 0, y: 0, width: 9, height: 9))
    layer.fill(PixelWindow(x: 4, y: 4, width: 1, height: 1), with: 100)

    let footprint = try #require(try trace(layer, grid: .flat(pixel: 0.05)).first)

    #expect(footprint.method == .fallback)
    #expect(footprint.polygon.vertexCount == 4)
  }

  @Test func `a footprint's name is that of its grid and its first pixel`() throws {
    let footprint = try #require(try trace(house()).first)
    let names = [RunGrid.flat(pixel: 1), .flat(pixel: 0.5)].map {
      FootprintNaming(grid: $0).id(of: footprint)
    }

    #expect(names[0].hasSuffix(".6.5"))
    #expect(names[0] != names[1])
    #expect(names[0] == FootprintNaming(grid: .flat(pixel: 1)).id(of: footprint))
  }
}
