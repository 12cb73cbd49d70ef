import Foundation
import GeoFiles
import Grids
import Previews
import TestSupport
import Testing

@Suite struct `A picture of a file` {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func preview(_ file: String, _ more: String...) throws -> PNGImage {
    let out = folder.path("picture.png")
    let ended = try Command.run(["preview", folder.path(file), "--out", out] + more)
    try #require(ended.code == 0, "\(ended.errors)")
    #expect(ended.output == "\(out)\n")
    return try PNGImage(decoding: [UInt8](Data(contentsOf: URL(fileURLWithPath: out))))
  }

  /// A raster of 60 by 40 px, whose values `value` gives by band, column and row.
  private func draw(
    _ name: String, bands: Int, colors: [[UInt8]] = [], nodata: UInt8? = nil,
    _ value: (Int, Int, Int) -> Int
  ) throws {
    let size = PixelSize(width: 60, height: 40)
    var description = GeoTIFFDescription(
      size: size, bandCount: bands, transform: GeoTransform(west: 400_000, north: 40_000, pixel: 1),
      crs: try CoordinateReference(definition: "EPSG:32636"), nodata: nodata)
    if !colors.isEmpty { description.colors = colors }
    let writer = try GeoTIFFWriter(creating: folder.path(name), description)
    for band in 0..<bands {
      let pixels = (0..<size.area).map { UInt8(value(band, $0 % 60, $0 / 60)) }
      try pixels.withUnsafeBufferPointer {
        try writer.write($0, in: PixelWindow(size), band: band + 1)
      }
    }
    try writer.close()
  }

  @Test func `with three bands is theirs, and clear where there is no picture`() throws {
    try draw("scene.tif", bands: 3, nodata: 0) { band, x, _ in x < 20 ? 0 : 50 * (band + 1) }
    let picture = try preview("scene.tif")
    #expect(picture.width == 60 && picture.height == 40)
    #expect(picture.color(x: 40, y: 10) == [50, 100, 150, 255])
    #expect(picture.color(x: 5, y: 10)[3] == 0)
    let small = try preview("scene.tif", "--side", "30")
    #expect(small.width == 30 && small.height == 20)
    #expect(small.color(x: 20, y: 5) == [50, 100, 150, 255])
  }

  @Test func `with a colour table has its colours, never ones between them`() throws {
    let colors: [[UInt8]] = [[10, 20, 30], [200, 100, 0], [0, 0, 250]]
    try draw("classes.tif", bands: 1, colors: colors) { _, x, y in (x + y) % 2 == 0 ? 0 : 2 }
    let picture = try preview("classes.tif", "--side", "25")
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let color = Array(picture.color(x: x, y: y).prefix(3))
        #expect(color == colors[0] || color == colors[2])
      }
    }
  }

  @Test(arguments: ["Polygon", "LineString", "Point"])
  func `with features shows where they lie`(kind: String) throws {
    let places =
      switch kind {
      case "Polygon": "[[[32.0, 1.0], [32.1, 1.0], [32.1, 1.05], [32.0, 1.05], [32.0, 1.0]]]"
      case "LineString": "[[32.0, 1.0], [32.1, 1.05]]"
      default: "[32.05, 1.025]"
      }
    let text =
      "{\"type\": \"Feature\", \"properties\": {}, \"geometry\": {\"type\": \"\(kind)\", "
      + "\"coordinates\": \(places)}}"
    try Data(text.utf8).write(to: folder.url.appending(path: "one.geojson"))
    let picture = try preview("one.geojson", "--side", "101")
    let middle = picture.color(x: picture.width / 2, y: picture.height / 2)
    let corner = picture.color(x: 0, y: 0)
    #expect(corner == [250, 250, 247, 255])
    #expect(Int(middle[0]) + 10 < 250 && Int(middle[2]) + 50 < 247, "\(middle)")
  }

  @Test func `that is none is refused, and a file is never drawn over`() throws {
    try Data("no picture".utf8).write(to: folder.url.appending(path: "notes.txt"))
    let refused = try Command.run(["preview", folder.path("notes.txt")])
    #expect(refused.code == 66 && refused.errors.split(separator: "\n").count == 3)
    let absent = try Command.run(["preview", folder.path("absent.tif")])
    #expect(absent.code == 66 && absent.errors.contains("no such file"))
    let same = try Command.run([
      "preview", folder.path("notes.txt"), "--out", folder.path("notes.txt"),
    ])
    #expect(same.code == 64)
    #expect(try String(contentsOfFile: folder.path("notes.txt"), encoding: .utf8) == "no picture")
  }
}
