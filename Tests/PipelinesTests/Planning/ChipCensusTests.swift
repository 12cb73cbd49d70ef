import Foundation
import Glibc
import Grids
import Mosaicking
import Polygons
import TestSupport
import Testing
import Tiling

@testable import GeoFiles
@testable import Pipelines

@Suite struct `A census of chips` {
  /// Scenes of the first of a plan's grids.
  func scenes(_ windows: [PixelWindow]) throws -> SceneSet { try drawnPlan(scenes: windows).scenes }

  func census(
    _ pictures: PictureIndex, chips: ChipLayout, shard: Int, in window: PixelWindow,
    isTrimmed: Bool = true
  ) throws -> (ChipCensus, ShardSpan) {
    let layout = try ShardLayout(chips: chips, side: shard)
    let span = pictures.span(of: layout, in: window)
    return (
      ChipCensus(of: span, layout, in: window, pictures, isTrimmed: isTrimmed), span
    )
  }

  /// The same by a look at every chip of the rectangle.
  func counted(
    _ pictures: PictureIndex, chips: ChipLayout, in window: PixelWindow
  ) -> ChipCensus {
    var census = ChipCensus()
    for row in floorDivide(window.y, chips.core)...floorDivide(window.maxY - 1, chips.core) {
      for column in floorDivide(window.x, chips.core)...floorDivide(window.maxX - 1, chips.core) {
        let core = chips.core(of: ChipIndex(column: column, row: row))
        let shared = core.intersection(window)
        let met = pictures.scenes.scenes.filter { $0.meets(shared) }
        if met.isEmpty {
          census.withoutScene += 1
        } else if pictures.isOutside(shared) {
          census.outsideRegion += 1
        } else {
          let box = met.reduce(PixelWindow(x: 0, y: 0, width: 0, height: 0)) {
            $0.union($1.window.intersection(core))
          }
          census.chips += 1
          census.shownPixels +=
            ChipLayout.trimmed(core, to: box).outset(by: chips.halo).area
          census.picturePixels += box.intersection(shared).area
        }
      }
    }
    return census
  }

  @Test(arguments: 1...12)
  func `counts as a look at every chip does, with and without a region`(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let windows = (0..<7).map { _ in
      PixelWindow(
        x: Int(random.next() % 9000) - 3000, y: Int(random.next() % 9000) - 3000,
        width: 1 + Int(random.next() % 2500), height: 1 + Int(random.next() % 2500))
    }
    let set = try scenes(windows)
    let chips = try ChipLayout(chip: 192, halo: 32)
    var region: Region?
    if seed % 2 == 0 {
      let corners = [(-900.0, 800.0), (2100, 1500), (2600, -2200), (300, -900), (-700, -1800)]
      region = Region(
        [Polygon(outer: Ring(corners.map { Point(x: $0.0, y: $0.1) }))],
        on: set.grid.transform)
    }
    let window = region.map { set.window.intersection($0.window) } ?? set.window
    let pictures = PictureIndex(scenes: set, region: region, margin: region == nil ? 0 : 40)
    let expected = counted(pictures, chips: chips, in: window)

    for shard in [512, 1024, 128] {
      let (census, span) = try census(pictures, chips: chips, shard: shard, in: window)
      #expect(census == expected)
      let layout = try ShardLayout(chips: chips, side: shard)
      let wanted = layout.shards(meeting: window).filter { shard in
        let part = layout.window(of: shard).intersection(window)
        return set.scenes.contains { $0.meets(part) } && !pictures.isOutside(part)
      }
      #expect(Set((0..<span.count).map { span[$0] }) == Set(wanted))
    }
  }

  @Test func `counts again what a shard shows of the chips around it, for blending`() throws {
    let window = PixelWindow(x: 0, y: 0, width: 8 * 128, height: 4 * 128)
    let pictures = PictureIndex(scenes: try scenes([window]), region: nil, margin: 0)
    let chips = try ChipLayout(chip: 192, halo: 32)
    let layout = try ShardLayout(chips: chips, side: 512)
    let span = pictures.span(of: layout, in: window)
    let plain = ChipCensus(of: span, layout, in: window, pictures, isTrimmed: true)
    let blended = ChipCensus(
      of: span, layout, in: window, pictures, isTrimmed: true, isBlended: true)

    // Two shards of four by four chips side by side: each shows one column of the other again.
    #expect(plain.chips == 32 && blended.chips == 32)
    #expect(plain.shownPixels == 32 * 192 * 192)
    #expect(blended.shownPixels == (32 + 8) * 192 * 192)
    #expect(blended.picturePixels == plain.picturePixels)
  }

  /// A country of overlapping scenes on the run's grid, planned without a file.
  func plan(scenesAcross: Int) throws -> (seconds: Double, census: ChipCensus, bytes: Int) {
    let windows = (0..<scenesAcross * scenesAcross).map {
      PixelWindow(
        x: $0 % scenesAcross * 20_000, y: $0 / scenesAcross * 20_000, width: 21_000,
        height: 21_000)
    }
    let set = try scenes(windows)
    let chips = try ChipLayout(chip: 1024, halo: 64)
    let begun = processorSeconds()
    let pictures = PictureIndex(scenes: set, region: nil, margin: 0)
    let layout = try ShardLayout(
      chips: chips, side: pictures.suggestedSide(for: chips, in: set.window))
    let span = pictures.span(of: layout, in: set.window)
    let census = ChipCensus(of: span, layout, in: set.window, pictures, isTrimmed: true)
    let sheets = pictures.sheets(of: layout, in: set.window)
    let seconds = processorSeconds() - begun
    #expect(sheets.sheets.reduce(0) { $0 + $1.window.area } == set.window.area)
    return (seconds, census, try JSONEncoder().encode(span).count)
  }

  @Test func `grows with scenes and shards, not with their product, and keeps no chip`() throws {
    let small = try plan(scenesAcross: 12)
    let large = try plan(scenesAcross: 48)

    // 1.2 million chips: a byte for each would show.
    #expect(large.census.chips > 1_100_000 && large.census.withoutScene == 0)
    #expect(large.bytes < 20_000, "\(large.bytes) bytes")
    // Sixteen times the ground and the scenes: to look at each scene for each shard would take 256
    // times as long.
    #expect(large.seconds < 60 * small.seconds, "\(small.seconds) s, \(large.seconds) s")
  }
}
