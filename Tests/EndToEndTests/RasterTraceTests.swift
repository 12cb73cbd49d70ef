import Foundation
import GeoFiles
import Grids
import TestSupport
import Testing

@Suite struct `Tracing a raster of probabilities` {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes bands of bytes on half-metre pixels.
  private func write(
    _ bands: [[UInt8]], size: PixelSize, to name: String = "town.tif", nodata: UInt8? = nil
  ) throws -> String {
    let path = folder.path(name)
    let writer = try GeoTIFFWriter(
      creating: path,
      GeoTIFFDescription(
        size: size, bandCount: bands.count,
        transform: GeoTransform(west: 450_000, north: 35_000, pixel: 0.5),
        crs: try CoordinateReference(definition: "EPSG:32636"), nodata: nodata))
    for (index, band) in bands.enumerated() {
      try writer.write(band, in: PixelWindow(size), band: index + 1)
    }
    try writer.close()
    return path
  }

  /// Blocks of many sizes, one of them longer than the smallest shard, with soft walls.
  private func town(_ size: PixelSize, one: UInt8 = 254) -> [UInt8] {
    var random = SeededGenerator(seed: 3)
    var pixels = [UInt8](repeating: 0, count: size.area)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let (column, row) = (x / 53, y / 41)
        let isBlock = x % 53 > 8 && x % 53 < 22 + column * 2 && y % 41 > 9 && y % 41 < 20 + row
        let isHall = y > size.height - 30 && y < size.height - 12 && x > 20 && x < size.width - 20
        let noise = UInt8(random.next() % 60)
        pixels[y * size.width + x] =
          one == 1
          ? (isBlock || isHall ? 1 : 0)
          : isBlock || isHall ? 254 - noise : noise
      }
    }
    return pixels
  }

  private func trace(_ path: String, to out: String, _ options: String...) throws -> Command.Ended {
    try Command.run(["footprints", path, "--out", folder.path(out)] + options)
  }

  private func features(_ out: String, name: String = "town") throws -> [[String: Any]] {
    try String(contentsOfFile: folder.path("\(out)/\(name)_footprints.geojsonl"), encoding: .utf8)
      .split(separator: "\n")
      .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
  }

  @Test func `gives the same bytes for all shards and threads`() throws {
    let size = PixelSize(width: 210, height: 150)
    let path = try write([town(size)], size: size)
    func files(_ out: String, _ shard: String, _ threads: String) throws -> [Data] {
      let ended = try trace(path, to: out, "--shard-px", shard, "--threads", threads)
      #expect(ended.code == 0, "\(ended.errors)")
      return try ["gpkg", "fgb", "geojsonl"].map {
        try Data(contentsOf: folder.url.appending(path: "\(out)/town_footprints.\($0)"))
      }
    }

    let whole = try files("whole", "100000", "1")

    #expect(try features("whole").count > 8)
    for (shard, threads) in [("64", "3"), ("100x71", "2"), ("85x150", "1")] {
      #expect(try files("\(shard)-\(threads)", shard, threads) == whole, "\(shard)")
    }
    // Three formats, two styles and a project.
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("64-3")).count == 6)
  }

  @Test func `traces a mask of 0 and 1 when told so, and says why it finds nothing otherwise`()
    throws
  {
    let size = PixelSize(width: 120, height: 90)
    let path = try write([town(size, one: 1)], size: size)

    let blind = try trace(path, to: "blind")
    let told = try trace(path, to: "told", "--one", "1", "--write", "geojsonl", "--class", "roof")

    #expect(blind.code == 0 && blind.output.contains("0 footprints"))
    #expect(blind.output.contains("the largest probability in band 1 of '\(path)' is 0.005"))
    #expect(told.code == 0 && told.output.hasPrefix("5 footprints"), "\(told.output)")
    let classes = try features("told").map {
      ($0["properties"] as? [String: Any])?["class"] as? String
    }
    #expect(Set(classes) == ["roof"])
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.path("told")))
        == Set(["geojsonl", "qgs", "qml", "sld"].map { "town_footprints.\($0)" }))
  }

  @Test func `parts neighbours along a contact band`() throws {
    let size = PixelSize(width: 90, height: 50)
    var built = [UInt8](repeating: 0, count: size.area)
    var contact = built
    for y in 10..<40 {
      for x in 10..<80 {
        built[y * size.width + x] = 254
        if (44..<46).contains(x) { contact[y * size.width + x] = 220 }
      }
    }
    let path = try write([built, contact], size: size)

    #expect(try trace(path, to: "one", "--write", "fgb").output.hasPrefix("1 footprints"))
    #expect(
      try trace(path, to: "two", "--write", "fgb", "--contact-band", "2").output
        .hasPrefix("2 footprints"))
  }

  @Test func `keeps those that an evaluation says should be kept`() throws {
    let size = PixelSize(width: 240, height: 50)
    // Eight blocks, each surer than the one before it; the last five are true.
    let pixels = (0..<size.area).map { index -> UInt8 in
      let (x, y) = (index % size.width, index / size.width)
      return x % 30 > 6 && x % 30 < 24 && y > 9 && y < 35 ? UInt8(137 + 15 * (x / 30)) : 0
    }
    let path = try write([pixels], size: size)
    #expect(
      try trace(path, to: "truth", "--least-confidence", "0.7").output.hasPrefix("5 footprints"))
    #expect(try trace(path, to: "all", "--write", "gpkg").output.hasPrefix("8 footprints"))

    let told = try Command.run([
      "evaluate", folder.path("all/town_footprints.gpkg"), "--truth",
      folder.path("truth/town_footprints.geojsonl"),
    ])
    #expect(
      told.output.contains("best F1@0.5 1.000: keep `confidence` ≥ 0.715 (5 outlines)"),
      "\(told.output)\(told.errors)")

    #expect(
      try trace(path, to: "kept", "--least-confidence", "0.715").output.hasPrefix("5 footprints"))
    #expect(
      try trace(path, to: "fewer", "--least-confidence", "0.716").output.hasPrefix("4 footprints"))
  }

  @Test(arguments: [(UInt8(0), 0), (254, 1), (255, 0)])
  func `of one value is nothing, one building, or nodata`(value: UInt8, count: Int) throws {
    let size = PixelSize(width: 70, height: 60)
    let path = try write([[UInt8](repeating: value, count: size.area)], size: size)

    let ended = try trace(path, to: "out", "--shard-px", "64")

    #expect(ended.code == 0 && ended.output.hasPrefix("\(count) footprints"), "\(ended.errors)")
    let areas = try features("out").map {
      ($0["properties"] as? [String: Any])?["area_in_meters"] as? Double ?? 0
    }
    #expect(areas.allSatisfy { abs($0 / (70 * 60 * 0.25) - 1) < 0.01 })
  }

  @Test func `of single pixels gives a valid outline for each`() throws {
    let size = PixelSize(width: 40, height: 40)
    let pixels = (0..<size.area).map { index -> UInt8 in
      index % 40 % 4 == 1 && index / 40 % 4 == 1 ? 254 : 0
    }
    let path = try write([pixels], size: size)

    let ended = try trace(path, to: "out", "--smallest-m2", "0")

    #expect(ended.output.hasPrefix("100 footprints"), "\(ended.output)")
    let large = try trace(path, to: "large").output
    #expect(large.hasPrefix("0 footprints") && large.contains("smaller than `--smallest-m2`"))
  }

  @Test(arguments: [
    ["--band", "0"], ["--one", "0"], ["--one", "nan"], ["--shard-px", "8"], ["--shard-px", "64x"],
    ["--write", "shp"], ["--write", "fgb", "--write", "fgb"], ["--threads", "0"],
    ["--threshold", "1.5"], ["--threshold", "nan"], ["--outline", "round"], ["--smallest-m2=-5"],
    ["--least-confidence", "65"], ["--least-confidence", "nan"],
    ["--least-confidence", "0.6", "--trace", "centerline"],
  ])
  func `refuses options that mean nothing`(options: [String]) throws {
    #expect(
      try Command.run(["footprints", "a.tif", "--out", folder.path("x")] + options).code == 64)
  }

  @Test func `says which band is not there, and what is no raster`() throws {
    let size = PixelSize(width: 10, height: 10)
    let path = try write([[UInt8](repeating: 0, count: 100)], size: size)
    try Data("words".utf8).write(to: folder.url.appending(path: "words.tif"))

    let band = try trace(path, to: "x", "--band", "3")
    let words = try trace(folder.path("words.tif"), to: "x")
    let absent = try trace(folder.path("absent.tif"), to: "x")

    #expect(band.code == 66 && band.errors.contains("cannot trace band 3"))
    #expect(words.code == 66 && words.errors.contains("GDAL says"))
    #expect(absent.code == 66 && absent.errors.contains("cannot open"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }
}
