import Foundation
import GeoFiles
import Grids
import Polygons
import TestSupport
import Testing

@testable import Footprints

@Suite struct `Parting a layer` {
  private let folder: DrawnFolder
  private let town: DrawnTown
  private let fragments: [FootprintFragment]
  private let window = PixelWindow(x: 0, y: 0, width: 600, height: 180)

  /// Thirty houses, ten in a row, in shards of two sizes.
  init() throws {
    folder = try DrawnFolder()
    town = try DrawnTown()
    fragments = try Self.fragments(of: town, in: folder, width: 250)
  }

  private static func fragments(
    of town: DrawnTown, in folder: DrawnFolder, width: Int
  ) throws -> [FootprintFragment] {
    try stride(from: 0, to: 600, by: width).map { x in
      let core = PixelWindow(x: x, y: 0, width: width, height: 180)
      let fragment = FootprintFragment(path: folder.file("\(width)-\(x).fragment"), core: core)
      try fragment.write(
        town.footprints.filter { $0.canonicalPixel.x >= x && $0.canonicalPixel.x < x + width })
      return fragment
    }
  }

  private func export(_ fragments: [FootprintFragment], _ part: LayerPart) throws -> Data {
    let path = folder.file("part.geojsonl")
    _ = try FootprintExporter(
      grid: town.grid, schema: .mapwright,
      provenance: FootprintProvenance(className: "building", model: "m", version: "0.1.0")
    ).export(fragments, to: [.init(path: path, format: .geoJSONSequence)], layer: "l", part: part)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test func `is left alone up to the limit`() throws {
    let cells = LayerPart.cells(of: window, side: 200)
    #expect(try LayerPart.parts(of: fragments, cells: cells, most: 30) == [.whole])
    #expect(try LayerPart.parts(of: fragments, cells: [], most: 1) == [.whole])
  }

  @Test func `gives every footprint to one cell, whatever the shards`() throws {
    let cells = LayerPart.cells(of: window, side: 200)
    #expect(cells.map(\.suffix) == ["_r0c0", "_r0c1", "_r0c2"])
    let parts = try LayerPart.parts(of: fragments, cells: cells, most: 29)
    #expect(parts == cells)

    let others = try Self.fragments(of: town, in: folder, width: 130)
    let lines = try parts.map { part in
      let text = try export(fragments, part)
      #expect(try export(others, part) == text, "\(part.suffix)")
      return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }
    #expect(lines.map(\.count) == [12, 9, 9])
    let whole = String(decoding: try export(fragments, .whole), as: UTF8.self)
    #expect(Set(lines.joined()) == Set(whole.split(separator: "\n")))
  }

  @Test func `leaves out cells without any`() throws {
    let wide = PixelWindow(x: 0, y: 0, width: 5_000, height: 180)
    let parts = try LayerPart.parts(
      of: fragments, cells: LayerPart.cells(of: wide, side: 1_000), most: 1)
    #expect(parts.map(\.suffix) == ["_r0c0"])
  }
}
