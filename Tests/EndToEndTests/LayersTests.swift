import Checksums
import Foundation
import GeoFiles
import Glibc
import Grids
import TestSupport
import Testing

/// Buildings, roads, a river and a bridge, from a scene in the colours that a network knows them by.
@Suite struct `A map of several layers` {
  private let folder: TemporaryFolder
  private let size = PixelSize(width: 640, height: 300)

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: Repository.root.appending(path: "Tests/Models/palette.onnx"),
      to: folder.url.appending(path: "palette.onnx"))
    try drawScene()
  }

  /// The palette of `palette.onnx`, in the order of its channels.
  private static let colors: [[UInt8]] = [
    [77, 140, 64], [217, 89, 77], [140, 26, 115], [179, 179, 168], [38, 89, 179], [242, 230, 102],
  ]

  /// Streets every 150 px and houses between them.
  ///
  /// Of four streets two cross a river over decks that
  /// are bridges to the network, one over a deck that is road to it, and one ends at the banks.
  private func channel(x: Int, y: Int) -> Int {
    let isAcross = (x + 110) % 150 < 14
    if (110..<150).contains(y + x / 20) {
      let street = (x + 110) / 150 - 1
      return !isAcross ? 4 : street % 2 == 0 ? 5 : street == 3 ? 3 : 4
    }
    if isAcross || (y + 90) % 150 < 14 { return 3 }
    let (column, row) = (x % 50, y % 50)
    return (20..<38).contains(column) && (18..<40).contains(row) ? 1 : 0
  }

  private func drawScene() throws {
    var description = GeoTIFFDescription(
      size: size, bandCount: 3,
      transform: GeoTransform(west: 400_013, north: 36_700, pixel: 0.5),
      crs: try CoordinateReference(definition: "EPSG:32636"))
    description.bandNames = ["red", "green", "blue"]
    let writer = try GeoTIFFWriter(creating: folder.path("scene.tif"), description)
    for band in 0..<3 {
      let pixels = (0..<size.area).map { index in
        Self.colors[channel(x: index % size.width, y: index / size.width)][band]
      }
      try writer.write(pixels, in: PixelWindow(size), band: band + 1)
    }
    try writer.close()
  }

  private func map(
    shard: Int, out: String, more: String = "", formats: String? = nil
  ) throws -> [String] {
    let text = """
      name: job
      scenes: {files: scene.tif}
      tiling: {chip_px: 192, halo_px: 32}
      queue: {shard_px: \(shard)}
      inference:
        model: palette.onnx
        scale: 1/255
        classes: {2: {is: building, contact: true}}
      footprints:
        - {layer: buildings, write: [fgb]}
        - {layer: water, class: water, outline: simplified, write: \(formats ?? "[geojsonl]")}
        - {layer: roads, trace: centerline, widest_m: 12, write: \(formats ?? "[gpkg, geojsonl]")}
        - {trace: bridge, write: \(formats ?? "[gpkg, geojsonl, parquet]")\(more)}
      """
    try Data(text.utf8).write(to: folder.url.appending(path: "pipeline.yaml"))
    return ["map", folder.path("pipeline.yaml"), "--out", folder.path(out), "--quiet"]
  }

  /// The hash of every published file of outlines, roads and bridges, by its name.
  private func files(_ out: String) throws -> [String: String] {
    let url = folder.url.appending(path: out).appending(path: "5-footprints")
    var hashes: [String: String] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: url.path) {
      hashes[file] = "\(try ContentHash(ofFile: url.appending(path: file).path))"
    }
    return hashes
  }

  private func count(_ layer: String, _ out: String) throws -> Int {
    try String(
      contentsOfFile: folder.path("\(out)/5-footprints/job_\(layer).geojsonl"), encoding: .utf8
    ).split(separator: "\n").count
  }

  @Test func `has the same bytes for all shard sizes, and finds what was drawn`() throws {
    let whole = try Command.run(try map(shard: 1024, out: "whole"))
    #expect(whole.code == 0, "\(whole.errors)")
    let parts = try Command.run(try map(shard: 512, out: "parts"))
    #expect(parts.code == 0, "\(parts.errors)")

    let files = try self.files("whole")
    #expect(try self.files("parts") == files)
    #expect(files.count == 1 + 1 + 2 + 3 + 3 + 2 * 5 + 1)
    #expect(files["job_layers.qgs"] != nil)
    #expect(try count("bridges", "whole") == 3)
    #expect(try count("bridges_points", "whole") == 3)
    #expect(try count("water", "whole") >= 1)
    #expect(try count("roads", "whole") > 15)
  }

  @Test func `is compared by its roads where the truth holds lines`() throws {
    let ended = try Command.run(try map(shard: 1024, out: "run"))
    try #require(ended.code == 0, "\(ended.errors)")
    let roads = folder.path("run/5-footprints/job_roads.gpkg")
    let judged = try Command.run(["evaluate", folder.path("run"), "--truth", roads])
    #expect(judged.code == 0, "\(judged.errors)")
    #expect(judged.output.hasPrefix("APLS 1.000"), "\(judged.output)")
  }

  @Test(.enabled(if: Database.isInstalled, "PostGIS is not there: make judges"))
  func `is loaded into PostGIS, a table for each layer that asks for it`() throws {
    let database = try Database()
    let ended = try Command.run(
      try map(shard: 1024, out: "run", formats: "[geojsonl, postgis]"),
      environment: database.environment)
    try #require(ended.code == 0, "\(ended.errors)")
    for (layer, kind) in [
      ("water", "POLYGON"), ("roads", "LINESTRING"), ("bridges", "LINESTRING"),
      ("bridges_points", "POINT"),
    ] {
      #expect(
        try database.query(
          "SELECT count(*), min(GeometryType(geom)), max(ST_SRID(geom)) FROM job_\(layer)")
          == "\(try count(layer, "run"))|\(kind)|32636", "\(layer)")
    }
    #expect(try database.query("SELECT to_regclass('job_buildings') IS NULL") == "t")
  }

  @Test func `goes on after it was stopped, and is traced again without inference`() throws {
    let running = try Command.start(try map(shard: 512, out: "run"))
    usleep(300_000)
    running.send(SIGINT)
    _ = try running.wait()
    let ended = try Command.run(try map(shard: 512, out: "run"))
    #expect(ended.code == 0, "\(ended.errors)")
    let again = try Command.run(try map(shard: 512, out: "straight"))
    #expect(again.code == 0)
    #expect(try files("run") == files("straight"))

    let bridges = try Command.run([
      "footprints", folder.path("run"), "--out", folder.path("bridges"), "--layer", "bridges",
      "--write", "geojsonl", "--schema", "osm",
    ])
    #expect(bridges.code == 0 && bridges.output.hasPrefix("3 bridges"), "\(bridges.errors)")
    let refused = try Command.run([
      "footprints", folder.path("run"), "--out", folder.path("x"), "--layer", "rails",
    ])
    #expect(refused.errors.contains("it has no layer 'rails'; there are: buildings, water, roads"))

    let revised = try Command.run(
      try map(shard: 512, out: "run", more: ", schema: osm") + ["--accept-changed", "output"])
    #expect(revised.code == 0, "\(revised.errors)")
    #expect(try files("run")["job_roads.gpkg"] == files("straight")["job_roads.gpkg"])
    #expect(try files("run")["job_bridges.gpkg"] != files("straight")["job_bridges.gpkg"])
  }
}
