import Testing

@testable import ObjectStores

@Suite struct `Addresses of buckets` {
  @Test func `have the bucket in the host's name at Amazon's`() throws {
    let settings = BucketSettings(bucket: "my-maps", region: "eu-central-1")
    let address = try settings.address(region: settings.region)
    #expect(
      address
        == .init(
          scheme: "https://", host: "my-maps.s3.eu-central-1.amazonaws.com", path: ""))
    #expect(try settings.address(region: "cn-north-1").host.hasSuffix(".amazonaws.com.cn"))
  }

  @Test(arguments: ["my.maps", "My-maps", "my_maps"])
  func `have a bucket in the path whose name fits no certificate`(_ bucket: String) throws {
    let address = try BucketSettings(bucket: bucket).address(region: "us-east-1")
    #expect(
      address
        == .init(
          scheme: "https://", host: "s3.us-east-1.amazonaws.com", path: "/\(bucket)"))
  }

  @Test func `have the bucket in the path elsewhere, unless it is said otherwise`() throws {
    var settings = BucketSettings(bucket: "maps")
    settings.endpoint = "http://127.0.0.1:9000/"
    #expect(
      try settings.address(region: "x")
        == .init(scheme: "http://", host: "127.0.0.1:9000", path: "/maps"))
    settings.isInHostName = true
    #expect(
      try settings.address(region: "x")
        == .init(scheme: "http://", host: "maps.127.0.0.1:9000", path: ""))
  }

  @Test(arguments: [
    "127.0.0.1:9000", "https://", "https://host/path", "https://user:hush@host", "ftp://host",
    "https://host?query", "https://a b",
  ])
  func `are not made of what is no server's address`(_ endpoint: String) {
    var settings = BucketSettings(bucket: "maps")
    settings.endpoint = endpoint
    #expect(throws: ObjectStoreError.badEndpoint) { try settings.address(region: "x") }
  }
}

@Suite struct `The pauses between attempts` {
  @Test func `are anything up to a bound that doubles, up to a limit`() {
    let patience = Patience()
    let bounds = (2...11).map { patience.pause(before: $0, chance: 1) }
    #expect(bounds == [0.25, 0.5, 1, 2, 4, 8, 16, 20, 20, 20])
    #expect(patience.pause(before: 5, chance: 0) == 0)
    #expect(patience.pause(before: 5, chance: 0.25) == 0.5)
  }
}
