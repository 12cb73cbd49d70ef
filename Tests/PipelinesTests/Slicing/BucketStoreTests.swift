import Checksums
import Foundation
import ObjectStores
import TestSupport
import Testing

@testable import Pipelines

@Suite struct `A job in a bucket` {
  let bucket: LoopbackBucket
  let folder: TemporaryFolder

  init() throws {
    bucket = try LoopbackBucket()
    folder = try TemporaryFolder()
  }

  private func store(port: UInt16? = nil, prefix: String = "jobs/town/") -> BucketStore {
    var patience = Patience()
    patience.firstPause = 0.001
    return BucketStore(
      bucket: "maps", prefix: prefix,
      environment: [
        "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port ?? bucket.port)",
        "AWS_ACCESS_KEY_ID": "AKIDLOOPBACK", "AWS_SECRET_ACCESS_KEY": "hush",
      ], patience: patience)
  }

  /// Writes a file; returns where it is and its hash.
  private func file(_ text: String) throws -> (url: URL, hash: String) {
    let url = folder.url.appending(path: UUID().uuidString)
    try Data(text.utf8).write(to: url)
    return (url, ContentHash(of: Array(text.utf8).span).description)
  }

  @Test(arguments: ["", "jobs/town/"])
  func `has names of its own below its place`(_ prefix: String) throws {
    let store = store(prefix: prefix)
    #expect(store.place == "s3://maps/\(prefix)")
    for name in ["job.json", "commits/infer/10.json", "commits/infer/9.json"] {
      #expect(try store.create(name, holding: Data(name.utf8)))
    }
    #expect(
      try store.names(under: "commits/") == ["commits/infer/10.json", "commits/infer/9.json"])
    #expect(try store.read("job.json") == Data("job.json".utf8))
    #expect(try store.read("plan.json") == nil)
    #expect(bucket.objects.keys.allSatisfy { $0.hasPrefix(prefix) })
    try store.delete(["commits/infer/9.json", "commits/infer/8.json"])
    #expect(try store.names(under: "") == ["commits/infer/10.json", "job.json"])
    try store.sweep()
  }

  @Test func `takes files and brings them`() throws {
    let (url, hash) = try file("a part")
    #expect(try store().create("parts/a.tif", copying: url, hash: hash))
    #expect(try !store().create("parts/a.tif", copying: url, hash: hash))
    let place = folder.url.appending(path: "brought.tif")
    try store().bring("parts/a.tif", to: place, hash: hash)
    try store().bring("parts/a.tif", to: place, hash: hash)
    #expect(try String(contentsOf: place, encoding: .utf8) == "a part")
  }

  @Test func `brings nothing that has other bytes, and leaves nothing`() throws {
    let (url, hash) = try file("a part")
    #expect(try store().create("parts/a.tif", copying: url, hash: hash))
    bucket.objects["jobs/town/parts/a.tif"]?.bytes[0] ^= 1
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    let error = #expect(throws: JobError.self) {
      try store().bring("parts/a.tif", to: folder.url.appending(path: "a.tif"), hash: hash)
    }
    let found = ContentHash(of: Array("` part".utf8).span).short
    #expect(
      error?.description == """
        cannot trust 'parts/a.tif' of the job in 's3://maps/jobs/town/'
          fetched twice, its SHA-256 is \(found) and should be \(hash.prefix(16))
          restore it from a copy, or freeze the plan anew in another place
        """)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == before)
    #expect(throws: JobError.self) {
      try store().bring("parts/b.tif", to: folder.url.appending(path: "b.tif"), hash: hash)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == before)
  }

  @Test func `is read anew where other bytes have come, and believed no second time`() throws {
    #expect(try store().create("job.json", holding: Data("a job".utf8)))
    let proxy = try FaultProxy(to: bucket.port) { $0.number == 1 ? .spoilAnswer : nil }
    #expect(try store(port: proxy.port).read("job.json") == Data("a job".utf8))
    proxy.change { _ in .spoilAnswer }
    #expect(throws: JobError.self) { try store(port: proxy.port).read("job.json") }
  }

  @Test func `is brought anew where other bytes have come`() throws {
    let (url, hash) = try file("a part")
    #expect(try store().create("parts/a.tif", copying: url, hash: hash))
    let proxy = try FaultProxy(to: bucket.port) { $0.number == 1 ? .spoilAnswer : nil }
    let place = folder.url.appending(path: "a.tif")
    try store(port: proxy.port).bring("parts/a.tif", to: place, hash: hash)
    #expect(try ContentHash(ofFile: place.path).description == hash)
  }

  @Test func `is not kept in a store that replaces`() throws {
    bucket.change { $0.createsOnly = false }
    let error = #expect(throws: ObjectStoreError.self) {
      try store().create("job.json", holding: Data("a job".utf8))
    }
    #expect(
      error
        == .replaces(
          place: "s3://maps/jobs/town/", reason: "job.json could be created twice"))
  }

  @Test func `asks once whether its store replaces`() throws {
    let store = store()
    for name in ["a", "b", "c"] { #expect(try store.create(name, holding: Data("x".utf8))) }
    #expect(bucket.requests.filter { $0.hasPrefix("PUT") }.count == 4)
  }

  @Test func `ends commands by what went wrong`() {
    let ends: [(ObjectStoreError, Pipelines.ExitStatus)] = [
      (.badEndpoint, .usage), (.noCredentials(reason: ""), .badInput),
      (.noBucket(bucket: "", site: ""), .badInput), (.denied(object: "", reason: ""), .badInput),
      (.clocksDiffer(object: "", reason: ""), .badInput),
      (.unreachable(object: "", site: "", attempts: 8, reason: ""), .cannotWrite),
      (.failing(object: "", attempts: 8, reason: ""), .cannotWrite),
      (.refused(object: "", reason: ""), .badInput), (.tooLarge(path: "", count: 0), .badPipeline),
      (.differs(object: "", reason: ""), .cannotWrite),
      (.replaces(place: "", reason: ""), .unavailable),
      (.cannotRead(path: "", reason: ""), .badInput),
      (.cannotKeep(path: "", reason: "No space left on device"), .cannotWrite),
    ]
    for (error, status) in ends { #expect(Failures.exitStatus(of: error) == status, "\(error)") }
  }
}
