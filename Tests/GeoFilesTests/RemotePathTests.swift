import GeoFiles
import Testing

@Suite struct `Addresses` {
  @Test func `are known by the names that people and GDAL give them`() {
    for (address, path) in [
      ("https://a.example/b.tif", "/vsicurl/https://a.example/b.tif"),
      ("s3://bucket/b.tif", "/vsis3/bucket/b.tif"), ("gs://c/d.tif", "/vsigs/c/d.tif"),
      ("az://c/d.tif", "/vsiaz/c/d.tif"), ("/data/b.tif", "/data/b.tif"),
    ] {
      #expect(RemotePath.gdalPath(address) == path)
      #expect(RemotePath.address(path) == address)
    }
    #expect(RemotePath.isRemote("/vsizip//vsicurl/https://a/b.zip/c.tif"))
    #expect(!RemotePath.isRemote("/vsizip/b.zip/c.tif") && !RemotePath.isRemote("a/b.tif"))
  }

  @Test func `references are relative to their document`() {
    for (reference, document, path) in [
      ("./a.tif", "/data/i/item.json", "/data/i/a.tif"),
      ("../x/a.tif", "/data/i/item.json", "/data/x/a.tif"),
      ("a.tif", "item.json", "a.tif"),
      ("/else/a.tif", "/data/item.json", "/else/a.tif"),
      ("file:///else/a.tif", "/data/item.json", "/else/a.tif"),
      ("../a.tif", "/vsicurl/https://h.example/i/item.json", "/vsicurl/https://h.example/a.tif"),
      ("/a.tif", "/vsicurl/https://h.example/i/item.json?b=/c", "/vsicurl/https://h.example/a.tif"),
      ("https://o.example/a.tif", "/data/item.json", "/vsicurl/https://o.example/a.tif"),
      ("../../../a.tif", "/vsis3/bucket/i/item.json", "/vsis3/bucket/../../a.tif"),
    ] {
      #expect(RemotePath.resolved(reference, in: document) == path, "\(reference) in \(document)")
    }
  }
}
