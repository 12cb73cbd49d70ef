import Checksums
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ObjectStores

@Suite(
  .enabled(if: MotoServer.isInstalled, "needs PyPI's moto: make test-stores installs it"),
  .serialized)
struct `Moto's store` {
  @Test func `does all that the loopback's does`() throws {
    let moto = try MotoServer()
    let store = StoreFixture().store(port: moto.port)
    let names = ["j/a b", "j/a+b", "j/a&b<c>", "j/ä/ö", "j/100%", "k/a"]
    for name in names { #expect(try store.create(name, name)) }
    for name in names { #expect(try !store.create(name, "other")) }
    for name in names { #expect(try store.text(name) == name) }
    #expect(Set(try store.names(under: "j/")) == Set(names.dropLast()))
    try store.delete("k/a")
    try store.delete("k/a")
    #expect(try store.read("k/a") == nil)
    #expect(try store.facts(of: "k/a") == nil)
    let folder = try TemporaryFolder()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Data(bytes).write(to: URL(fileURLWithPath: folder.path("a")))
    let hash = ContentHash(of: bytes.span)
    let file = ObjectStore.Content.file(path: folder.path("a"), count: bytes.count)
    #expect(try store.create("p/a.tif", file, hash: hash.bytes))
    #expect(try store.facts(of: "p/a.tif")?.hash == hash.description)
    #expect(try store.fetch("p/a.tif", to: folder.path("b")))
    #expect(try ContentHash(ofFile: folder.path("b")) == hash)
    #expect(throws: ObjectStoreError.self) {
      try StoreFixture().store(port: moto.port, bucket: "charts").create("a", "one")
    }
  }

  @Test func `lists more than a page`() throws {
    let moto = try MotoServer()
    let store = StoreFixture().store(port: moto.port)
    let names = (0..<1005).map { "commits/infer/\($0).json" }
    for name in names { moto.ask("PUT", "/maps/\(name)", [], "one") }
    #expect(Set(try store.names(under: "commits/")) == Set(names))
  }

  @Test func `lets one of eight create each of fifty names`() async throws {
    let moto = try MotoServer()
    let port = moto.port
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

  @Test func `takes our signatures for right, and wrong ones for wrong`() throws {
    let moto = try MotoServer(checksFrom: 1_000_000)
    // Moto tells its services by the scope of a signature.
    let form = [
      "Content-Type: application/x-www-form-urlencoded",
      "Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/iam/aws4_request, "
        + "SignedHeaders=host, Signature=x",
    ]
    func iam(_ words: String) -> String {
      moto.ask("POST", "/", form, "Version=2010-05-08&UserName=mapper&" + words)?.text ?? ""
    }
    _ = iam("Action=CreateUser")
    let policy = """
      {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
      """
    _ = iam(
      "Action=PutUserPolicy&PolicyName=all&PolicyDocument=\(policy.percentEncoded())")
    let key = XMLText(Array(iam("Action=CreateAccessKey").utf8))
    let name = try #require(key["AccessKeyId"])
    let secret = try #require(key["SecretAccessKey"])
    let isChecking = moto.ask("POST", "/moto-api/reset-auth", ["Content-Type: text/plain"], "0")
    #expect(isChecking?.status == 200)

    let fixture = StoreFixture()
    fixture.time.withLock { $0 = Date().timeIntervalSince1970 }
    func store(_ secret: String, _ name: String = name) -> ObjectStore {
      fixture.store(
        port: moto.port, source: .given(Credentials(keyName: name, secret: secret)))
    }
    let right = store(secret)
    for name in ["a", "j/a b+c/ü~.json", "parts/shard_r-1c0.tif"] {
      #expect(try right.create(name, "one"))
      #expect(try right.text(name) == "one")
    }
    #expect(try right.names(under: "j/a b").count == 1)
    try right.delete("a")

    func reason(_ store: ObjectStore) -> String {
      let error = #expect(throws: ObjectStoreError.self) { try store.create("b", "one") }
      guard case .denied(_, let reason) = error else { return "\(error.map { "\($0)" } ?? "")" }
      return reason
    }
    #expect(reason(store(secret + "x")).hasPrefix("SignatureDoesNotMatch"))
    #expect(reason(store(secret, "AKIDNOBODY")).hasPrefix("InvalidAccessKeyId"))
  }
}
