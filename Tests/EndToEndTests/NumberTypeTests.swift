import Foundation
import GeoFiles
import Grids
import TestSupport
import Testing

/// Scenes whose numbers are no bytes.
@Suite struct `Scenes of 16 bits and floating point` {
  let folder: DrawnFolder
  let size = PixelSize(width: 300, height: 200)

  init() throws {
    folder = try DrawnFolder()
    for (name, scale, offset) in [("a", 40.0, 1000.0), ("b", 1, 0)] {
      let bands = (0..<3).map { _ in
        let words = (0..<size.area).map {
          UInt16(Double(pixel($0 % size.width, $0 / size.width)) * scale + offset)
        }
        return scale == 1 ? DrawnBand(bytes: words.map { UInt8($0) }) : DrawnBand(words: words)
      }
      try folder.draw(
        "\(name).vrt", size: size, bands: bands, crs: "EPSG:32636",
        transform: GeoTransform(west: 400_013, north: 36_700, pixel: 0.5))
    }
  }

  /// Bright blocks on dark ground.
  func pixel(_ x: Int, _ y: Int) -> Int { x % 40 > 20 && y % 30 > 14 ? 200 : 60 + (x + y) % 8 }

  func run(
    _ scene: String, keys: String = "", scale: String = "", out: String, with more: [String] = []
  ) throws -> Command.Ended {
    let model = Repository.root.appending(path: "Tests/Models/bright.onnx").path
    try folder.write(
      """
      name: map
      scenes: {files: \(scene).vrt, bands: [1, 2, 3]\(keys)}
      tiling: {chip_px: 192, halo_px: 32}
      inference: {model: \(model)\(scale), classes: {0: background, 1: building}}
      mosaic: {preview: true}
      footprints: none
      """, to: "map.yaml")
    return try Command.run(
      ["map", folder.file("map.yaml"), "--out", folder.file(out), "--quiet"] + more)
  }

  func classes(_ out: String) throws -> [UInt8] {
    let file = try Dataset(opening: folder.file("\(out)/4-mosaicking/map_class.tif"))
    return try file.readBytes(in: PixelWindow(file.size), bands: [1])
  }

  @Test func `are stretched once, and give the map that bytes give`() throws {
    #expect(try run("b", scale: ", scale: 1/255", out: "bytes").code == 0)
    let stretched = try run("a", keys: ", stretch: [1, 90]", out: "words")
    #expect(stretched.code == 0, "\(stretched.errors)")
    #expect(try classes("words") == classes("bytes"))
    let plan = try String(contentsOfFile: folder.file("words/1-tiling/plan.json"), encoding: .utf8)
    #expect(plan.contains("\"black\":3400") || plan.contains("\"black\" : 3400"), "\(plan.count)")
    // Once more: the stretch of the plan is taken, and nothing is left to do.
    let again = try run("a", keys: ", stretch: [1, 90]", out: "words")
    #expect(again.code == 0 && again.output.contains("nothing to do"))
    let other = try run("a", keys: ", stretch: [0, 50]", out: "words")
    #expect(other.code == 78 && other.errors.contains("stretched by"), "\(other.errors)")
  }

  @Test func `are refused where nobody says what they mean to the model`() throws {
    let ended = try run("a", out: "run")
    #expect(ended.code == 66)
    #expect(ended.errors.contains("cannot tell how the model wants the uint16 numbers of"))
    #expect(try run("a", scale: ", scale: 1/10000", out: "run").code == 0)
  }
}
