import Foundation
import TestSupport
import Testing

@testable import Tiling

/// Items and catalogues of others, beside the repository where they are at hand.
private let examples: [URL] = {
  let folder = Repository.shared.appending(path: "data/stac")
  let names =
    FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
  return names.filter { $0.hasSuffix("json") }.sorted().map { folder.appending(path: $0) }
}()

@Suite(.enabled(if: !examples.isEmpty, "needs the STAC examples beside the repository"))
struct `STAC of others` {
  private func document(_ name: String) throws -> STACDocument {
    let url = try #require(examples.first { $0.lastPathComponent.hasPrefix(name) })
    return try STACDocument(Array(Data(contentsOf: url)), path: name)
  }

  private func item(_ name: String) throws -> STACItem {
    guard case .item(let item) = try document(name) else { throw STACError.noItems(path: name) }
    return item
  }

  private func choice(_ name: String, _ bands: String, assets: [String] = []) throws -> [String] {
    let selectors = bands.split(separator: " ").map { BandSelector(String($0)) }
    return try AssetChoice(of: item(name), bands: selectors, assets: assets).bands
      .map { "\($0.asset) \($0.number)" }
  }

  @Test(arguments: examples)
  func `every example is read`(_ url: URL) throws {
    switch try STACDocument(Array(Data(contentsOf: url)), path: url.path) {
    case .item(let item): #expect(!item.assets.isEmpty && item.acquired != nil)
    case .itemCollection(let items, _): #expect(items.count > 1)
    case .catalog(let links): #expect(!links.isEmpty)
    case .mosaic: Issue.record("no example is a mosaic")
    }
  }

  @Test func `bands are found by their common names, in the finest files meant for it`() throws {
    #expect(
      try choice("earth_search_S2B", "red green blue nir") == ["B04 1", "B03 1", "B02 1", "B08 1"])
    #expect(try choice("earth_search_v0", "B04 B03") == ["B04 1", "B03 1"])
    #expect(try choice("stactools_S2A", "red green nir08") == ["red 1", "green 1", "nir08 1"])
    #expect(try choice("planetary_computer_S2B", "B04 B03 B02") == ["B04 1", "B03 1", "B02 1"])
    #expect(try choice("nrcan", "red green").count == 2)
  }

  @Test func `roles and keys restrict the choice`() throws {
    #expect(
      try choice("earth_search_S2B", "red green blue", assets: ["visual"])
        == ["visual 1", "visual 2", "visual 3"])
    #expect(
      try choice("earth_search_S2B", "1 2 3", assets: ["visual"]) == [
        "visual 1", "visual 2", "visual 3",
      ])
    #expect(
      try choice("maxar_opendata_item", "1 2 3", assets: ["visual"]) == [
        "visual 1", "visual 2", "visual 3",
      ])
    let error = #expect(throws: STACError.self) { try choice("earth_search_S2B", "1") }
    #expect(
      error?.description.hasPrefix(
        "cannot tell which file of STAC item 'S2B_33SVB_20210221_0_L2A' is meant\n") == true)
  }

  @Test func `what decides values and place is read in all versions`() throws {
    let old = try item("stactools_S2A")
    let red = try #require(old.assets["red"]?.bands.first)
    #expect(red.scale == 0.0001 && red.offset == 0 && red.nodata == 0)
    #expect(try item("earth_search_S2B").cloudCover == 21.22)
    #expect(try item("earth_search_S2B").crs == "EPSG:32633")
    #expect(try item("maxar_opendata_item").crs == "EPSG:32611")
    #expect(try item("earth_search_S2B").acquired == "2021-02-21T10:00:17")
  }
}

@Suite struct `The choice of assets` {
  @Test func `errors say what there is`() {
    #expect(
      "\(STACError.assetUnclear(item: "i", assets: ["a", "b"]))" == """
        cannot tell which file of STAC item 'i' is meant
          bands are chosen by number, and these assets have such: a, b
          name one of them under `assets`, or choose bands by name
        """)
    #expect(
      "\(STACError.noAsset(item: "i", wanted: ["visual"], available: ["doc"]))" == """
        cannot find a raster in STAC item 'i'
          no raster is visual; it has doc
          name a key or a role of its assets under `assets`
        """)
    #expect(
      "\(STACError.noAsset(item: "i", wanted: [], available: []))".contains(
        "none of its assets is one; it has nothing"))
    #expect(
      "\(STACError.cannotRead(path: "a", reason: "no"))".hasPrefix(
        "cannot read the STAC document 'a'\n  no\n  check the address"))
  }

  @Test func `times are carried to UTC`() {
    #expect(STACItem.universal("2024-03-09T10:21:05.024Z") == "2024-03-09T10:21:05")
    #expect(STACItem.universal("2024-03-09T23:21:05-02:30") == "2024-03-10T01:51:05")
    #expect(STACItem.universal("yesterday") == nil)
  }
}
