import Foundation
import Synchronization
import TestSupport
import Testing

@testable import ObjectStores

@Suite struct `Credentials for signing` {
  let fixture = StoreFixture()
  private static let hushed = Credentials(
    keyName: "AKIDhushed", secret: "hush/secret", sessionToken: "hush-token")

  @Test func `print nothing of themselves`() {
    var text = "\(Self.hushed) \(String(reflecting: Self.hushed))"
    dump(CredentialSource.given(Self.hushed), to: &text)
    dump(
      RequestSignature(
        credentials: Self.hushed, region: "", time: 0, means: fixture.means), to: &text)
    #expect(!text.contains("hush"))
  }

  @Test func `are taken out of what a store echoes`() throws {
    let bucket = try LoopbackBucket()
    bucket.change { $0.says = (403, "AccessDenied: hush/secret AKIDhushed hush-token", []) }
    let store = fixture.store(port: bucket.port, source: .given(Self.hushed))
    let error = #expect(throws: ObjectStoreError.self) { try store.create("a", "one") }
    #expect(
      error
        == .denied(
          object: "s3://maps/a", reason: "AccessDenied: … … …: Said by the loopback's bucket"))
  }

  /// A service that answers by its paths, and a note of what it was asked.
  private final class Service: Sendable {
    let heads = Mutex<[LoopbackConnection.Head]>([])
    let bodies = Mutex<[String]>([])
  }

  private func service(
    _ log: Service, _ answer: @escaping @Sendable (LoopbackConnection.Head) -> (Int, String)
  ) throws -> LoopbackListener {
    try LoopbackListener { connection in
      while let head = connection.readHead() {
        let body = connection.read(head.count)
        log.heads.withLock { $0.append(head) }
        log.bodies.withLock { $0.append(String(decoding: body, as: UTF8.self)) }
        let (status, text) = answer(head)
        connection.write(
          "HTTP/1.1 \(status) Status", ["Content-Length: \(text.utf8.count)"], Array(text.utf8))
      }
    }
  }

  private static let told = """
    {"AccessKeyId": "AKIDLOOPBACK", "SecretAccessKey": "s", "Token": "t", "Expiration": \
    "2013-05-24T01:00:00Z"}
    """

  private func keeper(_ source: CredentialSource) -> CredentialKeeper {
    CredentialKeeper(source, HTTPClient(), fixture.means)
  }

  /// 2013-05-24 01:00, an hour after the fixture's clock.
  private static let wanted = Credentials(
    keyName: "AKIDLOOPBACK", secret: "s", sessionToken: "t", end: 1_369_357_200)

  @Test func `come from a container's service, and anew before they end`() throws {
    let log = Service()
    let service = try service(log) { _ in (200, Self.told) }
    let folder = try TemporaryFolder()
    try "of a pod\n".write(toFile: folder.path("token"), atomically: true, encoding: .utf8)
    let keeper = keeper(
      .container(
        address: "http://127.0.0.1:\(service.port)/v2/a", token: "other",
        tokenFile: folder.path("token")))
    #expect(try keeper.current() == Self.wanted)
    #expect(try keeper.current() == Self.wanted)
    #expect(log.heads.withLock { $0.map(\.first) } == ["GET /v2/a HTTP/1.1"])
    #expect(log.heads.withLock { $0[0]["authorization"] } == "of a pod")
    fixture.time.withLock { $0 = 1_369_357_200 - 299 }
    #expect(try keeper.current() == Self.wanted)
    #expect(log.heads.withLock { $0.count } == 2)
  }

  @Test func `come from a machine's service, which wants a token first`() throws {
    let log = Service()
    let service = try service(log) { head in
      switch head.words[1] {
      case "/latest/api/token": (200, "of a machine")
      case "/latest/meta-data/iam/security-credentials/": (200, "mapper\n")
      case "/latest/meta-data/iam/security-credentials/mapper": (200, Self.told)
      default: (404, "")
      }
    }
    #expect(
      try keeper(.machine(address: "http://127.0.0.1:\(service.port)")).current() == Self.wanted)
    let heads = log.heads.withLock { $0 }
    #expect(heads[0].words[0] == "PUT")
    #expect(heads[0]["x-aws-ec2-metadata-token-ttl-seconds"] == "300")
    #expect(heads.dropFirst().allSatisfy { $0["x-aws-ec2-metadata-token"] == "of a machine" })
  }

  @Test func `are given for a workload's token, which is in no address`() throws {
    let log = Service()
    let service = try service(log) { _ in
      (
        200,
        """
        <R><Credentials><AccessKeyId>AKIDLOOPBACK</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>2013-05-24T01:00:00Z</Expiration></Credentials></R>
        """
      )
    }
    let folder = try TemporaryFolder()
    try "ey/J+\n".write(toFile: folder.path("token"), atomically: true, encoding: .utf8)
    let keeper = keeper(
      .webIdentity(
        tokenFile: folder.path("token"), role: "arn:aws:iam::1:role/mapper", session: "mapwright",
        address: "http://127.0.0.1:\(service.port)/"))
    #expect(try keeper.current() == Self.wanted)
    #expect(log.heads.withLock { $0.map(\.first) } == ["POST / HTTP/1.1"])
    #expect(
      log.bodies.withLock { $0 } == [
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
          + "&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fmapper&RoleSessionName=mapwright"
          + "&WebIdentityToken=ey%2FJ%2B"
      ])
  }

  @Test func `are fetched anew when the store says that they have ended`() throws {
    let log = Service()
    let service = try service(log) { _ in (200, Self.told) }
    let bucket = try LoopbackBucket()
    let proxy = try FaultProxy(to: bucket.port) {
      $0.number == 1 ? .answer(400, "ExpiredToken") : nil
    }
    let source = CredentialSource.container(
      address: "http://127.0.0.1:\(service.port)/", token: nil, tokenFile: nil)
    #expect(try fixture.store(port: proxy.port, source: source).create("a", "one"))
    #expect(log.heads.withLock { $0.count } == 2)
  }

  @Test func `are missing where a service fails, and it is said how`() throws {
    let service = try service(Service()) { _ in (404, "") }
    #expect(
      throws: ObjectStoreError.noCredentials(
        reason: "the machine's metadata service answers with status 404")
    ) { try keeper(.machine(address: "http://127.0.0.1:\(service.port)")).current() }
    let odd = try self.service(Service()) { _ in (200, "{}") }
    #expect(
      throws: ObjectStoreError.noCredentials(reason: "the container's service gave none")
    ) {
      try keeper(
        .container(address: "http://127.0.0.1:\(odd.port)/", token: nil, tokenFile: nil)
      ).current()
    }
    #expect(
      throws: ObjectStoreError.noCredentials(
        reason: "the token file '/nowhere/token' cannot be read")
    ) {
      try keeper(
        .webIdentity(tokenFile: "/nowhere/token", role: "r", session: "s", address: "http://a")
      ).current()
    }
  }
}
