import Foundation
import TestSupport
import Testing

@testable import ObjectStores

@Suite struct `Errors of object stores` {
  let bucket: LoopbackBucket
  let fixture = StoreFixture()

  init() throws { bucket = try LoopbackBucket() }

  /// What creating an object ends with.
  private func words(
    named name: String = "maps", source: CredentialSource = .given(StoreFixture.credentials),
    port: UInt16? = nil
  ) -> String? {
    let store = fixture.store(port: port ?? bucket.port, bucket: name, source: source, attempts: 2)
    return #expect(throws: ObjectStoreError.self) { try store.create("a", "one") }?.description
  }

  @Test func `name a bucket that is not there`() {
    #expect(
      words(named: "charts") == """
        cannot find bucket 'charts'
          the store at http://127.0.0.1:\(bucket.port) says: NoSuchBucket
          create it, or correct its name, the region (AWS_REGION) or the endpoint (AWS_ENDPOINT_URL)
        """)
  }

  @Test func `name a bucket that has vanished, whatever is asked of it`() throws {
    let store = fixture.store(port: bucket.port)
    #expect(try store.create("a", "one"))
    bucket.change { $0.exists = false }
    let wanted = ObjectStoreError.noBucket(
      bucket: "maps", site: "http://127.0.0.1:\(bucket.port)")
    let folder = try TemporaryFolder()
    #expect(throws: wanted) { try store.create("b", "one") }
    #expect(throws: wanted) { try store.read("a") }
    #expect(throws: wanted) { try store.fetch("a", to: folder.path("a")) }
    #expect(throws: wanted) { try store.names(under: "") }
    #expect(throws: wanted) { try store.delete("a") }
  }

  @Test func `say what the store says to credentials it does not know`() {
    let others = Credentials(keyName: "AKIDOTHERS", secret: "hush")
    #expect(
      words(source: .given(others)) == """
        access to 's3://maps/a' is denied
          the store says: InvalidAccessKeyId: Said by the loopback's bucket
          see that the credentials are the right ones, and may list, read, write and delete there
        """)
    #expect(bucket.requests.count == 1)
  }

  @Test func `say that the clock is wrong`() {
    bucket.change { $0.says = (403, "RequestTimeTooSkewed", []) }
    #expect(
      words() == """
        cannot sign requests for 's3://maps/a': this machine's clock is wrong
          the store says: RequestTimeTooSkewed: Said by the loopback's bucket
          set the clock (NTP), then run the same command again
        """)
  }

  @Test func `say that there are no credentials`() {
    #expect(
      words(source: .none(reason: "no file has a profile 'mine'")) == """
        cannot sign requests to the object store
          no credentials: no file has a profile 'mine'
          set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role is given
        """)
  }

  @Test func `say that nobody listens at the endpoint`() throws {
    let port = try LoopbackListener.freePort()
    let said = try #require(words(port: port))
    let lines = said.split(separator: "\n")
    #expect(
      lines.first
        == "cannot reach the store of 's3://maps/a' at http://127.0.0.1:\(port), after 2 attempts")
    #expect(lines[1].hasPrefix("  libcurl says: Failed to connect to 127.0.0.1 port \(port)"))
    #expect(
      lines.last
        == "  check the network, AWS_ENDPOINT_URL and AWS_REGION, then run the same command again")
  }

  @Test func `say that the endpoint is none, without what may be secret in it`() {
    var settings = BucketSettings(bucket: "maps")
    settings.endpoint = "https://me:hush@host"
    let store = ObjectStore(settings, signingWith: .given(StoreFixture.credentials), fixture.means)
    let error = #expect(throws: ObjectStoreError.self) { try store.create("a", "one") }
    #expect(
      error?.description == """
        cannot use the object store's endpoint
          it is not of the form https://host or http://host:port
          correct AWS_ENDPOINT_URL (or AWS_S3_ENDPOINT, or `endpoint_url` of the profile)
        """)
  }

  @Test func `say that a file is too large, before a byte is sent`() {
    let store = fixture.store(port: bucket.port)
    let error = #expect(throws: ObjectStoreError.self) {
      try store.create(
        "a", .file(path: "/maps/part.tif", count: 5_000_000_001),
        hash: [UInt8](repeating: 0, count: 32))
    }
    #expect(
      error?.description == """
        cannot send '/maps/part.tif' to the object store
          it has 5000000001 bytes, and one request carries 5000000000
          make shards smaller (`tiling: {shard_px}`), or keep the job in a shared folder
        """)
    #expect(bucket.requests == [])
  }

  @Test func `say what the store refuses`() {
    bucket.change { $0.says = (405, "MethodNotAllowed", []) }
    #expect(
      words() == """
        the store refuses what was asked for 's3://maps/a'
          it says: MethodNotAllowed: Said by the loopback's bucket
          see that it speaks Amazon's S3, and that bucket, region and endpoint belong together
        """)
  }

  @Test func `say that a store knows no condition`() {
    bucket.change { $0.says = (501, "NotImplemented", []) }
    #expect(
      words() == """
        cannot keep a job in 's3://maps/a'
          the store replaces what it was asked only to create: NotImplemented: Said by the \
        loopback's bucket
          take a store that honours `If-None-Match: *`, as Amazon S3, MinIO and Ceph do, or a shared folder
        """)
  }

  @Test func `say what the system says of files`() throws {
    let store = fixture.store(port: bucket.port)
    let read = #expect(throws: ObjectStoreError.self) {
      try store.create(
        "a", .file(path: "/nowhere/a.tif", count: 3), hash: [UInt8](repeating: 0, count: 32))
    }
    #expect(
      read?.description == """
        cannot send '/nowhere/a.tif'
          the system says: No such file or directory
          check that it is a file that you may read, and that nobody is changing it
        """)
    #expect(try store.create("a", "one"))
    let kept = #expect(throws: ObjectStoreError.self) {
      try store.fetch("a", to: "/dev/full")
    }
    #expect(
      kept?.description == """
        cannot write '/dev/full'
          the system says: No space left on device
          see that the folder exists, that it can be written to, and that its disk has space
        """)
  }

  @Test func `do not take a page for a list`() {
    let store = fixture.store(port: bucket.port)
    bucket.change { $0.says = (200, "Welcome", []) }
    #expect(
      throws: ObjectStoreError.refused(
        object: "s3://maps/j/", reason: "a list that is none, or does not go on")
    ) { try store.names(under: "j/") }
  }
}
