import Testing

@testable import Pipelines

@Suite struct `Folder names` {
  private let names = FolderNames(of: [
    "/home/ann/my maps/east.tif", "/vsizip//data/all.zip/west.tif", "scenes/near.tif",
    "/vsicurl/https://example.org/far/away.tif",
  ])

  @Test func `are left out of what is told, files keep theirs`() {
    #expect(
      names.removed(
        from: """
          files: [/home/ann/my maps/east.tif, "/vsizip//data/all.zip/west.tif"]
          region: '/home/ann/region.gpkg'
          """) == """
          files: [east.tif, "/vsizip/west.tif"]
          region: 'region.gpkg'
          """)
  }

  @Test func `that are relative or on the net stay`() {
    for text in ["scenes/home/ann/near.tif", "https://example.org/far/away.tif", "1/2", "a/data/b"]
    {
      #expect(names.removed(from: text) == text)
    }
  }

  @Test func `are none where no file is absolute`() {
    #expect(FolderNames(of: ["a/b.tif"]).removed(from: "/data/b.tif") == "/data/b.tif")
  }
}
