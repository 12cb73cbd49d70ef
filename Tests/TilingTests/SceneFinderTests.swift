import TestSupport
import Testing

@testable import Tiling

@Suite struct `Finding scenes` {
  let folder: DrawnFolder

  init() throws {
    folder = try DrawnFolder()
    for name in ["b.tif", "a.TIF", "notes.md", ".hidden.tif", "c.vrt"] {
      try folder.write("", to: name)
    }
  }

  @Test func `a folder stands for the rasters in it, sorted`() throws {
    #expect(
      try SceneFinder.find([folder.path + "/"]) == [folder.file("a.TIF"), folder.file("b.tif")])
  }

  @Test func `a pattern stands for what it matches`() throws {
    #expect(try SceneFinder.find([folder.file("[bc].*")]) == ["b.tif", "c.vrt"].map(folder.file))
  }

  @Test func `a list is read line by line, from its own folder`() throws {
    let list = try folder.write("# scenes\nc.vrt\n\n  ./b.tif\r\n", to: "scenes.txt")
    #expect(try SceneFinder.find([list]) == ["b.tif", "c.vrt"].map(folder.file))
  }

  @Test func `a list may have the line ends of Windows`() throws {
    let list = try folder.write("# scenes\r\nc.vrt\r\n\r\nb.tif\r\n", to: "scenes.txt")
    #expect(try SceneFinder.find([list]) == ["b.tif", "c.vrt"].map(folder.file))
  }

  @Test func `a scene given twice is one scene`() throws {
    let scene = folder.file("b.tif")
    #expect(try SceneFinder.find([scene, "b.tif"], relativeTo: folder.path) == [scene])
  }

  @Test func `a missing scene is named`() {
    let path = folder.file("d.tif")
    let error = #expect(throws: TilingError.self) { try SceneFinder.find([path]) }
    #expect(
      error?.description == """
        cannot find scene '\(path)'
          there is no such file or folder
          check the path; a relative path starts at the folder of the pipeline file
        """)
  }

  @Test func `a missing scene of a list is named with its line`() throws {
    let list = try folder.write("b.tif\nd.tif\n", to: "scenes.txt")
    #expect(
      throws: TilingError.missingFromList(list: list, line: 2, path: folder.file("d.tif"))
    ) { try SceneFinder.find([list]) }
  }

  @Test func `a pattern, a folder and an empty input that stand for nothing are refused`() throws {
    let empty = try DrawnFolder()
    let pattern = folder.file("x*.tif")
    #expect(throws: TilingError.nothingMatches(pattern: pattern)) {
      try SceneFinder.find([pattern])
    }
    #expect(throws: TilingError.emptyFolder(path: empty.path)) {
      try SceneFinder.find([empty.path])
    }
    #expect(throws: TilingError.noScenes) { try SceneFinder.find([]) }
  }
}
