import Foundation
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `The files of an input` {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ names: String...) throws {
    for name in names { try Data(name.utf8).write(to: folder.url.appending(path: name)) }
  }

  @Test(arguments: [("m.xml", "m.bin"), ("m.pdmodel", "m.pdiparams")])
  func `are those with a model's weights too`(model: String, weights: String) throws {
    try write(model, weights)
    let files = InputFiles(ofModel: folder.path(model))
    #expect(files.paths.map(files.name) == [model, weights])
    let before = try files.hash()
    try Data("others".utf8).write(to: folder.url.appending(path: weights))
    #expect(try InputFiles(ofModel: folder.path(model)).hash() != before)
  }

  @Test func `belong to a Shapefile however their names are written`() throws {
    try write("REGION.SHP", "REGION.SHX", "REGION.PRJ", "other.DBF")
    let region = InputFiles(ofRegion: folder.path("REGION.SHP"))
    #expect(region.paths.map(region.name) == ["REGION.SHP", "REGION.SHX", "REGION.PRJ"])
    try write("town.shp", "town.shx", "town.dbf")
    let town = InputFiles(ofRegion: folder.path("town.shp"))
    #expect(town.paths.map(town.name) == ["town.shp", "town.shx", "town.dbf"])
  }
}
