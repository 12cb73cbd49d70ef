import GeoFiles
import Grids
import Imagery
import TestSupport
import Testing

@testable import Tiling

@Suite struct `The order of overlapping scenes` {
  let folder: DrawnFolder

  init() throws { folder = try DrawnFolder() }

  /// Draws a scene of three pixels, of which those that are 0 are nodata.
  func scene(
    _ name: String, _ pixels: [UInt8], taken: String? = nil, clouds: String? = nil
  ) throws -> String {
    let facts = [("ACQUISITIONDATETIME", taken), ("CLOUDCOVER", clouds)].compactMap { name, value in
      value.map { "<MDI key=\"\(name)\">\($0)</MDI>" }
    }
    return try folder.draw(
      name, size: PixelSize(width: 3, height: 1), bands: [DrawnBand(bytes: pixels, nodata: "0")],
      transform: GeoTransform(west: 0, north: 0, pixel: 1),
      extra: facts.isEmpty ? "" : "<Metadata domain=\"IMAGERY\">\(facts.joined())</Metadata>\n")
  }

  func pixels(_ paths: [String], _ order: SceneOrder) throws -> [Float] {
    let scenes = try SceneSet(opening: paths, order: order)
    return try ChipReader(of: scenes).read(scenes.window).chip.pixels
  }

  @Test func `newest, clearest and first differ, and each falls back to the next`() throws {
    let paths = [
      try scene("a.vrt", [1, 1, 0], taken: "2020-05-01 10:00:00", clouds: "10"),
      try scene("b.vrt", [0, 2, 2], taken: "2024-05-01 10:00:00", clouds: "80"),
      try scene("c.vrt", [3, 0, 3], taken: "2022-05-01 10:00:00", clouds: "0.5"),
    ]
    #expect(try pixels(paths, .first) == [1, 1, 2])
    #expect(try pixels(paths, .newest) == [3, 2, 2])
    #expect(try pixels(paths, .clearest) == [3, 1, 3])
    #expect(try pixels([paths[1], paths[2], paths[0]], .listed) == [3, 2, 2])
  }

  @Test func `scenes of one moment go by path, and those of unknown date come last`() throws {
    let paths = [
      try scene("a.vrt", [1, 1, 1]),
      try scene("b.vrt", [2, 2, 0], taken: "2024-05-01 10:00:00"),
      try scene("c.vrt", [3, 3, 3], taken: "2024-05-01 10:00:00"),
    ]
    let scenes = try SceneSet(opening: paths, order: .newest)
    #expect(scenes.scenes.map(\.path) == [paths[1], paths[2], paths[0]])
    #expect(
      scenes.note(on: .newest)
        == "1 of 3 scenes do not tell when they were taken, '\(paths[0])' for one: they come last, "
        + "by path")
    #expect(
      scenes.note(on: .clearest)
        == "the scenes do not tell how cloudy they are: they are seen by path, as with "
        + "`order: first`")
    #expect(scenes.note(on: .first) == nil)
  }

  @Test func `files are listed as they are named, and a folder in between by name`() throws {
    for name in ["z.tif", "b.tif", "a.tif"] { try folder.write("", to: name) }
    try folder.write("z.tif\n[ab].tif\n", to: "list.txt")
    let listed = try SceneFinder.find(
      [folder.file("list.txt"), folder.file("a.tif")], keepsOrder: true)
    #expect(listed == ["z.tif", "a.tif", "b.tif"].map(folder.file))
    #expect(
      try SceneFinder.find([folder.file("list.txt")])
        == ["a.tif", "b.tif", "z.tif"].map(folder.file)
    )
  }
}
