import Testing

@testable import GeoFiles

@Suite struct `What an address is signed with` {
  @Test func `is taken off, and given to GDAL alone`() {
    let path = "/vsicurl/https://a.example/signed.tif"
    #expect(RemoteSignatures.take(path + "?sig=1&se=2") == path)
    #expect(RemoteSignatures.signed(path) == path + "?sig=1&se=2")
    #expect(RemoteSignatures.all[path] == "?sig=1&se=2")
    #expect(RemoteSignatures.take(path + "?sig=1&se=2") == path)
    #expect(RemoteSignatures.take(path + "?sig=other") == nil)
    #expect(RemoteSignatures.take("/data/what?.tif") == "/data/what?.tif")
  }

  @Test func `stands in the sources of virtual rasters in memory`() {
    _ = RemoteSignatures.take("/vsicurl/https://a.example/a&b.tif?sig=1&se=2")
    let text = RemoteSignatures.signed(
      sourcesOf: "<SourceFilename>/vsicurl/https://a.example/a&amp;b.tif</SourceFilename>")
    #expect(
      text
        == "<SourceFilename>/vsicurl/https://a.example/a&amp;b.tif?sig=1&amp;se=2</SourceFilename>")
  }

  @Test func `is left out of what GDAL says`() {
    #expect(
      RemoteSignatures.stripped("'/vsicurl/https://a.example/b.tif?sig=hush' does not exist; why?")
        == "'/vsicurl/https://a.example/b.tif' does not exist; why?")
    #expect(
      RemoteSignatures.stripped("HTTP 403 of https://a.example/b.tif?sig=hush&se=1 at once")
        == "HTTP 403 of https://a.example/b.tif at once")
    #expect(RemoteSignatures.stripped("is it a file?") == "is it a file?")
  }
}
