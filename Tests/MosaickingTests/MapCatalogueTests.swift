import Foundation
import GeoFiles
import Grids
import Imagery
import Testing

@testable import Mosaicking

@Suite struct `The catalogue of a map` {
  private func catalogue(
    crs: String = "EPSG:32636", x: Int = 400_000, y: Int = -40_000,
    scenes: [CatalogueItem.Scene] = []
  ) throws -> MapCatalogue {
    let grid = RunGrid(
      of: GeoTransform(west: 0, north: 0, pixel: 1),
      crs: try CoordinateReference(definition: crs))
    let layers = PartLayers(
      scheme: ClassScheme(published: [
        .init(name: "background", color: [0, 0, 0], channels: [0]),
        .init(name: "green roof", color: [9, 200, 255], channels: [1]),
      ]), probabilities: ["green roof"])
    let items = [
      ("town_class", MosaicLayer.classes), ("town_coverage", .coverage),
      ("town_probability", .probability(0)),
    ].map { name, layer in
      CatalogueItem(
        file: "\(name).tif", layer: layer,
        window: PixelWindow(x: x, y: y, width: 2000, height: 1000), bytes: 12,
        hash: String(repeating: "ab", count: 32),
        preview: layer == .classes ? "town_preview.png" : nil, scenes: scenes)
    }
    return MapCatalogue(
      name: "town", grid: grid, layers: layers, pixelMeters: 0.5, model: "m.onnx 0123",
      version: "1.0", items: items)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `an item says what its numbers mean, where they lie and what the file holds`() throws {
    let scene = CatalogueItem.Scene(reference: "a.tif", acquired: "2024-03-09T10:21:05Z")
    let files = try catalogue(scenes: [scene]).files()
    let item = try object(files[1].text)
    let properties = try #require(item["properties"] as? [String: Any])
    let assets = try #require(item["assets"] as? [String: [String: Any]])
    let classes = try #require(assets["data"]?["classification:classes"] as? [[String: Any]])

    #expect(
      files.map(\.name) == [
        "collection.json", "town_class.json", "town_coverage.json", "town_probability.json",
      ])
    #expect(properties["proj:code"] as? String == "EPSG:32636")
    #expect(properties["proj:shape"] as? [Int] == [1000, 2000])
    #expect(properties["datetime"] as? String == "2024-03-09T10:21:05Z")
    #expect(classes.map { $0["name"] as? String } == ["background", "green_roof"])
    #expect(classes[1]["color_hint"] as? String == "09C8FF")
    #expect(
      assets["data"]?["file:checksum"] as? String == "1220" + String(repeating: "ab", count: 32))
    #expect(assets["preview"]?["href"] as? String == "./town_preview.png")
  }

  @Test func `several times are an interval, and no time is a wide one`() throws {
    let times = ["2024-03-09T10:21:05Z", nil, "2023-01-01T00:00:00"]
    let several = try catalogue(
      scenes: times.map { CatalogueItem.Scene(reference: "a.tif", acquired: $0) })
    let properties = try object(several.files()[1].text)["properties"] as? [String: Any]
    #expect(properties?["datetime"] is NSNull)
    #expect(properties?["start_datetime"] as? String == "2023-01-01T00:00:00Z")
    #expect(properties?["end_datetime"] as? String == "2024-03-09T10:21:05Z")
    let none = try object(catalogue().files()[1].text)["properties"] as? [String: Any]
    #expect(none?["start_datetime"] as? String == "1900-01-01T00:00:00Z")
  }

  @Test func `a map across the antimeridian is two polygons`() throws {
    let files = try catalogue(
      crs: "EPSG:3832", x: 3_339_000, y: 1_900_000
    ).files()
    let item = try object(files[1].text)
    let box = try #require(item["bbox"] as? [Double])
    let geometry = try #require(item["geometry"] as? [String: Any])
    #expect(geometry["type"] as? String == "MultiPolygon")
    #expect(box[0] > 179 && box[2] < -179 && box[1] < box[3])
  }

  @Test func `a map around a pole has no outline`() throws {
    let files = try catalogue(crs: "EPSG:3995", x: -1100, y: -700).files()
    let item = try object(files[1].text)
    #expect(item["geometry"] is NSNull)
  }

  @Test func `equal maps give equal bytes`() throws {
    #expect(try catalogue().files().map(\.text) == catalogue().files().map(\.text))
  }
}
