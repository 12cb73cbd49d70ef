import Polygons
import TestSupport
import Testing

@testable import VectorTiles

@Suite struct `Tiles` {
  @Test func `are numbered along the Hilbert curve`() {
    // PMTiles v3, spec.md, section 4.1, and the test data of the reference implementation.
    let known: [(Int, Int, Int, UInt64)] = [
      (0, 0, 0, 0), (1, 0, 0, 1), (1, 0, 1, 2), (1, 1, 1, 3), (1, 1, 0, 4), (2, 0, 1, 8),
      (2, 0, 0, 5), (12, 3423, 1763, 19_078_479),
    ]
    for (zoom, column, row, number) in known {
      #expect(TileAddress(zoom: zoom, column: column, row: row).number == number)
    }
  }

  @Test func `of a zoom have all numbers once`() {
    var numbers: Set<UInt64> = []
    for row in 0..<16 {
      for column in 0..<16 {
        numbers.insert(TileAddress(zoom: 4, column: column, row: row).number)
      }
    }
    #expect(numbers.count == 256)
    #expect(numbers.min() == 85 && numbers.max() == 340)
  }

  @Test func `share a polygon so that nothing of it is lost`() {
    // Over the corner of four tiles at zoom 1, 400 units to each side.
    let (low, high) = (0.5 - 400.0 / 8192, 0.5 + 400.0 / 8192)
    let square = Polygon(
      outer: Ring([
        Point(x: low, y: low), Point(x: high, y: low), Point(x: high, y: high),
        Point(x: low, y: high),
      ]))
    for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
      let rings = TileGeometry.rings(of: square, zoom: 1, column: column, row: row)
      #expect(rings.count == 1)
      // 400 units, and the buffer of 64 beyond the edge.
      #expect(TilePoint.doubledArea(of: rings.first ?? []) == 2 * 464 * 464)
    }
  }

  @Test func `wind outlines and holes as the specification has it`() {
    func ring(_ low: Double, _ high: Double) -> Ring {
      Ring([
        Point(x: low, y: low), Point(x: high, y: low), Point(x: high, y: high),
        Point(x: low, y: high),
      ])
    }
    let polygon = Polygon(outer: ring(0.2, 0.8), holes: [ring(0.4, 0.6)])
    let turned = Polygon(outer: polygon.outer.reversed, holes: [ring(0.4, 0.6).reversed])

    for polygon in [polygon, turned] {
      let areas = TileGeometry.rings(of: polygon, zoom: 0, column: 0, row: 0)
        .map(TilePoint.doubledArea)
      #expect(areas.count == 2)
      #expect(areas[0] > 0 && areas[1] < 0)
    }
  }
}

@Suite struct `Pieces of features` {
  @Test func `come out the same whether they were put aside or not`() throws {
    func sorted(heldBytes: Int) throws -> (order: [UInt64], pieces: [[[UInt8]]], files: Int) {
      var files = 0
      var sorter = FeatureSorter(heldBytes: heldBytes) {
        files += 1
        return MemoryFile()
      }
      for number in 0..<3000 {
        let piece = [UInt8](repeating: UInt8(number % 251), count: number % 90 + 1)
        try sorter.add(piece, to: UInt64(number * 7919 % 97))
      }
      var (order, pieces): ([UInt64], [[[UInt8]]]) = ([], [])
      try sorter.tiles { tile, some in
        order.append(tile)
        pieces.append(some)
      }
      return (order, pieces, files)
    }

    let held = try sorted(heldBytes: 1 << 24)
    let aside = try sorted(heldBytes: 4096)

    #expect(held.files == 0 && aside.files == 1)
    #expect(held.order == Array(0..<97))
    #expect(held.order == aside.order && held.pieces == aside.pieces)
  }

  @Test func `that find no room stop the work`() throws {
    var sorter = FeatureSorter(heldBytes: 1000) { MemoryFile(room: 2000) }
    #expect(throws: MemoryFile.Full.self) {
      for number in 0..<100 { try sorter.add([UInt8](repeating: 1, count: 50), to: UInt64(number)) }
    }
  }
}

@Suite struct `An archive of tiles` {
  private func write(_ count: Int, to file: MemoryFile, heldBytes: Int = 1 << 24) throws {
    let writer = try TileArchiveWriter(
      to: file, layer: "houses", fields: [VectorField(name: "id", kind: .text)],
      description: "drawn", sorter: FeatureSorter(heldBytes: heldBytes) { MemoryFile() })
    for number in 0..<count {
      let (x, y) = (30 + Double(number * 37 % 500) * 0.01, 1 + Double(number / 500) * 0.01)
      let corners = [(x, y), (x + 0.0002, y), (x + 0.0002, y + 0.0001), (x, y + 0.0001)]
      try writer.write(
        .polygon(Polygon(outer: Ring(corners.map { Point(x: $0.0, y: $0.1) }))),
        values: [.text("house \(number)")])
    }
    try writer.close()
  }

  @Test func `has the same bytes every time, however much is held in memory`() throws {
    let files = [MemoryFile(), MemoryFile()]
    try write(400, to: files[0])
    try write(400, to: files[1], heldBytes: 5000)

    #expect(files[0].bytes == files[1].bytes)
    #expect(files[0].bytes.starts(with: Array("PMTiles".utf8) + [3]) && files[0].isClosed)
  }

  @Test func `has leaves when its root would be too large`() throws {
    var directory = TileDirectory()
    var (tile, offset): (UInt64, Int) = (1 << 28, 0)
    var dice = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      let length = Int.random(in: 300...2000, using: &dice)
      directory.add(tile, offset: offset, length: length)
      (tile, offset) = (tile + UInt64.random(in: 1...90, using: &dice), offset + length)
    }
    let (root, leaves) = directory.packed()

    #expect(root.count <= TileDirectory.rootBytes && !leaves.isEmpty)
  }

  @Test func `that finds no room is not closed`() throws {
    let file = MemoryFile(room: 20_000)
    #expect(throws: MemoryFile.Full.self) { try write(400, to: file) }
    #expect(!file.isClosed)
  }
}
