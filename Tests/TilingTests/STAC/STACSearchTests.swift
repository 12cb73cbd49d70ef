import Foundation
import TestSupport
import Testing

@testable import Tiling

@Suite struct `Catalogues` {
  let drawn: DrawnItem

  init() throws {
    drawn = try DrawnItem()
    try drawn.drawBands()
  }

  private func catalog(_ links: [(String, String)], to name: String) throws -> String {
    let list = links.map { "{\"rel\": \"\($0.0)\", \"href\": \"\($0.1)\"}" }
    return try drawn.folder.write(
      """
      {"type": "Catalog", "stac_version": "1.1.0", "id": "c", "description": "c",
       "links": [\(list.joined(separator: ", "))]}
      """, to: name)
  }

  @Test func `links are followed, each once`() throws {
    let path = try catalog(
      [("self", "https://far.example/c.json"), ("child", "./collection.json"), ("root", "c.json")],
      to: "c.json")
    _ = try catalog(
      [("parent", "c.json"), ("child", "c.json"), ("item", "one.json"), ("item", "two.json")],
      to: "collection.json")
    try drawn.write(id: "one", to: "one.json")
    try drawn.write(id: "two", to: "two.json")
    #expect(try drawn.find(path).composed.map(\.item) == ["one", "two"])
  }

  @Test func `a MosaicJSON stands for the files and items of its tiles, each once`() throws {
    try drawn.write(id: "one", to: "one.json")
    let path = try drawn.folder.write(
      """
      {"mosaicjson": "0.0.3", "minzoom": 7, "maxzoom": 9, "asset_prefix": "./", "tiles":
       {"0302": ["b.tif", "one.json"], "0301": ["c.tif", "b.tif"]}}
      """, to: "mosaic.json")
    let found = try drawn.find(path) { $0.keepsOrder = true }
    #expect(found.composed.map(\.item) == ["one"])
    #expect(
      found.paths.map { URL(fileURLWithPath: $0).lastPathComponent }.prefix(2)
        == ["c.tif", "b.tif"])
    #expect(found.paths.count == 3)
  }

  @Test func `an item collection is all its items, but for those that are too cloudy`() throws {
    let items = try [("a", "5"), ("b", "80"), ("c", "null")].map { id, clouds in
      let path = try drawn.write(id: id, properties: "\"eo:cloud_cover\": \(clouds),")
      return try String(contentsOfFile: path, encoding: .utf8)
    }
    let path = try drawn.folder.write(
      "{\"type\": \"FeatureCollection\", \"features\": [\(items.joined(separator: ","))]}",
      to: "items.geojson")
    let found = try drawn.find(path) { $0.cloudCoverMax = 20 }
    #expect(try drawn.find(path).composed.map(\.item) == ["a", "b", "c"])
    #expect(found.composed.map(\.item) == ["a", "c"])
    #expect(
      found.notes == [
        "1 of 3 STAC items are left out: they are cloudier than 20.0 %",
        "1 STAC items do not tell how cloudy they are, and are kept",
      ])
  }

  @Test func `only clouds is an error`() throws {
    let path = try drawn.write(properties: "\"eo:cloud_cover\": 60.5,")
    let error = #expect(throws: STACError.self) { try drawn.find(path) { $0.cloudCoverMax = 20 } }
    #expect(
      error?.description == """
        cannot map without scenes
          all 1 STAC items are cloudier than 20.0 %; the clearest has 60.5 %
          raise `cloud_cover_max`, or look for other scenes
        """)
  }

  @Test func `pages of a search are followed by their next links, each once`() throws {
    // The third page leads back to the first.
    for (number, next) in [(1, 2), (2, 3), (3, 1)] {
      let item = try String(
        contentsOfFile: drawn.write(id: "item-\(number)", to: "item-\(number).json"),
        encoding: .utf8)
      try drawn.folder.write(
        """
        {"type": "FeatureCollection", "features": [\(item)],
         "links": [{"rel": "next", "href": "page-\(next).json"}]}
        """, to: "page-\(number).json")
    }
    let found = try drawn.find(drawn.folder.file("page-1.json"))
    #expect(found.composed.map(\.item) == ["item-1", "item-2", "item-3"])
  }

  @Test func `a catalogue without items is an error`() throws {
    let path = try catalog([("items", "https://far.example/items")], to: "c.json")
    let error = #expect(throws: STACError.self) { try drawn.find(path) }
    #expect(
      error?.description == """
        cannot find scenes in '\(path)'
          none of its links leads to an item
          of an API, save the answer to a search as an item collection, and give that
        """)
  }

  @Test func `what is no STAC is refused with the place in it`() throws {
    let cases = [
      ("{\"type\": \"Topology\"}", "its type is 'Topology', at type"),
      ("{\"type\": \"Feature\", \"id\": \"a\"}", "it lacks 'assets'"),
      ("[1, 2]", "a value is of another kind than STAC has there"),
    ]
    for (text, reason) in cases {
      let path = try drawn.folder.write(text, to: "no.json")
      #expect(throws: STACError.notSTAC(path: path, reason: reason)) { try drawn.find(path) }
    }
    #expect(
      "\(STACError.notSTAC(path: "a.json", reason: "it has no type"))" == """
        cannot read 'a.json' as STAC
          it has no type
          give an item, an item collection, a collection or a catalogue, as JSON
        """)
    let path = try drawn.write(band: ", \"raster:scale\": \"much\"")
    let error = #expect(throws: STACError.self) { try drawn.find(path) }
    #expect(
      error?.description.contains("assets › B04 › bands › 1 › raster:scale") == true
        || error?.description.contains("› bands › 1 › raster:scale") == true)
  }

  @Test func `what links lead to must be there`() throws {
    let path = try catalog([("item", "absent.json")], to: "c.json")
    let error = #expect(throws: STACError.self) { try drawn.find(path) }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.first == "cannot read the STAC document '\(drawn.folder.file("absent.json"))'")
    #expect(lines.last == "  check the address, and that what links to it is of the same place")
  }

  @Test func `nobody reaches out for a link, an asset or a pipeline`() throws {
    let item = try drawn.write(
      more: ", \"far\": {\"href\": \"https://far.example/a.tif?sig=secret\", \"roles\": [\"data\"]}"
    )
    let error = #expect(throws: STACError.self) { try drawn.find(item, bands: [.name("far")]) }
    #expect(
      error?.description == """
        cannot read 'https://far.example/a.tif' without reaching out
          it is remote, and named by STAC item 'item-1', not by you
          add `--allow-remote`, or fetch the files and name those
        """)
    let links = try catalog([("item", "https://far.example/one.json")], to: "c.json")
    for path in [
      links, "https://far.example/a.tif", "s3://far/a.tif", "/vsizip//vsicurl/http://a/b",
    ] {
      let error = #expect(throws: STACError.self) { try drawn.find(path) }
      guard case .remote = error else {
        Issue.record("\(path): \(String(describing: error))")
        return
      }
    }
  }
}
