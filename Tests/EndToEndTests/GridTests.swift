import CGDAL
import Foundation
import GeoFiles
import Grids
import TestSupport
import Testing

/// Scenes that do not lie on the run's grid.
@Suite struct `Scenes on another grid` {
  let folder: DrawnFolder
  let size = PixelSize(width: 420, height: 330)

  init() throws {
    folder = try DrawnFolder()
    let waves = (0..<size.area).map { place -> Float in
      let (x, y) = (Float(place % size.width), Float(place / size.width))
      return 128 + 55 * sin(x / 7) + 55 * cos(y / 9 + x / 40)
    }
    try folder.draw(
      "waves.vrt", size: size, bands: (0..<3).map { _ in DrawnBand(floats: waves) },
      crs: "EPSG:32636", transform: GeoTransform(west: 400_013, north: 36_700, pixel: 0.5))
  }

  /// Runs the network that takes bright pixels for buildings; gives what the command printed.
  @discardableResult
  func run(
    _ scenes: String, out: String, grid: String, shard: Int = 512, verb: String = "map",
    with more: [String] = []
  ) throws -> Command.Ended {
    let model = Repository.root.appending(path: "Tests/Models/bright.onnx").path
    let text = """
      name: waves
      scenes: {files: \(scenes), bands: [1, 2, 3], nodata: -9999}
      grid: \(grid)
      tiling: {chip_px: 192, halo_px: 32}
      queue: {shard_px: \(shard)}
      inference:
        model: \(model)
        scale: 1/255
        classes: {0: background, 1: building}
      footprints: none
      """
    try folder.write(text, to: "\(out).yaml")
    let words = [verb, folder.file("\(out).yaml"), "--out", folder.file(out)]
    let ended = try Command.run(words + (verb == "map" ? ["--quiet"] : []) + more)
    #expect(ended.code == 0, "\(ended.errors)")
    return ended
  }

  func classes(_ out: String) throws -> (pixels: [UInt8], file: PixelSize, transform: GeoTransform)
  {
    let file = try Dataset(opening: folder.file("\(out)/4-mosaicking/waves_class.tif"))
    let (size, transform) = (file.size, file.transform)
    return (
      try file.readBytes(in: PixelWindow(size), bands: [1]), size, try #require(transform)
    )
  }

  func outputs(_ out: String) throws -> [Data] {
    let url = URL(fileURLWithPath: folder.file("\(out)/4-mosaicking"))
    return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted().map {
      try Data(contentsOf: url.appending(path: $0))
    }
  }

  static let zone = "{crs: EPSG:32635, pixel_m: 0.5, resampling: bilinear}"

  @Test func `are mapped as GDAL would warp them, to a twentieth of a pixel`() throws {
    try run("waves.vrt", out: "ours", grid: Self.zone)
    let ours = try classes("ours")
    try warp("waves.vrt", to: "EPSG:32635", ours.file, ours.transform, as: "warped.tif")
    try run("warped.tif", out: "theirs", grid: "scenes")
    let theirs = try classes("theirs")
    #expect(ours.file == theirs.file)

    // At its edges a scene is mirrored for the network; GDAL's goes on there with nodata.
    let inside = PixelWindow(ours.file).outset(by: -4)
    var (border, flips) = (0, 0)
    for row in inside.y..<inside.maxY {
      for column in inside.x..<inside.maxX {
        let place = row * ours.file.width + column
        border += theirs.pixels[place] != theirs.pixels[place + 1] ? 1 : 0
        flips += ours.pixels[place] != theirs.pixels[place] ? 1 : 0
      }
    }
    #expect(border > 5_000)
    // A border that is moved by a twentieth of a pixel flips one pixel in twenty along it.
    #expect(flips * 20 < border, "\(flips) of \(border)")
  }

  @Test func `give the same bytes for any shards, workers and order`() throws {
    try run("waves.vrt", out: "one", grid: Self.zone, with: ["--workers", "1"])
    try run(
      "waves.vrt", out: "two", grid: Self.zone, shard: 128,
      with: ["--workers", "3", "--shuffle", "5"])
    #expect(try outputs("one") == outputs("two"))
  }

  @Test func `are refused without a grid, and mapped with one from the command line`() throws {
    try folder.draw(
      "other.vrt", size: size,
      bands: (0..<3).map { _ in DrawnBand(floats: [Float](repeating: 200, count: size.area)) },
      crs: "EPSG:4326", transform: GeoTransform(west: 32.1015, north: 0.332, pixel: 9e-6))
    let plan = try run(
      "[waves.vrt, other.vrt]", out: "both", grid: "scenes", verb: "plan",
      with: ["--grid", "auto", "--json"])
    let facts = try JSONDecoder().decode(Facts.self, from: Data(plan.output.utf8))
    #expect(facts.crs == "EPSG:32636 (WGS 84 / UTM zone 36N)")
    #expect(facts.gridReason == "UTM at the scenes' middle")
    // The model was trained for half a metre, which is what one of the scenes has on that grid.
    #expect(facts.warpedScenes == 1)
    #expect(abs(facts.pixelMeters - 0.5) < 0.002)
    #expect(facts.warnings.contains { $0.contains("other.vrt' is enlarged 2 times") })
    try run("[waves.vrt, other.vrt]", out: "both", grid: "auto")
    let both = try classes("both")
    #expect(both.pixels.contains(0) && both.pixels.contains(1))
  }

  @Test func `says which scenes are enlarged`() throws {
    let plan = try run(
      "waves.vrt", out: "fine", grid: "{pixel_m: 0.125, crs: EPSG:32636}", verb: "plan",
      with: ["--accept-resolution"])
    #expect(
      plan.output.contains("waves.vrt' is enlarged 4 times: the map shows no more than the scene"))
    #expect(
      plan.output.contains("  grid       0.125 m, named by the pipeline; all scenes are warped"))
  }

  private struct Facts: Decodable {
    var crs: String
    var gridReason: String?
    var pixelMeters: Double
    var warpedScenes: Int
    var warnings: [String]
  }

  /// Warps by GDAL with its exact transformer.
  private func warp(
    _ scene: String, to crs: String, _ size: PixelSize, _ place: GeoTransform, as name: String
  ) throws {
    GDALAllRegister()
    let bounds = place.bounds(of: PixelWindow(size))
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    for word in [
      "-t_srs", crs, "-wo", "XSCALE=1", "-wo", "YSCALE=1", "-et", "0", "-r", "bilinear",
      "-dstnodata", "-9999", "-te", "\(bounds.west)",
      "\(bounds.south)", "\(bounds.east)", "\(bounds.north)", "-ts", "\(size.width)",
      "\(size.height)",
    ] { list = CSLAddString(list, word) }
    defer { CSLDestroy(list) }
    let options = GDALWarpAppOptionsNew(list, nil)
    defer { GDALWarpAppOptionsFree(options) }
    var source: GDALDatasetH? = GDALOpen(folder.file(scene), GA_ReadOnly)
    try #require(source != nil)
    defer { GDALClose(source) }
    GDALClose(try #require(GDALWarp(folder.file(name), nil, 1, &source, options, nil)))
  }
}
