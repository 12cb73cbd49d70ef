import Foundation
import GeoFiles
import Grids
import Imagery
import Polygons
import TestSupport
import Testing

@testable import draw_sample

/// The folder of the sample region.
private let folder = Repository.root.appending(path: "sample-data").path

/// The town, planned once for all tests.
private let town = SampleRegion.town()

@Suite struct `The sample region's files` {
  @Test(arguments: SampleRegion.all.map(\.name))
  func `hold what the generator draws`(name: String) throws {
    let scene = try #require(SampleRegion.all.first { $0.name == name })
    let window = PixelWindow(x: scene.columns / 2, y: scene.rows / 3, width: 40, height: 24)
    let file = try Dataset(opening: "\(folder)/\(name).tif")

    let drawn = scene.picture(of: town, in: window)

    let read = try file.readBytes(in: window, bands: [1, 2, 3])
    #expect(read == drawn)
  }

  @Test func `hold the truth that the generator knows`() throws {
    for (name, text) in try DrawSample.texts(about: town) {
      #expect(try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) == text)
    }
  }

  @Test func `are as large as the README says, and none is larger than 5 MB`() throws {
    let readme = try String(contentsOfFile: "\(folder)/README.md", encoding: .utf8)
    let rows = readme.matches(of: /\| `(.+?)` \| ([0-9,]+) \|/)

    #expect(rows.count == 13)
    for row in rows {
      let size = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(row.1)")).count
      #expect(size == Int(row.2.filter { $0 != "," }), "\(row.1)")
      #expect(size <= 5_000_000, "\(row.1)")
    }
  }
}

@Suite struct `The adjoining scenes` {
  private let windows: [PixelWindow]

  /// Lays the scenes on the lattice whose first pixel is the first scene's.
  init() throws {
    let first = try Dataset(opening: "\(folder)/\(SampleRegion.scenes[0].name).tif")
    let origin = first.transform
    let lattice = try #require(origin)
    windows = try SampleRegion.scenes.map { scene in
      let file = try Dataset(opening: "\(folder)/\(scene.name).tif")
      let own = file.transform
      let transform = try #require(own)
      let corner = lattice.pixel(x: transform.originX, y: transform.originY)
      #expect(
        abs(corner.x - corner.x.rounded()) < 1e-4 && abs(corner.y - corner.y.rounded()) < 1e-4)
      return PixelWindow(
        x: Int(corner.x.rounded()), y: Int(corner.y.rounded()), width: file.size.width,
        height: file.size.height)
    }
  }

  @Test func `overlap their neighbours by a strip`() {
    for (one, other) in [(0, 1), (0, 2), (1, 3), (2, 3)] {
      let strip = windows[one].intersection(windows[other])
      #expect((60...100).contains(min(strip.width, strip.height)))
      #expect(max(strip.width, strip.height) > 900)
    }
  }

  @Test func `have odd sizes`() {
    #expect(windows.allSatisfy { $0.width % 2 == 1 && $0.height % 2 == 1 })
  }

  @Test func `have nodata in one of them only`() throws {
    let invalid = try SampleRegion.scenes.map { scene in
      let file = try Dataset(opening: "\(folder)/\(scene.name).tif")
      let all = PixelWindow(file.size)
      return all.area - (try file.readValidity(in: all, bands: [1, 2, 3], nodata: nil)).validCount
    }

    #expect(invalid.filter { $0 > 0 }.count == 1)
    #expect((invalid.max() ?? 0) > 30_000)
  }
}

@Suite struct `The truth` {
  private let buildings: [Polygon]

  init() throws {
    let ground = try CoordinateReference(definition: SampleRegion.crs)
    buildings = try VectorReader(opening: "\(folder)/truth.geojson")
      .features(in: ground).flatMap(\.polygons)
  }

  @Test func `lies within the scenes`() {
    for point in buildings.flatMap(\.outer.points) {
      let place = Place(
        point.x - SampleRegion.west, point.y - SampleRegion.north + SampleRegion.tall)
      #expect(SampleRegion.shows(place))
    }
  }

  @Test func `knows buildings between a hut and a school`() {
    let areas = buildings.map(\.area)

    #expect(areas.count > 500)
    #expect((areas.min() ?? 0) > 10 && (areas.max() ?? 0) < 900)
    #expect(buildings.contains { !$0.holes.isEmpty })
  }

  @Test func `gives no ground to two buildings`() {
    var shared = 0
    for (index, building) in town.buildings.enumerated() {
      // A little inside the corners, since neighbours in a row share a wall.
      let places = building.wings.flatMap { wing in
        [Place(-0.8, -0.8), Place(0.8, -0.8), Place(0.8, 0.8), Place(-0.8, 0.8), Place(0, 0)]
          .map { building.frame.place(wing.middle + wing.half * $0) }
      }
      for (other, neighbour) in town.buildings.enumerated() where other != index {
        shared += places.count(where: neighbour.covers)
      }
    }

    #expect(shared == 0)
  }
}
