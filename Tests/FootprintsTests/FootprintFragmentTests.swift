import Footprints
import Foundation
import Grids
import Polygons
import TestSupport
import Testing

extension Footprint {
  /// A footprint at a pixel, with a hole if asked for.
  static func sample(x: Int, y: Int, holes: [Ring] = [], direction: Double? = 12.5) -> Footprint {
    let square = Polygon.square(x: Double(x), y: Double(y), side: 4).outer
    return Footprint(
      canonicalPixel: LatticePixel(x: x, y: y), polygon: Polygon(outer: square, holes: holes),
      method: .ortho, direction: direction, confidence: 0.875, areaSquareMeters: 16.01,
      latitude: -1.2345678, longitude: 32.7654321)
  }
}

@Suite struct `Footprint fragments` {
  private let core = PixelWindow(x: 0, y: 0, width: 100, height: 100)

  @Test func `what was written is read`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("a"), core: core)
    let hole = Polygon.square(x: 1, y: 1, side: 1).outer
    let footprints = [
      Footprint.sample(x: 5, y: -3), .sample(x: -9, y: 4, holes: [hole], direction: nil),
    ]

    try fragment.write(footprints)

    #expect(try fragment.read() == footprints)
  }

  @Test func `a fragment may be empty`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("a"), core: core)

    try fragment.write([Footprint]())

    #expect(try fragment.read().isEmpty)
  }

  @Test func `the same footprints make the same bytes`() throws {
    let folder = try DrawnFolder()
    for name in ["a", "b"] {
      try FootprintFragment(path: folder.file(name), core: core).write([
        Footprint.sample(x: 5, y: 3)
      ])
    }

    #expect(
      FileManager.default.contents(atPath: folder.file("a"))
        == FileManager.default.contents(atPath: folder.file("b")))
  }

  @Test func `more than one piece is read`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("a"), core: core)
    let footprints = (0..<2000).map { Footprint.sample(x: $0, y: 7) }

    try fragment.write(footprints)

    #expect(try fragment.read() == footprints)
  }

  @Test func `a fragment cut short is refused wherever it was cut`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("a"), core: core)
    try fragment.write([Footprint.sample(x: 1, y: 2), .sample(x: 3, y: 4)])
    let whole = try #require(FileManager.default.contents(atPath: fragment.path))

    for count in 0..<whole.count {
      try whole.prefix(count).write(to: URL(fileURLWithPath: fragment.path))
      #expect(throws: FootprintError.self) { try fragment.read() }
    }
  }

  @Test func `a fragment out of order is refused with a way out`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("a"), core: core)
    try fragment.write([Footprint.sample(x: 1, y: 9), .sample(x: 3, y: 4)])

    let error = #expect(throws: FootprintError.self) { try fragment.read() }

    #expect(
      error?.description == """
        cannot use the footprints in '\(fragment.path)'
          footprints are out of order
          delete the file and run the same command again; its shard is traced anew
        """)
  }

  @Test func `a fragment that is not there is an error`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("none"), core: core)

    let error = #expect(throws: FootprintError.self) { try fragment.read() }

    #expect(
      error?.description.hasPrefix("cannot read the footprints in '\(fragment.path)'") == true)
  }

  @Test func `a fragment that cannot be written is an error`() throws {
    let folder = try DrawnFolder()
    let fragment = FootprintFragment(path: folder.file("none/here"), core: core)

    let error = #expect(throws: FootprintError.self) { try fragment.write([Footprint]()) }

    #expect(
      error?.description.hasPrefix("cannot write footprints to '\(fragment.path)'") == true)
  }
}

@Suite struct `Merging fragments` {
  @Test(arguments: [7, 20, 64])
  func `footprints come row by row whatever the shards were`(side: Int) throws {
    let folder = try DrawnFolder()
    var dice = Dice(state: 3)
    let all = Set(
      (0..<400).map { _ in
        LatticePixel(x: Int(dice.next() % 100) - 50, y: Int(dice.next() % 100) - 50)
      })
    var fragments: [FootprintFragment] = []
    for y in stride(from: -50, to: 50, by: side) {
      for x in stride(from: -50, to: 50, by: side) {
        let core = PixelWindow(x: x, y: y, width: side, height: side)
        let fragment = FootprintFragment(path: folder.file("\(x)_\(y)"), core: core)
        try fragment.write(
          all.filter { core.contains(x: $0.x, y: $0.y) }.sorted()
            .map { Footprint.sample(x: $0.x, y: $0.y) })
        fragments.append(fragment)
      }
    }

    var merger = FootprintMerger(fragments.shuffled(using: &dice))
    var merged: [LatticePixel] = []
    while let footprint = try merger.next() { merged.append(footprint.canonicalPixel) }

    #expect(merged == all.sorted())
  }

  @Test func `nothing merges to nothing`() throws {
    var merger = FootprintMerger([])

    #expect(try merger.next() == nil)
  }
}
