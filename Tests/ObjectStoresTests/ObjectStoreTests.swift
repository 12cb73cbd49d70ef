import Checksums
import Foundation
import TestSupport
import Testing

@testable import ObjectStores

@Suite struct `An object store` {
  let bucket: LoopbackBucket
  let store: ObjectStore
  let folder: TemporaryFolder

  init() throws {
    bucket = try LoopbackBucket()
    store = StoreFixture().store(port: bucket.port)
    folder = try TemporaryFolder()
  }

  @Test func `holds what was created, with its hash`() throws {
    #expect(try store.create("jobs/a.json", "one"))
    let object = try #require(try store.read("jobs/a.json"))
    #expect(String(decoding: object.bytes, as: UTF8.self) == "one")
    #expect(object.facts.hash == ContentHash(of: Array("one".utf8).span).description)
    #expect(try store.facts(of: "jobs/a.json") == object.facts)
    #expect(object.facts.count == 3)
  }

  @Test func `keeps the first of two, with the same bytes or others`() throws {
    let other = StoreFixture(seed: 2).store(port: bucket.port)
    #expect(try store.create("a", "one"))
    #expect(try !other.create("a", "two"))
    #expect(try !other.create("a", "one"))
    #expect(try store.text("a") == "one")
  }

  @Test func `is told the hash in three ways, and asked whether it has arrived`() throws {
    #expect(try store.create("a", "one"))
    let hash = ContentHash(of: Array("one".utf8).span)
    let head = try #require(bucket.heads.first)
    #expect(head["if-none-match"] == "*")
    #expect(head["x-amz-content-sha256"] == hash.description)
    #expect(head["x-amz-checksum-sha256"] == Data(hash.bytes).base64EncodedString())
    #expect(head["x-amz-meta-sha256"] == hash.description)
    #expect(bucket.requests == ["PUT /maps/a", "HEAD /maps/a"])
  }

  @Test(arguments: [0, 1, 1_200_000])
  func `takes files and gives them back`(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = folder.path("sent")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let hash = ContentHash(of: bytes.span)
    #expect(try store.create("parts/a.tif", .file(path: path, count: count), hash: hash.bytes))
    #expect(try store.fetch("parts/a.tif", to: folder.path("fetched")))
    #expect(try ContentHash(ofFile: folder.path("fetched")) == hash)
  }

  @Test func `says that there is nothing where there is nothing`() throws {
    #expect(try store.read("a") == nil)
    #expect(try store.facts(of: "a") == nil)
    #expect(try !store.fetch("a", to: folder.path("a")))
    #expect(try store.names(under: "") == [])
  }

  @Test func `lists all names, page by page, however odd they are`() throws {
    let names = ["j/a b", "j/a+b", "j/a&b<c>", "j/ä/ö", "j/100%", "j/z", "k/a"]
    for name in names { #expect(try store.create(name, name)) }
    #expect(Set(try store.names(under: "j/")) == Set(names.dropLast()))
    #expect(try store.names(under: "").count == names.count)
    for name in names { #expect(try store.text(name) == name) }
  }

  @Test func `deletes what is there, and does not mind what is not`() throws {
    #expect(try store.create("a", "one"))
    try store.delete("a")
    try store.delete("a")
    #expect(bucket.objects.isEmpty)
  }

  @Test func `lets one of many create a name`() async throws {
    let port = bucket.port
    let wins = await withTaskGroup(of: [Int].self) { group in
      for thread in 0..<8 {
        group.addTask {
          let store = StoreFixture(seed: UInt64(thread) + 1).store(port: port)
          return (0..<50).filter { (try? store.create("k\($0)", "thread \(thread)")) == true }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(wins.sorted() == Array(0..<50))
  }

  @Test func `is asked over one connection by one thread`() throws {
    let proxy = try FaultProxy(to: bucket.port) { _ in nil }
    let store = StoreFixture().store(port: proxy.port)
    for name in 0..<5 { #expect(try store.create("\(name)", "one")) }
    #expect(proxy.count == 10)
  }

  @Test func `is followed to the region where the bucket lies`() throws {
    bucket.change {
      $0.says = (400, "AuthorizationHeaderMalformed", ["x-amz-bucket-region: eu-west-3"])
    }
    let proxy = try FaultProxy(to: bucket.port) { [bucket] request in
      if request.number == 2 { bucket.change { $0.says = nil } }
      return nil
    }
    let store = StoreFixture().store(port: proxy.port)
    #expect(try store.create("a", "one"))
    let regions = bucket.heads.map { $0["authorization"]?.split(separator: "/")[2] }
    #expect(regions == ["us-east-1", "eu-west-3", "eu-west-3"])
  }
}
