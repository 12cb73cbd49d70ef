import CGDAL
import Foundation
import GeoFiles
import Grids
import Imagery
import TestSupport
import Testing

/// Scenes of which several show the same ground.
@Suite struct `Overlapping scenes` {
  let folder: DrawnFolder
  let size = PixelSize(width: 360, height: 200)

  /// Three scenes of noise, each 100 px east of the one before, with a band of codes: clouds stand in
  /// squares of 20 px, elsewhere in each.
  ///
  /// The first pixels of each row of the second are nodata.
  init() throws {
    folder = try DrawnFolder()
    for number in 0..<3 {
      var random = SeededGenerator(seed: UInt64(number + 5))
      let bands = (0..<3).map { _ in
        DrawnBand(
          bytes: (0..<size.area).map {
            hasPicture(number, $0 % size.width) ? UInt8(random.next() % 255 + 1) : 0
          }, nodata: "0")
      }
      let codes = (0..<size.area).map {
        isCloud(number, $0 % size.width, $0 / size.width) ? UInt8(9) : 4
      }
      let day = ["2021-03-01", "2023-03-01", "2022-03-01"][number]
      try folder.draw(
        "\(number).vrt", size: size, bands: bands + [DrawnBand(bytes: codes, name: "SCL")],
        crs: "EPSG:32636",
        transform: GeoTransform(west: 400_013 + Double(number) * 50, north: 36_700, pixel: 0.5),
        extra: "<Metadata domain=\"IMAGERY\"><MDI key=\"ACQUISITIONDATETIME\">\(day) 10:00:00</MDI>"
          + "</Metadata>\n")
    }
  }

  func hasPicture(_ scene: Int, _ x: Int) -> Bool { scene != 1 || x >= 20 }

  func isCloud(_ scene: Int, _ x: Int, _ y: Int) -> Bool {
    (x / 20 + 2 * (y / 20) + scene) % 5 == 0
  }

  /// The number of the scene that is to be seen at a pixel of the map, from 1, and its fate.
  func truth(_ x: Int, _ y: Int, _ order: [Int]) -> (scene: UInt16, fate: Coverage) {
    var fate = Coverage.outside
    for (place, scene) in order.enumerated() {
      let column = x - 100 * scene
      guard (0..<size.width).contains(column) else { continue }
      if hasPicture(scene, column), !isCloud(scene, column, y) {
        return (UInt16(place + 1), .mapped)
      }
      if hasPicture(scene, column) {
        fate = .cloud
      } else if fate == .outside {
        fate = .nodata
      }
    }
    return (0, fate)
  }

  @discardableResult
  func run(
    _ out: String, order: String = "newest", scenes: String = "", tiling: String = "",
    layers: String = "[class, probability, coverage, provenance]", shard: Int = 512,
    with more: [String] = []
  ) throws -> Command.Ended {
    let model = Repository.root.appending(path: "Tests/Models/bright.onnx").path
    let text = """
      name: map
      scenes:
        files: [2.vrt, 0.vrt, 1.vrt]
        bands: [1, 2, 3]
        order: \(order)
        mask: {band: SCL, valid: [4, 5]}
        \(scenes)
      tiling: {chip_px: 192, halo_px: 32\(tiling)}
      queue: {shard_px: \(shard)}
      inference: {model: \(model), scale: 1/255, classes: {0: background, 1: building}}
      mosaic: {layers: \(layers), preview: false}
      footprints: none
      """
    try folder.write(text, to: "\(out).yaml")
    let ended = try Command.run(
      ["map", folder.file("\(out).yaml"), "--out", folder.file(out), "--quiet"] + more)
    #expect(ended.code == 0, "\(ended.errors)")
    return ended
  }

  func file(_ layer: String, _ out: String) -> String {
    folder.file("\(out)/4-mosaicking/map_\(layer).tif")
  }

  func bytes(_ layer: String, _ out: String) throws -> [UInt8] {
    let file = try Dataset(opening: file(layer, out))
    return try file.readBytes(in: PixelWindow(file.size), bands: [1])
  }

  @Test func `a scene that comes first makes other numbers of all, everywhere`() throws {
    try run("a", order: "listed", shard: 128)
    let text = try String(contentsOfFile: folder.file("a.yaml"), encoding: .utf8)
    for name in ["a", "b"] {
      try folder.write(
        text.replacing("[2.vrt, 0.vrt, 1.vrt]", with: "[1.vrt, 2.vrt, 0.vrt]"), to: "\(name).yaml")
      let ended = try Command.run([
        "map", folder.file("\(name).yaml"), "--out", folder.file(name), "--quiet",
        "--accept-changed", "scenes",
      ])
      #expect(ended.code == 0, "\(ended.errors)")
    }
    #expect(try bytes("class", "a") == bytes("class", "b"))
    let words = try ["a", "b"].map { name in
      let file = try Dataset(opening: file("provenance", name))
      return try file.readWords(in: PixelWindow(file.size), band: 1)
    }
    #expect(words[0] == words[1])
  }

  @Test(arguments: ["newest", "listed"])
  func `each pixel is of the first that is clear, and the map says which`(_ order: String) throws {
    try run("a", order: order)
    let places = order == "newest" ? [1, 2, 0] : [2, 0, 1]
    let provenance = try Dataset(opening: file("provenance", "a"))
    let scenes = try provenance.readWords(in: PixelWindow(provenance.size), band: 1)
    let coverage = try bytes("coverage", "a")
    #expect(provenance.size == PixelSize(width: 560, height: 200))
    var wrong = 0
    for place in 0..<provenance.size.area {
      let wanted = truth(place % 560, place / 560, places)
      wrong += scenes[place] == wanted.scene && coverage[place] == wanted.fate.rawValue ? 0 : 1
    }
    #expect(wrong == 0)
    let item = try String(
      contentsOfFile: folder.file("a/4-mosaicking/map_provenance.json"), encoding: .utf8)
    #expect(item.contains("\"description\" : \"\(places[1]).vrt\"") && item.contains("\"uint16\""))
    let report = try String(contentsOfFile: folder.file("a/report.md"), encoding: .utf8)
    #expect(report.contains("\(places[2]).vrt | scene 3 of the provenance layer, taken 202"))
    let clouds = coverage.count { $0 == Coverage.cloud.rawValue }
    #expect(clouds > 0 && report.contains("| pixels under clouds | \(clouds) |"))
  }

  @Test(arguments: ["", "overlap: average"])
  func `bytes depend on neither shards nor workers`(_ scenes: String) throws {
    var maps: Set<[Data]> = []
    for (out, shard, workers) in [("a", 512, "1"), ("b", 1024, "2")] {
      try run(
        out, scenes: scenes, tiling: ", blend_px: 32", shard: shard, with: ["--workers", workers])
      maps.insert(
        try ["class", "probability_building", "coverage", "provenance"].map {
          try Data(contentsOf: URL(fileURLWithPath: file($0, out)))
        })
    }
    #expect(maps.count == 1)
  }

  @Test func `averaged, the order changes nothing but which scene is called the first`() throws {
    try run("a", order: "newest", scenes: "overlap: average")
    try run("b", order: "listed", scenes: "overlap: average")
    try run("c", order: "newest")
    for layer in ["class", "probability_building", "coverage"] {
      #expect(try bytes(layer, "a") == bytes(layer, "b"))
    }
    let (mean, one) = (
      try bytes("probability_building", "a"), try bytes("probability_building", "c")
    )
    // Where one scene alone is clear, far from where another is, the mean is that scene's own.
    var (alone, same) = (0, 0)
    for y in 0..<size.height {
      for x in 2..<90 where !isCloud(0, x, y) {
        let near = [(x - 2, y), (x + 2, y), (x, max(0, y - 2)), (x, min(199, y + 2))]
        guard near.allSatisfy({ !isCloud(0, $0.0, $0.1) }) else { continue }
        alone += 1
        same += mean[y * 560 + x] == one[y * 560 + x] ? 1 : 0
      }
    }
    #expect(alone > 5_000 && same == alone)
    #expect(mean != one)
  }

  @Test func `what cannot be joined is refused`() throws {
    try folder.write("", to: "none")
    let model = Repository.root.appending(path: "Tests/Models/bright.onnx").path
    try folder.write(
      """
      scenes: {files: [0.vrt], bands: [1, 2, 3]}
      tiling: {chip_px: 192, halo_px: 32, blend_px: 40}
      inference: {model: \(model), scale: 1/255, classes: {0: background, 1: building}}
      footprints: none
      """, to: "p.yaml")
    let ended = try Command.run(["plan", folder.file("p.yaml")])
    #expect(ended.code == 65)
    #expect(
      ended.errors.contains(
        """
        chips cannot be blended over 40 px
          that must be a multiple of 32, and at most the halo (32 px) and half the core (128 px)
          try `blend_px: 32` with `halo_px: 64`, or leave `blend_px` out
        """))
  }
}
