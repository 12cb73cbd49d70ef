import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Viewing

@Suite struct `Outlines in a tile` {
  private let folder: TemporaryFolder
  private let file: String
  private let tile: TileAddress
  /// Squares of ten metres every twenty, in a row that begins in the middle of a tile of level 17.
  private static let count = 8

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("squares.geojsonl")
    let place = Mercator.place(longitude: 13.3777, latitude: 0.5)
    let side = 2 * Mercator.half / Double(1 << 17)
    tile = try #require(
      TileAddress(
        z: 17, x: Int((place.x + Mercator.half) / side), y: Int((Mercator.half - place.y) / side)))
    var lines = ""
    let middle = (x: tile.corner.x + side / 2, y: tile.corner.y - side / 2)
    for number in 0..<Self.count {
      let west = middle.x + Double(number) * 20
      let corners = [(0.0, 0.0), (10, 0), (10, -10), (0, -10), (0, 0)].map { corner in
        let there = Mercator.degrees(x: west + corner.0, y: middle.y + corner.1)
        return "[\(there.longitude),\(there.latitude)]"
      }
      lines += """
        {"type":"Feature","properties":{"confidence":\(Double(number) / 10 + 0.05),"class":"house"},\
        "geometry":{"type":"Polygon","coordinates":[[\(corners.joined(separator: ","))]]}}

        """
    }
    try Data(lines.utf8).write(to: URL(fileURLWithPath: file))
  }

  @Test func `have their corners in sixteenths of a pixel, and their confidence`() throws {
    let numbers = try #require(try OutlineReader(of: [file]).shapes(tile))
    let first = Array(numbers.prefix(6))

    #expect(first[2] == UInt16(0.05 * 255) && first[3] == 1 && first[4] == 1 && first[5] == 4)
    let xs = [6, 8, 10, 12].map { Double(Int16(bitPattern: numbers[$0])) / 16 }
    let ys = [7, 9, 11, 13].map { Double(Int16(bitPattern: numbers[$0])) / 16 }
    let wide = 10 / tile.pixel
    #expect(abs((xs.min() ?? 0) - 128) < 0.1 && abs((xs.max() ?? 0) - 128 - wide) < 0.1, "\(xs)")
    #expect(abs((ys.min() ?? 0) - 128) < 0.1 && abs((ys.max() ?? 0) - 128 - wide) < 0.1, "\(ys)")
  }

  @Test func `cover as much of the cells as they do of the ground`() throws {
    let index = try OutlineIndex(of: [file])
    let pairs = index.covered(tile)
    // A unit is a 255th of a cell of two pixels.
    var sum = 0.0
    for place in stride(from: 1, to: pairs.count, by: 2) { sum += Double(pairs[place] & 255) / 255 }
    let cell = 2 * tile.pixel
    // The last one ends at 150 m, 3 m before the tile does.
    let expected = Double(Self.count) * 100 / (cell * cell)

    #expect(index.count == Self.count && index.hasConfidence)
    #expect(abs(index.usualSide - 10) < 0.1)
    #expect(abs(sum - expected) < expected * 0.03, "\(sum) \(expected)")
  }

  @Test func `are told apart by confidence, in twentieths`() throws {
    let pairs = try OutlineIndex(of: [file]).covered(tile)
    let steps = Set(stride(from: 1, to: pairs.count, by: 2).map { Int(pairs[$0] >> 8) })
    #expect(steps.isSuperset(of: [1, 3, 5]))
  }

  @Test func `are drawn with corners from where they are four pixels wide`() throws {
    let level = try OutlineIndex(of: [file]).firstShapeLevel
    let at = try #require(TileAddress(z: level, x: 0, y: 0))
    let before = try #require(TileAddress(z: level - 1, x: 0, y: 0))
    #expect(10 >= 4 * at.pixel * 0.99 && 10 < 4 * before.pixel)
  }

  @Test func `tell their attributes where they lie, and nowhere else`() throws {
    let reader = try OutlineReader(of: [file])
    let side = 2 * Mercator.half / Double(1 << 17)
    let middle = Point(x: tile.corner.x + side / 2, y: tile.corner.y - side / 2)
    let inside = try reader.attributes(at: Point(x: middle.x + 5, y: middle.y - 5), reach: 2)
    let between = try reader.attributes(at: Point(x: middle.x + 15, y: middle.y - 5), reach: 2)

    #expect(inside.count == 1 && between.isEmpty)
    #expect(inside.first?.pairs.first { $0.name == "class" }?.json == "\"house\"")
  }
}
