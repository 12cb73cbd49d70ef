import Checksums
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ObjectStores

@Suite struct `A store on a bad day` {
  let bucket: LoopbackBucket
  let fixture = StoreFixture()

  init() throws { bucket = try LoopbackBucket() }

  /// A client behind a proxy whose first so many requests have a fault.
  private func store(
    failing count: Int = 1, _ fault: FaultProxy.Fault, attempts: Int = 8
  ) throws -> (store: ObjectStore, proxy: FaultProxy) {
    let proxy = try FaultProxy(to: bucket.port) { $0.number <= count ? fault : nil }
    return (fixture.store(port: proxy.port, attempts: attempts), proxy)
  }

  static let passing: [FaultProxy.Fault] = [
    .answer(500, "InternalError"), .answer(502, "BadGateway"), .answer(503, "SlowDown"),
    .answer(504, "GatewayTimeout"), .answer(409, "ConditionalRequestConflict"),
    .answer(429, "TooManyRequests"), .answer(400, "RequestTimeout"), .cutHead, .cutBody,
    .loseAnswer, .cutAnswerHead, .spoilBody,
  ]

  @Test(arguments: passing)
  func `is asked again, and creates once`(_ fault: FaultProxy.Fault) throws {
    let (store, proxy) = try store(failing: 3, fault)
    let text = String(repeating: "a part of a map, ", count: 5_000)
    #expect(try store.create("a", text))
    #expect(bucket.objects["a"]?.bytes == Array(text.utf8))
    #expect(fixture.pauses.withLock { $0.count } >= 1)
    #expect(proxy.count >= 4)
  }

  @Test(arguments: [FaultProxy.Fault.loseAnswer, .cutAnswerHead])
  func `has created what its lost answer was about, and that is ours`(
    _ fault: FaultProxy.Fault
  ) throws {
    let (store, _) = try store(fault)
    #expect(try store.create("a", "one"))
    let asked = bucket.requests
    #expect(asked.prefix(3) == ["PUT /maps/a", "PUT /maps/a", "HEAD /maps/a"])
  }

  @Test func `has created ours though a kept connection was dead`() throws {
    // The second request goes over the connection of the first, and libcurl itself makes it again.
    let proxy = try FaultProxy(to: bucket.port) { $0.number == 3 ? .loseAnswer : nil }
    let store = fixture.store(port: proxy.port)
    #expect(try store.create("a", "one"))
    #expect(try store.create("b", "one"))
  }

  @Test func `has another's object with the same bytes, and that is not ours`() throws {
    let other = StoreFixture(seed: 7).store(port: bucket.port)
    #expect(try other.create("a", "one"))
    let (store, _) = try store(.answer(500, "InternalError"))
    #expect(try !store.create("a", "one"))
  }

  @Test(arguments: [
    FaultProxy.Fault.cutAnswer, .cutAnswerHead, .loseAnswer, .cutHead,
    .answer(503, "SlowDown"), .slowAnswer(pieces: 20, pause: 10),
  ])
  func `gives whole objects`(_ fault: FaultProxy.Fault) throws {
    let direct = StoreFixture().store(port: bucket.port)
    let text = String(repeating: "0123456789", count: 10_000)
    #expect(try direct.create("a", text))
    let folder = try TemporaryFolder()
    let (store, _) = try store(failing: 2, fault)
    #expect(try store.text("a") == text)
    let (again, _) = try self.store(failing: 2, fault)
    #expect(try again.fetch("a", to: folder.path("a")))
    #expect(try String(contentsOfFile: folder.path("a"), encoding: .utf8) == text)
  }

  @Test func `gives whole lists`() throws {
    let direct = StoreFixture().store(port: bucket.port)
    for name in 0..<10 { #expect(try direct.create("\(name)", "one")) }
    let proxy = try FaultProxy(to: bucket.port) { request in
      switch request.number % 3 {
      case 0: .cutAnswer
      case 1: .answer(500, "InternalError")
      default: nil
      }
    }
    #expect(try fixture.store(port: proxy.port).names(under: "") == (0..<10).map { "\($0)" })
  }

  @Test func `is left alone for longer and longer pauses, and in the end`() throws {
    let (store, proxy) = try store(failing: .max, .answer(503, "SlowDown"))
    let error = #expect(throws: ObjectStoreError.self) { try store.create("a", "one") }
    #expect(
      error?.description == """
        gave up on 's3://maps/a' after 8 attempts
          the store says: SlowDown: On a bad day
          run the same command again when the store does better; what is done stays done
        """)
    #expect(proxy.count == 8)
    let pauses = fixture.pauses.withLock { $0 }
    #expect(pauses.count == 7)
    for (pause, bound) in zip(pauses, [0.25, 0.5, 1, 2, 4, 8, 16]) { #expect(pause < bound) }
    #expect(bucket.objects.isEmpty)
  }

  @Test func `that stalls is left after a while`() throws {
    let proxy = try FaultProxy(to: bucket.port) { $0.number == 1 ? .stall : nil }
    let store = fixture.store(port: proxy.port, stallSeconds: 1)
    #expect(try store.create("a", String(repeating: "a", count: 100_000)))
  }

  @Test func `that has taken nothing is found out`() throws {
    let bucket = bucket
    let proxy = try FaultProxy(to: bucket.port) { request in
      if request.method == "HEAD" { bucket.objects = [:] }
      return nil
    }
    let error = #expect(throws: ObjectStoreError.self) {
      try fixture.store(port: proxy.port).create("a", "one")
    }
    #expect(
      error?.description == """
        cannot trust 's3://maps/a'
          the store took it without complaint and has no such object
          run the same command again; if it comes back, delete the object: what made it makes it again
        """)
  }

  @Test func `that has taken other bytes is found out`() throws {
    let bucket = bucket
    let proxy = try FaultProxy(to: bucket.port) { request in
      if request.method == "HEAD" { bucket.objects["a"]?.bytes = [] }
      return nil
    }
    let error = #expect(throws: ObjectStoreError.self) {
      try fixture.store(port: proxy.port).create("a", "one")
    }
    let hash = ContentHash(of: Array("one".utf8).span).short
    #expect(
      error
        == .differs(
          object: "s3://maps/a",
          reason: "sent were 3 bytes with SHA-256 \(hash), the store has 0 with \(hash)"))
  }
}
